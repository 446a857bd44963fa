"""How many comments an idea has, and how many answers a comment: what everybody sees, and nothing else.

Each change adds to what is there, behind the lock of the row that it is about, so that no two writers lose one.
Rows are locked in one order: the comment, its parent, the idea's rank.
"""

from typing import Any

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, select

from models.comments import Comment
from models.errors import NotFound
from models.ids import Id, decode_id
from services.ideas.standing import rescore

OF_IDEA = text("UPDATE idea_ranks SET comments = comments + :more WHERE idea_id = :idea_id").bindparams(
    bindparam("idea_id", type_=Id("idea"))
)
OF_PARENT = text("UPDATE comments SET answers = answers + :more WHERE id = :parent_id").bindparams(
    bindparam("parent_id", type_=Id("cmnt"))
)


def locked(session: Session, comment_id: str) -> Comment:
    """Return a comment that nobody else changes meanwhile.

    Raises:
        NotFound: there is none.
    """
    decode_id("cmnt", comment_id)
    statement = select(Comment).where(col(Comment.id) == comment_id).execution_options(populate_existing=True)
    found = session.scalars(statement.with_for_update(key_share=True)).one_or_none()
    if found is None:
        raise NotFound("There is no comment with that id.")
    return found


def is_shown(comment: Comment) -> bool:
    """Whether everybody reads it."""
    return comment.deleted_at is None and comment.hidden_at is None


def move(session: Session, comment: Comment, **changes: Any) -> None:
    """Change a comment that is locked, and the counts with it."""
    before = is_shown(comment)
    for name, value in changes.items():
        setattr(comment, name, value)
    session.flush()
    count(session, comment, int(is_shown(comment)) - int(before))


def count(session: Session, comment: Comment, more: int) -> None:
    """Add to the counts above a comment: 1 when it appeared, -1 when it went, 0 when it stayed what it was."""
    if not more:
        return
    if comment.parent_id is not None:
        session.execute(OF_PARENT, {"parent_id": comment.parent_id, "more": more})
    session.execute(OF_IDEA, {"idea_id": comment.idea_id, "more": more})
    rescore(session, [comment.idea_id])
