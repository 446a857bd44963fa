"""For moderators: a review is taken away from everybody but its author, or shown again. The caller asks who it is."""

from datetime import datetime

from sqlmodel import Session

from models.clock import now
from models.reviews import Review
from services.reviews.counting import recount, take_turn
from services.reviews.reading import missing


def hide(session: Session, review_id: str) -> None:
    """Take a review away: it is not listed and counts no more. Twice is once.

    Raises:
        NotFound: there is none.
    """
    set_hidden(session, review_id, now())


def show(session: Session, review_id: str) -> None:
    """Let everybody read a hidden review again. Twice is once.

    Raises:
        NotFound: there is none.
    """
    set_hidden(session, review_id, None)


def set_hidden(session: Session, review_id: str, moment: datetime | None) -> None:
    """Change whether a review is hidden."""
    row = session.get(Review, review_id)
    if row is None:
        raise missing()
    take_turn(session, row.idea_id)
    session.refresh(row)
    if (row.hidden_at is None) != (moment is None):
        row.hidden_at = moment
        session.flush()
        recount(session, row.idea_id)
