"""Votes: one an account, taken back as easily; counted a moment later, so that voters never wait for each other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from models.errors import NotAllowed
from models.idea_ranks import Vote
from models.ideas import Idea, IdeaState
from models.ids import Id
from models.paging import Page, decode_cursor, encode_cursor, page_limit
from services import trust
from services.accounts import Actor, require_scope
from services.ideas.access import is_authors_side
from services.ideas.reading import find_idea

IDEA, USER = bindparam("idea_id", type_=Id("idea")), bindparam("user_id", type_=Id("user"))
# One statement: the vote, and what it changes, or neither. Voting twice changes nothing.
CAST = text("""
WITH cast_vote AS (
    INSERT INTO votes (idea_id, user_id, weight, counted, created_at)
    VALUES (:idea_id, :user_id, :weight, true, clock_timestamp())
    ON CONFLICT DO NOTHING RETURNING weight
)
INSERT INTO vote_deltas (idea_id, votes, weight) SELECT :idea_id, 1, weight FROM cast_vote
""").bindparams(IDEA, USER)
TAKE_BACK = text("""
WITH taken AS (
    DELETE FROM votes WHERE idea_id = :idea_id AND user_id = :user_id RETURNING weight, counted
)
INSERT INTO vote_deltas (idea_id, votes, weight) SELECT :idea_id, -1, -weight FROM taken WHERE counted
""").bindparams(IDEA, USER)
FOLD = text("""
WITH taken AS (
    DELETE FROM vote_deltas WHERE id IN (
        SELECT id FROM vote_deltas ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
    ) RETURNING idea_id, votes, weight
), summed AS (
    SELECT idea_id, sum(votes) AS votes, sum(weight) AS weight FROM taken GROUP BY idea_id
)
UPDATE idea_ranks SET votes = idea_ranks.votes + summed.votes, weight = idea_ranks.weight + summed.weight
FROM summed WHERE idea_ranks.idea_id = summed.idea_id
""")
COUNT = text("""
SELECT coalesce((SELECT votes FROM idea_ranks WHERE idea_id = :idea_id), 0)
     + coalesce((SELECT sum(votes) FROM vote_deltas WHERE idea_id = :idea_id), 0)
""").bindparams(IDEA)
FOLDED_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class VoteResult:
    """How many votes an idea has, and whether one of them is the asker's."""

    count: int
    voted: bool


def set_vote(session: Session, actor: Actor, idea_id: str, *, voted: bool) -> VoteResult:
    """Cast somebody's vote, or take it back; twice is once.

    Raises:
        NotFound: there is no such idea for them to see.
        NotAllowed: it is their own, or their team's.
    """
    require_scope(actor, "ideas:vote")
    idea = find_idea(session, actor, idea_id)
    if idea.user_id == actor.user_id or is_authors_side(actor, idea):
        raise NotAllowed("This idea is yours: others vote for it.", "own_idea")
    values = {"idea_id": idea.id, "user_id": actor.user_id}
    if voted:
        session.execute(CAST, values | {"weight": trust.weight_of(session, actor.user_id)})
    else:
        session.execute(TAKE_BACK, values)
    return VoteResult(count(session, idea.id), voted)


def count(session: Session, idea_id: str) -> int:
    """Return the votes of an idea, those included that wait to be folded."""
    return int(session.execute(COUNT, {"idea_id": idea_id}).scalar_one())


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


def fold(session: Session) -> int:
    """Add what waits to the ranks, 20,000 changes at once, and return how many ideas changed. Due twice a second."""
    return int(session.execute(FOLD, {"most": FOLDED_AT_ONCE}).rowcount)  # type: ignore[attr-defined]
