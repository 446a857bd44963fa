"""Which of what was said is still there for others to read."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from models.comments import Comment
from models.reviews import Review


def comments_standing(session: Session, ids: Collection[str]) -> set[str]:
    """Return the comments that were neither deleted nor hidden."""
    shown = (col(Comment.deleted_at).is_(None), col(Comment.hidden_at).is_(None))
    return set(session.scalars(select(Comment.id).where(col(Comment.id).in_(ids), *shown)))


def reviews_standing(session: Session, ids: Collection[str]) -> set[str]:
    """Return the reviews that were neither withdrawn nor hidden."""
    shown = (col(Review.withdrawn_at).is_(None), col(Review.hidden_at).is_(None))
    return set(session.scalars(select(Review.id).where(col(Review.id).in_(ids), *shown)))
