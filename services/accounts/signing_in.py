"""Signing in and out: sessions and the actor behind a cookie."""

import secrets
from datetime import timedelta

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from models.accounts import User, UserSession
from models.clock import now
from models.errors import NotSignedIn
from services import audit, devices
from services.accounts.actors import Actor, actor_for_user
from services.accounts.passwords import password_matches
from services.messages import letters
from services.one_time_links import hash_token

SESSION_LIFE = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)


def sign_in(
    session: Session, email: str, password: str, *, user_agent: str = "", address: str = ""
) -> tuple[User, str]:
    """Return the account and the token for its cookie. The token is stored only as a hash.

    Raises:
        NotSignedIn: one answer, in the same time, for an unknown address and for a wrong password.
    """
    user = session.scalar(select(User).where(User.email == email.strip().lower()[:254].replace("\x00", "")))
    known = user is not None and user.password_hash is not None and user.disabled_at is None
    if (
        not password_matches(user.password_hash if user and known else None, password)
        or user is None
        or not known
    ):
        raise NotSignedIn(
            "That e-mail address and password do not belong together. Try again.", "wrong_credentials"
        )
    return user, open_session(session, user, user_agent=user_agent, address=address)


def open_session(session: Session, user: User, *, user_agent: str = "", address: str = "") -> str:
    """Store a new session for `user`, whose password has just been entered; return the token for its cookie.

    A device that was not seen before is told of by mail, except the first one.
    """
    token = secrets.token_urlsafe(32)
    row = UserSession(
        user_id=user.id,
        token_hash=hash_token(token),
        user_agent=user_agent.replace("\x00", "")[:300],
        address=address[:64],
        confirmed_at=now(),
        expires_at=now() + SESSION_LIFE,
    )
    if devices.is_new(session, user.id, row.user_agent, row.address):
        letters.new_device(session, user, devices.device_words(row.user_agent), row.address)
    session.add(row)
    session.flush()
    actor = actor_for_user(session, user, via="session")
    audit.record(session, actor, "session.opened", row.id, actor.personal_team_id)
    return token


def sign_out(session: Session, token: str) -> None:
    """End the session of a cookie. An unknown token changes nothing."""
    row = session.scalar(select(UserSession).where(UserSession.token_hash == hash_token(token)))
    if row is None or row.revoked_at is not None:
        return
    row.revoked_at = now()
    actor = actor_for_session(session, token, even_ended=True)
    if actor is not None:
        audit.record(session, actor, "session.closed", row.id, actor.personal_team_id)


def actor_for_session(session: Session, token: str, *, even_ended: bool = False) -> Actor | None:
    """Return who a cookie belongs to, or None when its session has ended."""
    statement = (
        select(UserSession, User)
        .join(User, col(User.id) == UserSession.user_id)
        .where(UserSession.token_hash == hash_token(token), col(User.disabled_at).is_(None))
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    row, user = found
    if not even_ended and (row.revoked_at is not None or row.expires_at <= now()):
        return None
    if now() - row.last_seen_at > SEEN_EVERY:
        # A page's other requests may be here at the same moment; none of them waits for this.
        session.execute(
            update(UserSession).where(col(UserSession.id) == row.id).values(last_seen_at=func.now())
        )
    return actor_for_user(session, user, via="session", opened=row, team_id=row.team_id)
