"""What becomes of ideas when their team or their author goes: a buyer keeps what was bought, the rest goes."""

from sqlalchemy import bindparam, delete, exists, text, update
from sqlmodel import Session, col

from models.idea_lists import IdeaText
from models.idea_ranks import IdeaRank
from models.idea_templates import IdeaTemplate, TemplateBuild
from models.ideas import Idea, IdeaDraft, IdeaState
from models.ids import Id
from models.purchases import Purchase
from models.rings import RingVote
from models.saved_searches import SavedSearch
from models.trust import TrustLevel

TAKE_ALL_BACK = text("""
WITH taken AS (DELETE FROM votes WHERE user_id = :user_id RETURNING idea_id, weight, counted)
INSERT INTO vote_deltas (idea_id, votes, weight) SELECT idea_id, -1, -weight FROM taken WHERE counted
""").bindparams(bindparam("user_id", type_=Id("user")))


def end_ideas(session: Session, team_id: str) -> None:
    """Take the ideas of a team that is closed out of the marketplace, and delete those that nobody bought or built."""
    session.execute(delete(IdeaDraft).where(col(IdeaDraft.team_id) == team_id))
    sold = exists().where(col(Purchase.idea_id) == col(Idea.id))
    built = exists().where(
        col(IdeaTemplate.idea_id) == col(Idea.id), col(TemplateBuild.idea_template_id) == col(IdeaTemplate.id)
    )
    session.execute(delete(Idea).where(col(Idea.team_id) == team_id, ~sold, ~built))
    mine = col(Idea.team_id) == team_id
    left = update(Idea).where(mine).values(state=IdeaState.UNPUBLISHED).returning(col(Idea.id))
    ids = session.scalars(left).all()
    session.execute(update(IdeaRank).where(col(IdeaRank.idea_id).in_(ids)).values(listed=False))
    session.execute(update(IdeaText).where(col(IdeaText.idea_id).in_(ids)).values(listed=False))


def forget_voter(session: Session, user_id: str) -> None:
    """Take back what somebody voted, as they would have done it, and what they were writing and searching."""
    session.execute(TAKE_ALL_BACK, {"user_id": user_id})
    session.execute(delete(RingVote).where(col(RingVote.user_id) == user_id))
    session.execute(delete(IdeaDraft).where(col(IdeaDraft.user_id) == user_id))
    session.execute(delete(SavedSearch).where(col(SavedSearch.user_id) == user_id))
    session.execute(delete(TrustLevel).where(col(TrustLevel.user_id) == user_id))
