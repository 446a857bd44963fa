"""The signed-in browsers of an account: which there are, and ending them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.accounts import UserSession
from models.clock import now
from models.errors import NotFound
from services import audit
from services.accounts import Actor, require
from services.devices import device_words


@dataclass(frozen=True, slots=True)
class SessionView:
    """One signed-in browser. `current` is the one that asks."""

    id: str
    device: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool


def list_sessions(session: Session, actor: Actor) -> list[SessionView]:
    """Return the live sessions of the actor's account: the asking one first, then by when they were seen."""
    require(actor, "account:read", actor.team_id)
    statement = (
        select(UserSession)
        .where(
            UserSession.user_id == actor.user_id,
            col(UserSession.revoked_at).is_(None),
            col(UserSession.expires_at) > now(),
        )
        .order_by(
            (col(UserSession.id) != actor.session_id) if actor.session_id else col(UserSession.id).is_(None),
            col(UserSession.last_seen_at).desc(),
            col(UserSession.id).desc(),
        )
    )
    return [view(row, actor) for row in session.scalars(statement)]


def view(row: UserSession, actor: Actor) -> SessionView:
    """Return a stored session as its owner sees it."""
    return SessionView(
        id=row.id,
        device=device_words(row.user_agent),
        address=row.address,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        current=row.id == actor.session_id,
    )


def revoke_session(session: Session, actor: Actor, session_id: str) -> None:
    """Sign one browser of the actor's own account out. Doing it twice is harmless."""
    require(actor, "account:write", actor.team_id)
    row = session.get(UserSession, session_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("There is no session with that id in your account.")
    if row.revoked_at is None:
        row.revoked_at = now()
        audit.record(session, actor, "session.revoked", row.id, actor.personal_team_id)


def revoke_other_sessions(session: Session, actor: Actor) -> int:
    """Sign every browser of the actor's account out except the asking one; return how many."""
    require(actor, "account:write", actor.team_id)
    count = revoke_sessions(session, actor.user_id, but=actor.session_id)
    if count:
        audit.record(
            session, actor, "sessions.revoked", actor.user_id, actor.personal_team_id, {"count": count}
        )
    return count


def revoke_sessions(session: Session, user_id: str, *, but: str | None = None) -> int:
    """End every live session of an account, except one if it is named; return how many."""
    live = [col(UserSession.user_id) == user_id, col(UserSession.revoked_at).is_(None)]
    if but is not None:
        live.append(col(UserSession.id) != but)
    ended = update(UserSession).where(*live).values(revoked_at=now()).returning(col(UserSession.id))
    return len(session.scalars(ended).all())
