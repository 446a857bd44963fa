"""Accounts: sign up and in, sessions, and who may do what."""

import functools
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, func, text, update
from sqlmodel import Session, col, select

from models.accounts import LinkPurpose, Membership, Role, Team, User, UserKind, UserSession
from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput, NotAllowed, NotFound, NotSignedIn
from models.settings import settings
from services import audit, devices, one_time_links
from services.messages import letters
from services.one_time_links import hash_token as hash_token
from services.permissions import OPERATES as OPERATES
from services.permissions import PERMISSIONS
from services.permissions import SCOPES as SCOPES

SESSION_LIFE = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=5)
PASSWORD_LENGTHS = range(8, 201)
# Deliberately loose (RFC 5321 allows nearly anything): the proof of an address is a mail that arrives.
EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,180}\.[^\s@<>\".]{2,63}|[^\s@<>\"]{1,64}@localhost")

# How long entering a password opens what needs it again.
CONFIRMED_FOR = timedelta(minutes=10)

passwords = PasswordHasher()


@functools.cache
def nobodys_hash() -> str:
    """Return a hash that is checked for unknown addresses, so that known and unknown ones take the same time."""
    return passwords.hash(secrets.token_urlsafe(16))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: an account, what it may do in which team, and by which way it came in.

    `team_id` is the team that it works in now: lists show that team's rows, and what it makes belongs to it.
    `scopes` is None for a signed-in person, who may do all that the role allows; a key may do only what it names.
    """

    user_id: str
    name: str
    email: str
    is_operator: bool
    roles: dict[str, str]
    personal_team_id: str
    team_id: str
    scopes: frozenset[str] | None
    via: str
    email_verified: bool = False
    session_id: str | None = None
    # When the password was entered last; None for a key, and for a session that was opened otherwise.
    confirmed_at: datetime | None = None


def require(actor: Actor, permission: str, team_id: str) -> None:
    """Refuse unless `actor` has `permission` in the team that owns the row.

    Raises:
        NotFound: the row belongs to a team that the actor is not in, which must look like no row at all.
        NotAllowed: the role or the key is not enough.
    """
    role = actor.roles.get(team_id)
    if role is None:
        raise NotFound("There is nothing here with that id, or it belongs to another team.")
    if permission not in PERMISSIONS[role]:
        raise NotAllowed(
            f"Your role in this team ({role}) may not do this. Ask an owner or admin.", "role_too_low"
        )
    require_scope(actor, permission)


def require_scope(actor: Actor, permission: str) -> None:
    """Refuse a key that does not name `permission`, for lists that span teams."""
    if actor.scopes is not None and permission not in actor.scopes:
        raise NotAllowed(
            f"This API key may not do that: it has no scope {permission!r}. Make a key with it.",
            "missing_scope",
        )


def require_operator(actor: Actor, permission: str) -> None:
    """Refuse unless `actor` runs this installation, and its key, if it came with one, names `permission`."""
    if not actor.is_operator:
        raise NotAllowed("Only the operator of this installation may do this.", "operator_only")
    require_scope(actor, permission)


def require_confirmed(actor: Actor) -> None:
    """Refuse a signed-in person whose password was not entered within the last ten minutes.

    A key is asked for nothing more: what it may do was decided when it was made.

    Raises:
        NotAllowed: with the code `step_up_needed`; `/confirm?next=…` asks for the password.
    """
    if actor.via == "session" and not is_confirmed(actor):
        raise NotAllowed("Enter your password again to do this.", "step_up_needed")


def is_confirmed(actor: Actor) -> bool:
    """Whether the password was entered within the last ten minutes."""
    return actor.confirmed_at is not None and now() - actor.confirmed_at <= CONFIRMED_FOR


def sign_up(
    session: Session,
    *,
    email: str,
    password: str,
    name: str = "",
    operator_token: str | None = None,
    on_loopback: bool = True,
) -> User:
    """Make an account with a personal team. The first account of an installation is its operator.

    Raises:
        InvalidInput: the address, password or name cannot be used; `fields` says why.
        NotAllowed: off loopback, the first account did not bring the token printed at start.
        Conflict: the address has an account.
    """
    address, label = checked_sign_up(email, password, name)
    lock_addresses(session)
    first = not there_is(session, User.kind == UserKind.PERSON)
    if first:
        check_operator_token(operator_token, on_loopback)
    if there_is(session, User.email == address):
        raise Conflict("There is an account with this e-mail address. Sign in instead.", "email_taken")
    user = User(
        email=address, name=label, password_hash=passwords.hash(password_bytes(password)), is_operator=first
    )
    team = add_with_team(session, user, f"{label}'s team", machine_team(session) if first else None)
    actor = actor_for_user(session, user, via="session")
    audit.record(session, actor, "account.signed_up", user.id, team.id, {"operator": first})
    token = one_time_links.make_link(session, user.id, LinkPurpose.VERIFY_EMAIL, user.email)
    letters.welcome(session, user, token)
    return user


def lock_addresses(session: Session) -> None:
    """Let one transaction at a time give an account its address.

    Two first accounts at once must not both become the operator, nor two accounts have one address.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('ideasmith.sign_up'))"))


