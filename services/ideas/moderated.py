"""What moderators do to an idea: its state alone. Who may, and why, is services.moderation's."""

from sqlmodel import Session, col, select

from models.clock import now
from models.errors import NotFound
from models.ideas import Idea, IdeaState
from services import follows
from services.ideas.listing import refresh_listing


def hide_idea(session: Session, idea_id: str) -> None:
    """Take an idea away from everybody but its author and its buyers.

    Raises:
        NotFound: there is none.
    """
    put_idea(session, idea_id, IdeaState.HIDDEN)


def show_idea(session: Session, idea_id: str) -> None:
    """Publish an idea that was held or hidden. One that was never seen is as old as this moment.

    Raises:
        NotFound: there is none.
    """
    put_idea(session, idea_id, IdeaState.PUBLISHED)


def put_idea(session: Session, idea_id: str, state: str) -> None:
    """Bring an idea into a state; twice is once.

    Raises:
        NotFound: there is none.
    """
    statement = select(Idea).where(col(Idea.id) == idea_id).with_for_update(key_share=True)
    idea = session.scalars(statement.execution_options(populate_existing=True)).one_or_none()
    if idea is None:
        raise NotFound("This idea is no longer there.")
    if idea.state == state:
        return
    idea.state, idea.changed_at = state, now()
    first = state == IdeaState.PUBLISHED and idea.published_at is None
    if first:
        idea.published_at = now()
    refresh_listing(session, idea)
    if first:
        follows.idea_appeared(session, idea)
