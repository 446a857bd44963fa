"""What the last nights have found, for the operator: how large each ring is and by which signs, never who."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, tuple_
from sqlmodel import Session, col, select

from models.errors import NotFound
from models.ideas import Idea
from models.installation import FactName
from models.paging import Page, decode_cursor, encode_cursor, page_limit
from models.rings import RingVote, VoteRing
from services.accounts import Actor, require_operator
from services.facts import KnownFact, find_fact

MOST_IDEAS = 20


@dataclass(frozen=True, slots=True)
class RingIdea:
    """An idea that a ring has voted for, and by how many of its accounts."""

    id: str
    title: str
    votes: int


@dataclass(frozen=True, slots=True)
class RingView:
    """A ring as a moderator sees it. `signs` counts the accounts that bear each."""

    id: str
    state: str
    accounts: int
    signs: dict[str, Any]
    ideas: list[RingIdea]
    found_at: datetime
    seen_at: datetime
    decided_at: datetime | None


def list_rings(session: Session, operator: Actor, cursor: str = "", limit: int = 25) -> Page[RingView]:
    """Return rings, those that were seen last first.

    Raises:
        NotAllowed: not by the operator.
        InvalidInput: the cursor is not one of ours.
    """
    require_operator(operator, "moderation:read")
    size, key = page_limit(limit), (col(VoteRing.seen_at), col(VoteRing.id))
    statement = select(VoteRing)
    if cursor:
        statement = statement.where(tuple_(*key) < decode_cursor(cursor))
    rows = session.scalars(statement.order_by(*(one.desc() for one in key)).limit(size + 1)).all()
    shown = rows[:size]
    about = ideas_of(session, [row.id for row in shown])
    more = encode_cursor(shown[-1].seen_at, shown[-1].id) if len(rows) > size else None
    return Page([view_of(row, about.get(row.id, [])) for row in shown], more)


def get_ring(session: Session, operator: Actor, ring_id: str) -> RingView:
    """Return one ring.

    Raises:
        NotAllowed: not by the operator.
        NotFound: there is no such ring.
    """
    require_operator(operator, "moderation:read")
    row = session.get(VoteRing, ring_id)
    if row is None:
        raise NotFound("There is no ring with that id.")
    return view_of(row, ideas_of(session, [row.id]).get(row.id, []))


def last_search(session: Session, operator: Actor) -> KnownFact | None:
    """Return when votes were looked through last, and what that found; None before the first night.

    Raises:
        NotAllowed: not by the operator.
    """
    require_operator(operator, "moderation:read")
    return find_fact(session, FactName.RINGS)


def ideas_of(session: Session, ring_ids: list[str]) -> dict[str, list[RingIdea]]:
    """Return what rings have voted for, the most first, 20 at most of each."""
    votes = func.count()
    statement = (
        select(RingVote.ring_id, Idea.id, Idea.title, votes)
        .join(Idea, col(Idea.id) == col(RingVote.idea_id))
        .where(col(RingVote.ring_id).in_(ring_ids))
        .group_by(col(RingVote.ring_id), col(Idea.id), col(Idea.title))
        .order_by(votes.desc(), col(Idea.id))
    )
    found: dict[str, list[RingIdea]] = {}
    for ring_id, idea_id, title, count in session.execute(statement):
        of_ring = found.setdefault(ring_id, [])
        if len(of_ring) < MOST_IDEAS:
            of_ring.append(RingIdea(idea_id, title, count))
    return found


def view_of(row: VoteRing, about: list[RingIdea]) -> RingView:
    """Return what is shown of a ring."""
    return RingView(
        row.id, row.state, row.accounts, dict(row.signs), about, row.found_at, row.seen_at, row.decided_at
    )
