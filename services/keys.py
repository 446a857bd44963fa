"""API keys: for programs, and for the command line on the server's own machine."""

import os
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.accounts import ApiKey, User, UserKind
from models.clock import now
from models.errors import FieldError, InvalidInput
from models.settings import settings
from services import audit
from services.accounts import (
    OPERATES,
    SCOPES,
    Actor,
    actor_for_user,
    add_with_team,
    require,
    require_confirmed,
    require_operator,
)
from services.one_time_links import hash_token

KEY_PREFIX = "ism_"
MACHINE_EMAIL = "machine@localhost"
USED_EVERY = timedelta(minutes=1)


def create_key(
    session: Session, actor: Actor, name: str, scopes: list[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key in the team that the actor works in. The key itself is returned once and stored only as a hash.

    Raises:
        InvalidInput: no name, an unknown scope, or an end in the past.
        NotAllowed: a key may not make a key that can do more than itself; a person enters the password again.
    """
    require(actor, "keys:write", actor.team_id)
    label = checked_key(name, scopes, expires_at)
    for scope in scopes:
        if scope in OPERATES:
            require_operator(actor, scope)
        else:
            require(actor, scope, actor.team_id)
    require_confirmed(actor)
    row, token = add_key(session, actor.user_id, actor.team_id, label, scopes, expires_at)
    audit.record(session, actor, "key.created", row.id, row.team_id, {"name": label, "scopes": row.scopes})
    return row, token


def checked_key(name: str, scopes: list[str], expires_at: datetime | None) -> str:
    """Return the name to store, or raise with every field that cannot be used."""
    label, wrong = " ".join(name.split()), []
    if not label or len(label) > 80 or not label.isprintable():
        wrong.append(FieldError("/name", "Give the key a name of 1 to 80 characters."))
    if not scopes or not set(scopes) <= SCOPES:
        wrong.append(FieldError("/scopes", f"Choose at least one scope of: {', '.join(sorted(SCOPES))}."))
    if expires_at is not None and (expires_at.tzinfo is None or expires_at <= now()):
        wrong.append(FieldError("/expires_at", "Choose an end in the future, with a time zone."))
    if wrong:
        raise InvalidInput(wrong[0].message, "invalid_key", fields=wrong)
    return label


def add_key(
    session: Session,
    user_id: str,
    team_id: str,
    name: str,
    scopes: list[str],
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Store a key and return it with its token."""
    token = KEY_PREFIX + secrets.token_urlsafe(32)
    row = ApiKey(
        team_id=team_id,
        user_id=user_id,
        name=name,
        prefix=token[:10],
        token_hash=hash_token(token),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row, token


def list_keys(session: Session, actor: Actor) -> list[ApiKey]:
    """Return the keys of the team that the actor works in that were not revoked, newest first. Some may have ended."""
    require(actor, "keys:read", actor.team_id)
    statement = (
        select(ApiKey)
        .where(ApiKey.team_id == actor.team_id, col(ApiKey.revoked_at).is_(None))
        .order_by(col(ApiKey.created_at).desc(), col(ApiKey.id).desc())
    )
    return list(session.scalars(statement))


def revoke_key(session: Session, actor: Actor, key_id: str) -> ApiKey:
    """End a key at once. Doing it twice is harmless."""
    row = session.get(ApiKey, key_id)
    require(actor, "keys:write", row.team_id if row else "")
    assert row is not None  # noqa: S101 - `require` refused an unknown team
    if row.revoked_at is None:
        row.revoked_at = now()
        audit.record(session, actor, "key.revoked", row.id, row.team_id, {"name": row.name})
    return row


def actor_for_key(session: Session, token: str) -> Actor | None:
    """Return who a key belongs to, or None when it was never made, has ended or was revoked."""
    if not token.startswith(KEY_PREFIX):
        return None
    statement = (
        select(ApiKey, User)
        .join(User, col(User.id) == ApiKey.user_id)
        .where(
            ApiKey.token_hash == hash_token(token),
            col(ApiKey.revoked_at).is_(None),
            col(User.disabled_at).is_(None),
        )
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    row, user = found
    if row.expires_at is not None and row.expires_at <= now():
        return None
    if row.last_used_at is None or now() - row.last_used_at > USED_EVERY:
        session.execute(update(ApiKey).where(col(ApiKey.id) == row.id).values(last_used_at=now()))
    scopes = frozenset(row.scopes)
    if user.kind == UserKind.MACHINE:
        return actor_for_user(session, user, via="local", scopes=scopes)
    actor = actor_for_user(session, user, via="key", scopes=scopes, team_id=row.team_id)
    return only_in(actor, row.team_id)


def only_in(actor: Actor, team_id: str) -> Actor | None:
    """Return the actor of a key that acts in its own team alone, or None when its maker is no longer in there."""
    role = actor.roles.get(team_id)
    return None if role is None else replace(actor, roles={team_id: role})


def ensure_local_account(session: Session) -> tuple[User, str]:
    """Return the account of this machine and its key, which lies in the data folder, readable by its owner alone.

    The file is written before the commit: without its row it opens nothing, and the next start makes a new pair.
    """
    user = session.scalar(select(User).where(User.email == MACHINE_EMAIL))
    if user is None:
        user = User(email=MACHINE_EMAIL, name="This machine", kind=UserKind.MACHINE, is_operator=True)
        add_with_team(session, user, "This machine")
    path = settings().data / "local-key"
    token = path.read_text().strip() if path.exists() else ""
    actor = actor_for_key(session, token)
    if actor is not None and actor.user_id == user.id:
        widen(session, token)
        return user, token
    team_id = actor_for_user(session, user, via="local").personal_team_id
    _, token = add_key(session, user.id, team_id, "Command line on this machine", sorted(SCOPES))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(token + "\n")
    return user, token


def widen(session: Session, token: str) -> None:
    """Let this machine's key do what a newer version knows to do."""
    statement = update(ApiKey).where(col(ApiKey.token_hash) == hash_token(token))
    session.execute(statement.where(col(ApiKey.scopes) != sorted(SCOPES)).values(scopes=sorted(SCOPES)))
