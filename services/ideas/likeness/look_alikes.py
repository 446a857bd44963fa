"""What is published already under a like title, for an author while typing: from what everybody reads, nothing else.

Copies of what is sold are never told here (services.ideas.likeness.judging tells them to moderators alone).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from models.ids import decode_id, encode_id
from services.accounts import Actor, require
from services.ideas.feed.asking import Row, Statement, rows_of
from services.ideas.words import CONFIGS, spaced

# Of so many ideas that share two words the likest are shown, where they are like enough.
MOST_LOOKED_AT, MOST_SHOWN, LIKE_ENOUGH = 200, 5, 0.25
# More words than that ask too much of a market of a million ideas; the rarest say most.
MOST_WORDS, LEAST_LETTERS, LONGEST = 6, 3, 400
WORD = re.compile(r"[^\W_]+")
# Words as the text search of a language stems them; stop words go. The rarest of the market's words first.
STEMS = """
SELECT DISTINCT ON (stem) stem, coalesce(v.uses, 0) AS uses
FROM unnest(%(words)s::text[]) AS asked(word)
CROSS JOIN LATERAL unnest(tsvector_to_array(to_tsvector(%(config)s::regconfig, asked.word))) AS stem
LEFT JOIN vocabulary v ON v.word = asked.word
ORDER BY stem, uses
"""
NEAR = f"""
WITH found AS MATERIALIZED (
    SELECT t.idea_id FROM idea_texts t
    WHERE t.listed AND t.words @@ %(query)s::tsquery ORDER BY t.quality DESC, t.idea_id DESC LIMIT {MOST_LOOKED_AT}
)
SELECT i.id, i.title, i.promise, i.price_cents, r.votes, i.user_id = %(me)s,
    tsvector_to_array(to_tsvector(%(config)s::regconfig, i.title)),
    tsvector_to_array(to_tsvector(%(config)s::regconfig, i.promise))
FROM found f JOIN ideas i ON i.id = f.idea_id JOIN idea_ranks r ON r.idea_id = i.id
"""  # noqa: S608 - put together of constants


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A published idea that sounds like the one that is written. `likeness` is from 0.25 to 1."""

    id: str
    title: str
    promise: str
    price_cents: int
    votes: int
    mine: bool
    likeness: float


def look_alikes(
    session: Session, actor: Actor, fields: Mapping[str, Any], idea_id: str = ""
) -> list[LookAlike]:
    """Return up to five published ideas whose title and promise sound like those that are written, the likest first.

    `fields` are what the form holds, whatever is still wrong with it; `idea_id` names the idea that is changed, which
    is no look-alike of itself. Empty where nothing is alike.

    Raises:
        NotAllowed: their role or key writes no ideas.
    """
    require(actor, "ideas:write", actor.team_id)
    config = CONFIGS.get(str(fields.get("language", "en")), "simple")
    title, promise = (spaced(str(fields.get(name) or "")[:LONGEST]) for name in ("title", "promise"))
    wanted, first = stems_of(session, config, f"{title} {promise}"), set(stems_of(session, config, title))
    if len(wanted) < 2 or not first:
        return []
    values = {"query": any_two(wanted), "config": config, "me": decode_id("user", actor.user_id)}
    found = [
        view_of(row, likeness(first, set(wanted), *stems_in(row, config)))
        for row in rows_of(session, Statement(NEAR, values), planned_anew=True)
    ]
    alike = [one for one in found if one.likeness >= LIKE_ENOUGH and one.id != idea_id]
    return sorted(alike, key=lambda one: (-one.likeness, -one.votes, one.id))[:MOST_SHOWN]


def view_of(row: Row, alike: float) -> LookAlike:
    """Return what is shown of a found idea."""
    idea_id, title, promise, price_cents, votes, mine = row[:6]
    return LookAlike(encode_id("idea", idea_id), title, promise, price_cents, votes, mine, round(alike, 2))


def stems_of(session: Session, config: str, text: str) -> list[str]:
    """Return the stems of a text's words, the rarest first; what no idea has comes last."""
    words = list(
        dict.fromkeys(word for word in WORD.findall(text.lower()) if len(word) >= least_letters(word))
    )
    rows = rows_of(session, Statement(STEMS, {"words": words, "config": config}))
    return [stem for stem, _ in sorted(rows, key=lambda row: (row[1] == 0, row[1], row[0]))]


def stems_in(row: Row, config: str) -> tuple[set[str], set[str]]:
    """Return the stems of a found idea's title and promise. Scripts without spaces are read by pairs, as searched."""
    if config == "simple":
        return set(WORD.findall(spaced(row[1]).lower())), set(WORD.findall(spaced(row[2]).lower()))
    return set(row[6]), set(row[7])


def least_letters(word: str) -> int:
    """Return how short a word may be: three letters, or two signs of a script without spaces."""
    return LEAST_LETTERS if word.isascii() else 2


def any_two(stems: list[str]) -> str:
    """Return the text search that finds what has any two of the rarest of some stems."""
    asked = [f"'{stem.replace(chr(39), chr(39) * 2)}'" for stem in stems[:MOST_WORDS] if "\\" not in stem]
    return " | ".join(f"{one} & {other}" for at, one in enumerate(asked) for other in asked[at + 1 :])


def likeness(title: set[str], both: set[str], other_title: set[str], other_promise: set[str]) -> float:
    """Return how alike two ideas sound, from 0 to 1: three fifths by their titles, two by all the words."""
    return 0.6 * jaccard(title, other_title) + 0.4 * jaccard(both, other_title | other_promise)


def jaccard(one: set[str], other: set[str]) -> float:
    """Return the part of two sets that they share."""
    return len(one & other) / len(one | other) if one and other else 0.0
