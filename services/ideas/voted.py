"""What somebody has voted for."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.idea_ranks import Vote
from models.ideas import Idea, IdeaState
from models.paging import Page, decode_cursor, encode_cursor, page_limit
from services.accounts import Actor, require_scope


@dataclass(frozen=True, slots=True)
class MyVote:
    """One vote of the asker's."""

    idea_id: str
    title: str
    voted_at: datetime


def list_votes(session: Session, actor: Actor, cursor: str = "", limit: int = 25) -> Page[MyVote]:
    """Return what somebody has voted for and can still see, newest idea first, at most 100.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    require_scope(actor, "ideas:vote")
    statement = (
        select(Vote.idea_id, Idea.title, Vote.created_at)
        .join(Idea, col(Idea.id) == col(Vote.idea_id))
        .where(col(Vote.user_id) == actor.user_id, col(Idea.state) == IdeaState.PUBLISHED)
    )
    if cursor:
        # The index holds (account, idea), and ids sort by time: no moment of the vote is needed to go on.
        statement = statement.where(col(Vote.idea_id) < decode_cursor(cursor)[1])
    size = page_limit(limit)
    rows = session.execute(statement.order_by(col(Vote.idea_id).desc()).limit(size + 1)).all()
    shown = [MyVote(*row) for row in rows[:size]]
    more = encode_cursor(shown[-1].voted_at, shown[-1].idea_id) if len(rows) > size else None
    return Page(shown, more)
