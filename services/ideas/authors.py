"""Authors as everybody sees them: whoever has published an idea, and nobody else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.accounts import User
from models.errors import NotFound
from models.idea_ranks import IdeaRank
from models.ideas import Idea
from services.profile import picture_url


@dataclass(frozen=True, slots=True)
class AuthorView:
    """An author. `picture` is an address on this site, `ideas` how many are published, `votes` what they have."""

    user_id: str
    name: str
    picture: str
    since: datetime
    ideas: int
    votes: int


def find_author(session: Session, user_id: str) -> AuthorView:
    """Return who has published ideas.

    Raises:
        NotFound: there is no such account, or nothing of theirs is published: accounts are nobody's business.
    """
    user = session.get(User, user_id)
    counted = (
        select(func.count(), func.coalesce(func.sum(IdeaRank.votes), 0))
        .join(Idea, col(Idea.id) == col(IdeaRank.idea_id))
        .where(col(Idea.user_id) == user_id, col(IdeaRank.listed))
    )
    ideas, votes = session.execute(counted).one()
    if user is None or user.erased_at is not None or not ideas:
        raise NotFound("There is no author at this address who has published ideas.")
    return AuthorView(user.id, user.name, picture_url(user), user.created_at, int(ideas), int(votes))
