"""Which ideas a copy may come from, and what their buyers' copies are made of. For `tracing` alone.

Nothing of a text leaves here but to be compared.
"""

import re
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import text as sql
from sqlmodel import Session, col, select

from models.ideas import IdeaVersion, PaidPart
from models.ids import encode_id
from services.ideas.marks.places import joined, pieces_of
from services.ideas.marks.tokens import tokens_of
from services.ideas.marks.writing import MARKED

# So many words in a row that no copy writes in another way are looked for, at most so often; three that are found
# are enough. A run that stands in more ideas than this says nothing.
RUN, MOST_RUNS, ENOUGH, MOST_IDEAS = 5, 9, 3, 20
SAYS = " OR ".join(f"p.{name} ~* :run" for name in MARKED)
HOLDING = sql(f"""
SELECT DISTINCT v.idea_id FROM paid_parts p JOIN idea_versions v ON v.id = p.version_id
WHERE {SAYS} LIMIT {MOST_IDEAS + 1}
""")  # noqa: S608 - put together of constants


def ideas_that_say(session: Session, copy: str) -> list[str]:
    """Return the ids of the ideas that sell what a copy says, by the longest runs of words in it.

    Every text that is sold is read through, which takes seconds where there are many.
    """
    found: Counter[str] = Counter()
    hits = 0
    for run in runs_of(copy)[:MOST_RUNS]:
        rows = session.scalars(HOLDING, {"run": pattern_of(run)}).all()
        if 0 < len(rows) <= MOST_IDEAS:
            found.update(encode_id("idea", row) for row in rows)
            hits += 1
        if hits == ENOUGH:
            break
    most = max(found.values(), default=0)
    return sorted(idea for idea, times in found.items() if times == most)


def runs_of(copy: str) -> list[tuple[str, ...]]:
    """Return runs of words that every copy writes alike, those with the longest words first."""
    pieces = list(pieces_of(copy, tokens_of(copy), worded=True))
    runs: list[tuple[str, ...]] = []
    run: list[str] = []
    for at, piece in enumerate(pieces):
        follows = at > 0 and joined(copy, pieces[at - 1].last, piece.first)
        run = run if follows else []
        run = [*run, piece.name] if piece.form is None and "'" not in piece.name else []
        if len(run) == RUN:
            runs.append(tuple(run))
            run = []
    return sorted(set(runs), key=lambda words: (-sum(map(len, words)), words))


def pattern_of(run: Sequence[str]) -> str:
    """Return what finds a run of words in PostgreSQL, whatever marks stand between them."""
    return r"\m" + r"[^[:alnum:]]+".join(map(re.escape, run)) + r"\M"


def texts_of(session: Session, idea_ids: Sequence[str]) -> list[tuple[str, str]]:
    """Return every text that some ideas have ever sold and that is marked, each with its language."""
    statement = (
        select(PaidPart, IdeaVersion)
        .join(IdeaVersion, col(IdeaVersion.id) == col(PaidPart.version_id))
        .where(col(IdeaVersion.idea_id).in_(idea_ids))
    )
    return [
        (getattr(paid, name), str(version.teaser.get("language", "")))
        for paid, version in session.exec(statement)
        for name in MARKED
    ]
