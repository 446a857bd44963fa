"""Whether an idea is in lists and found by searches: both follow from its state."""

from sqlmodel import Session

from models.idea_ranks import IdeaRank
from models.ideas import Idea, IdeaState
from services.ideas.words import index_idea


def refresh_listing(session: Session, idea: Idea) -> None:
    """Bring the rank of an idea in line with what lists filter by."""
    session.flush()
    rank = session.get_one(IdeaRank, idea.id)
    rank.listed = idea.state == IdeaState.PUBLISHED
    rank.category, rank.language, rank.price_cents = idea.category, idea.language, idea.price_cents
    rank.published_at = idea.published_at or idea.created_at
    session.flush()
    index_idea(session, idea, rank)
