"""Taking a comment away: by who wrote it, who may have it back for a while, or by a moderator."""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import Session

from models.clock import now
from models.errors import Conflict, IdeasmithError
from services.accounts import Actor
from services.bulk import BulkResult, Refused, named
from services.comments.counting import locked, move
from services.comments.reading import CommentView, one_view
from services.comments.writing import own_comment

UNDO_FOR = timedelta(minutes=10)


def delete_comment(session: Session, actor: Actor, comment_id: str) -> str:
    """Delete one's own comment and return its idea's id; twice is once.

    One with answers leaves its place, without words and name.

    Raises:
        NotFound: there is no such comment for them to see.
        NotAllowed: it is somebody else's.
    """
    row, idea = own_comment(session, actor, comment_id)
    if row.deleted_at is None:
        move(session, row, deleted_at=now())
    return idea.id


def restore_comment(session: Session, actor: Actor, comment_id: str) -> CommentView:
    """Take a deletion back; twice is once.

    Raises:
        NotFound: there is no such comment for them to see.
        NotAllowed: it is somebody else's.
        Conflict: it was deleted more than ten minutes ago.
    """
    row, idea = own_comment(session, actor, comment_id)
    if row.deleted_at is not None:
        if now() - row.deleted_at > UNDO_FOR:
            raise Conflict("It was deleted more than ten minutes ago, and stays so.", "too_late")
        move(session, row, deleted_at=None)
    return one_view(session, actor, idea, row)


def bring_back(session: Session, actor: Actor, ids: Sequence[str]) -> BulkResult:
    """Take the deletion of some comments back, for the button of a toast."""
    result = BulkResult()
    for comment_id in named(ids):
        try:
            restore_comment(session, actor, comment_id)
            result.done.append((comment_id, "Your comment"))
        except IdeasmithError as error:
            result.refused.append(Refused(comment_id, "Your comment", error))
    return result


def hide(session: Session, comment_id: str) -> None:
    """Take a comment away from everybody but its author; twice is once. Who may do so is asked by the caller.

    Raises:
        NotFound: there is none.
    """
    row = locked(session, comment_id)
    if row.hidden_at is None:
        move(session, row, hidden_at=now())


def show(session: Session, comment_id: str) -> None:
    """Let everybody read a hidden comment again; twice is once. Who may do so is asked by the caller.

    Raises:
        NotFound: there is none.
    """
    row = locked(session, comment_id)
    if row.hidden_at is not None:
        move(session, row, hidden_at=None)
