"""What becomes of reviews when somebody leaves: they stay without a name, as do replies; marks go."""

from sqlalchemy import bindparam, text, update
from sqlmodel import Session, col

from models.ids import Id
from models.reviews import Review

TAKE_ALL_BACK = text("""
WITH gone AS (DELETE FROM review_marks WHERE user_id = :user_id RETURNING review_id)
UPDATE reviews SET helpful = helpful - 1 FROM gone WHERE reviews.id = gone.review_id
""").bindparams(bindparam("user_id", type_=Id("user")))


def forget_reviewer(session: Session, user_id: str) -> None:
    """Take back whom reviews helped, and empty what its author had withdrawn."""
    session.execute(TAKE_ALL_BACK, {"user_id": user_id})
    withdrawn = update(Review).where(col(Review.user_id) == user_id, col(Review.withdrawn_at).is_not(None))
    session.execute(withdrawn.values(words="").execution_options(synchronize_session=False))
