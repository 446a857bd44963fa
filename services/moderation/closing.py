"""Closing an account, and opening it again. Two people decide that; here it is done."""

from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.accounts import User, UserKind
from models.clock import now
from models.errors import Conflict, NotFound
from models.ideas import Idea, IdeaState
from services.ideas.moderated import put_idea
from services.sessions import revoke_sessions

SHOWN = (IdeaState.PUBLISHED, IdeaState.HELD)


def refuse_closing(session: Session, user_id: str) -> User:
    """Return the account that is to be closed, locked.

    Raises:
        NotFound: it is gone.
        Conflict: it runs this installation, or is closed already.
    """
    user = session.get(User, user_id, with_for_update={"key_share": True}, populate_existing=True)
    if user is None or user.erased_at is not None or user.kind != UserKind.PERSON:
        raise NotFound("This account is no longer there.")
    if user.is_operator:
        raise Conflict("They run this installation. Take their operator's rights back first.", "is_operator")
    if user.disabled_at is not None:
        raise Conflict("This account is closed already.", "closed_already")
    return user


def close_account(session: Session, user_id: str) -> dict[str, Any]:
    """End an account's sessions and keys and hide its ideas; return what has to be known to open it again.

    Raises:
        NotFound, Conflict: as `refuse_closing`.
    """
    user = refuse_closing(session, user_id)
    user.disabled_at = now()
    revoke_sessions(session, user.id)
    shown = (
        select(Idea).where(col(Idea.user_id) == user.id, col(Idea.state).in_(SHOWN)).order_by(col(Idea.id))
    )
    before = {idea.id: str(idea.state) for idea in session.scalars(shown).all()}
    for idea_id in before:
        put_idea(session, idea_id, IdeaState.HIDDEN)
    return {"ideas": before}


def open_account(session: Session, user_id: str, data: dict[str, Any]) -> None:
    """Open a closed account, with the ideas that were hidden by closing it. It signs in as before.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    opened = (
        update(User).where(col(User.id) == user_id, col(User.erased_at).is_(None)).values(disabled_at=None)
    )
    if session.scalar(opened.returning(col(User.id))) is None:
        raise NotFound("This account is no longer there.")
    for idea_id, state in sorted(data.get("ideas", {}).items()):
        put_idea(session, idea_id, state)
