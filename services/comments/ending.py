"""What becomes of comments: deleted words go after a month, and who leaves leaves words without a name."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy import select as sa_select
from sqlmodel import Session, col

from models.clock import now
from models.comments import Comment, CommentVersion

# So long a report about a deleted comment can still be judged.
KEPT_FOR = timedelta(days=30)


def forget_deleted(session: Session) -> int:
    """Empty what was deleted a month ago, and return how many comments that were. Due by night."""
    return empty(session, col(Comment.deleted_at) < now() - KEPT_FOR)


def forget_talker(session: Session, user_id: str) -> None:
    """Take the name's owner out of what they said: what others read stays, what nobody reads any more goes."""
    mine = sa_select(col(Comment.id)).where(col(Comment.user_id) == user_id)
    session.execute(delete(CommentVersion).where(col(CommentVersion.comment_id).in_(mine)))
    empty(session, col(Comment.user_id) == user_id)


def empty(session: Session, which: ColumnElement[bool]) -> int:
    """Empty deleted comments with all that they ever said."""
    emptied = (
        update(Comment)
        .where(which, col(Comment.deleted_at).is_not(None), col(Comment.words) != "")
        .values(words="")
        .returning(col(Comment.id))
        .execution_options(synchronize_session=False)
    )
    ids: list[Any] = list(session.scalars(emptied))
    session.execute(delete(CommentVersion).where(col(CommentVersion.comment_id).in_(ids)))
    return len(ids)
