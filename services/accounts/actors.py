"""Who is asking, and what they may do."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.accounts import Membership, Role, Team, User, UserSession
from models.clock import now
from models.errors import NotAllowed, NotFound
from services.permissions import PERMISSIONS

# How long entering a password opens what needs it again.
CONFIRMED_FOR = timedelta(minutes=10)


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
