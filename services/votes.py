"""Votes: one an account, taken back as easily; counted a moment later, so that voters never wait for each other."""

from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlmodel import Session

from models.errors import NotAllowed
from models.ids import Id
from services import trust
from services.accounts import Actor, require_scope
from services.crashpoints import AFTER_EFFECT, crashpoint
from services.ideas.access import is_authors_side
from services.ideas.reading import find_idea
from services.ideas.standing import fold_votes, votes_of

# Due twice a second.
fold = fold_votes
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
    crashpoint(AFTER_EFFECT, "vote")
    return VoteResult(votes_of(session, idea.id), voted)
