"""Every published idea in chunks for crawlers (sitemaps.org: 50,000 addresses a file), by key and never by offset."""

import time
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import bindparam, func, select, text
from sqlmodel import Session, col

from models.idea_ranks import IdeaRank
from models.ideas import Idea
from models.ids import Id, encode_id

MOST_URLS, PAGE = 50_000, 5_000
KEPT_S = 600
# One walk over the index of the ids. `of` is a chunk's size.
STARTS = text("""
SELECT idea_id FROM (
    SELECT idea_id, row_number() OVER (ORDER BY idea_id) AS place FROM idea_ranks WHERE listed
) AS numbered WHERE place % :of = 1 ORDER BY idea_id
""")
STATE = text("""
SELECT count(*), max(changed_at) FROM (
    SELECT ideas.changed_at FROM idea_ranks JOIN ideas ON ideas.id = idea_ranks.idea_id
    WHERE idea_ranks.listed AND idea_ranks.idea_id >= :first ORDER BY idea_ranks.idea_id LIMIT :of
) AS chunk
""").bindparams(bindparam("first", type_=Id("idea")))


@dataclass(frozen=True, slots=True)
class Change:
    """An idea, and when it was changed last."""

    id: str
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ChunkState:
    """How many ideas a chunk has, and the last change among them."""

    first: str
    count: int
    changed_at: datetime | None

    def digest(self) -> str:
        """Return what changes whenever the chunk does: one that leaves it lowers the count."""
        return sha256(f"{self.first} {self.count} {self.changed_at}".encode()).hexdigest()


def chunk_starts(session: Session, of: int = MOST_URLS) -> list[str]:
    """Return the first idea of each chunk of `of` published ideas, oldest first."""
    return [encode_id("idea", row) for row in session.scalars(STARTS, {"of": of})]


class Kept:
    """The chunks as they were a while ago: a million rows are not walked again for every crawler."""

    def __init__(self) -> None:
        self.until, self.starts = 0.0, list[str]()


kept_here = Kept()


def kept_chunks(session: Session) -> list[str]:
    """Return the chunks, at most ten minutes old. What is published since stands in the last of them."""
    if time.monotonic() >= kept_here.until or not kept_here.starts:
        kept_here.starts, kept_here.until = chunk_starts(session), time.monotonic() + KEPT_S
    return kept_here.starts


def chunk_state(session: Session, first: str) -> ChunkState:
    """Return how a chunk stands.

    Raises:
        NotFound: `first` is no id of an idea.
    """
    count, changed_at = session.execute(STATE, {"first": first, "of": MOST_URLS}).one()
    return ChunkState(first, count, changed_at)


def chunk_page(session: Session, first: str, after: str, limit: int) -> list[Change]:
    """Return the ideas of a chunk that come behind `after`, or its first ones."""
    beyond = col(IdeaRank.idea_id) > after if after else col(IdeaRank.idea_id) >= first
    statement = (
        select(col(Idea.id), func.timezone("UTC", col(Idea.changed_at)))
        .join(IdeaRank, col(IdeaRank.idea_id) == col(Idea.id))
        .where(col(IdeaRank.listed), beyond)
        .order_by(col(IdeaRank.idea_id))
        .limit(limit)
    )
    return [Change(*row) for row in session.execute(statement)]
