"""The words of ideas that a search finds. Only what everybody reads enters them."""

import re

from sqlalchemy import bindparam, text
from sqlmodel import Session

from models.clock import now
from models.idea_ranks import IdeaRank
from models.ideas import Idea
from models.ids import Id

# Text search configurations that PostgreSQL comes with, by ISO 639-1; a language without one is searched as written.
CONFIGS = {
    "en": "english", "de": "german", "es": "spanish", "fr": "french", "it": "italian", "nl": "dutch",
    "pt": "portuguese", "tr": "turkish", "ar": "arabic", "hi": "hindi",
}  # fmt: skip
# Scripts that put no spaces between words.
UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
INDEX = text("""
INSERT INTO idea_texts (idea_id, listed, category, language, tags, price_cents, built, quality, words)
VALUES (:idea_id, :listed, :category, :language, :tags, :price_cents, :built, :quality,
    setweight(to_tsvector('simple', :title), 'A') || setweight(to_tsvector(CAST(:config AS regconfig), :title), 'A')
    || setweight(to_tsvector(CAST(:config AS regconfig), :promise), 'B')
    || setweight(to_tsvector(CAST(:config AS regconfig), :rest), 'C'))
ON CONFLICT (idea_id) DO UPDATE SET listed = excluded.listed, category = excluded.category,
    language = excluded.language, tags = excluded.tags, price_cents = excluded.price_cents, built = excluded.built,
    quality = excluded.quality, words = excluded.words
""").bindparams(bindparam("idea_id", type_=Id("idea")))
# What has moved within the last minutes; a copy that is equal is not written anew.
REFRESH = text("""
UPDATE idea_texts t SET quality = r.quality, built = r.built
FROM (SELECT DISTINCT idea_id FROM rank_moves
    WHERE list = 'top' AND moved_at > CAST(:moment AS timestamptz) - interval '5 minutes') AS m
JOIN idea_ranks r USING (idea_id)
WHERE t.idea_id = m.idea_id AND (t.quality, t.built) IS DISTINCT FROM (r.quality, r.built)
""")


def config_sql(language: str) -> str:
    """Return the expression for the configuration of the language in a column, for statements over many ideas."""
    cases = " ".join(f"WHEN '{code}' THEN '{config}'" for code, config in CONFIGS.items())
    return f"CAST(CASE {language} {cases} ELSE 'simple' END AS regconfig)"


def index_idea(session: Session, idea: Idea, rank: IdeaRank) -> None:
    """Bring what a search knows of an idea up to date."""
    title = " ".join([idea.title, *idea.tags])
    values = {
        "idea_id": idea.id, "listed": rank.listed, "category": idea.category, "language": idea.language,
        "tags": idea.tags, "price_cents": idea.price_cents, "built": rank.built, "quality": rank.quality,
        "title": spaced(title), "promise": spaced(idea.promise), "rest": spaced(f"{idea.problem} {idea.audience}"),
        "config": CONFIGS.get(idea.language, "simple"),
    }  # fmt: skip
    session.execute(INDEX, values)


def refresh(session: Session) -> int:
    """Copy the qualities that have changed to where a search is cut off by them. Due each minute."""
    return int(session.execute(REFRESH, {"moment": now()}).rowcount)  # type: ignore[attr-defined]


def spaced(written: str) -> str:
    """Return a text whose runs of unspaced script are cut into pairs of characters, which is how they are found."""
    return UNSPACED.sub(lambda run: f" {' '.join(pairs(run[0]))} ", written)


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of a run, or the one character that it is."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