def there_is(session: Session, condition: ColumnElement[bool] | bool) -> bool:
    """Whether an account fulfils `condition`."""
    return session.scalars(select(User.id).where(condition).limit(1)).first() is not None


def checked_sign_up(email: str, password: str, name: str) -> tuple[str, str]:
    """Return the address and name to store, or raise with every field that cannot be used."""
    address, label, wrong = email.strip().lower(), " ".join(name.split()), []
    for path, sentence in (
        ("/email", email_problem(address)),
        ("/password", password_problem(password, address)),
    ):
        if sentence:
            wrong.append(FieldError(path, sentence))
    if len(label) > 80 or not label.isprintable():
        wrong.append(FieldError("/name", "Use at most 80 printable characters for your name."))
    if wrong:
        raise InvalidInput(wrong[0].message, "invalid_sign_up", fields=wrong)
    return address, label or address.partition("@")[0]


def email_problem(address: str) -> str:
    """Return why this cannot be the address of an account; nothing when it can."""
    if len(address) <= 254 and EMAIL.fullmatch(address) and address.isprintable():
        return ""
    return "Enter an e-mail address, such as ada@example.com."


def password_problem(password: str, address: str) -> str:
    """Return why this cannot be the password of the account with that address; nothing when it can."""
    if len(password) not in PASSWORD_LENGTHS:
        return "Choose a password of 8 to 200 characters."
    if password.strip().lower() == address or len(set(password)) < 4:
        return "This password is too easy to guess. Choose another."
    return ""


def check_operator_token(given: str | None, on_loopback: bool) -> None:
    """Let the first account pass on loopback, elsewhere only with the token that was printed at start."""
    wanted = settings().operator_token
    if on_loopback or (wanted and secrets.compare_digest((given or "").strip().encode(), wanted.encode())):
        return
    raise NotAllowed(
        "The first account runs this installation. Enter the operator token that the server printed at start.",
        "operator_token_needed",
    )


def add_with_team(session: Session, user: User, team_name: str, team: Team | None = None) -> Team:
    """Store an account and the personal team that owns what it makes: a new one unless `team` is given."""
    team = team or Team(personal=True, name="")
    team.name = team_name[:80]
    session.add_all([user, team])
    session.flush()
    session.add(Membership(team_id=team.id, user_id=user.id, role=Role.OWNER))
    session.flush()
    return team


def machine_team(session: Session) -> Team | None:
    """Return the team of this machine's command line, which the operator's account shares.

    So whatever was made in a shell on the server's machine is on the operator's screen, and the other way round.
    """
    statement = (
        select(Team)
        .join(Membership, col(Membership.team_id) == Team.id)
        .join(User, col(User.id) == Membership.user_id)
        .where(User.kind == UserKind.MACHINE, Membership.role == Role.OWNER)
        .order_by(col(Membership.created_at))
    )
    return session.scalars(statement).first()


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


def password_matches(stored: str | None, password: str) -> bool:
    """Compare a password with its hash; without one, spend the same time and say no."""
    try:
        return passwords.verify(stored or nobodys_hash(), password_bytes(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def password_bytes(password: str) -> bytes:
    """Return what is hashed of a password: any text, even one that is no valid Unicode, up to a sane length."""
    return password[:1000].encode("utf-8", "surrogatepass")


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


def actor_for_user(
    session: Session,
    user: User,
    *,
    via: str,
    scopes: frozenset[str] | None = None,
    opened: UserSession | None = None,
    team_id: str | None = None,
) -> Actor:
    """Return the actor of an account with its role in each of its teams.

    `opened` is the session that it came in by; without one, somebody has just proven to be this person. It works in
    the team `team_id`, or in its personal one where it is no member of that (any more).
    """
    statement = (
        select(Membership.team_id, Membership.role, Team.personal)
        .join(Team, col(Team.id) == Membership.team_id)
        .where(Membership.user_id == user.id, col(Team.deleted_at).is_(None))
        .order_by(col(Membership.created_at), col(Membership.team_id))
    )
    rows = session.execute(statement).all()
    # The account's own personal team is the one that it was given first.
    personal = next(team_id for team_id, role, is_personal in rows if is_personal and role == Role.OWNER)
    roles = {team_id: role for team_id, role, _ in rows}
    return Actor(
        user_id=user.id,
        name=user.name,
        email=user.email,
        is_operator=user.is_operator,
        roles=roles,
        personal_team_id=personal,
        team_id=team_id if team_id is not None and team_id in roles else personal,
        scopes=scopes,
        via=via,
        email_verified=user.email_verified_at is not None,
        session_id=opened.id if opened else None,
        confirmed_at=opened.confirmed_at if opened else now(),
    )


def in_team(actor: Actor, team_id: str) -> Actor:
    """Return the actor at work in another of its teams, for one request.

    Raises:
        NotAllowed: it is in no such team; whether there is one is not said.
    """
    if team_id not in actor.roles:
        raise NotAllowed(
            "You are in no such team, or this API key was made in another one. A key acts in its own team only.",
            "wrong_team",
        )
    return replace(actor, team_id=team_id)
