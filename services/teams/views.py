"""What people see of teams."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from models.accounts import Membership, Role, Team, User
from models.errors import NotFound
from services.accounts import Actor, require, require_scope
from services.profile import picture_url

RANK = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class TeamView:
    """One team as one of its members sees it. `role` is that member's, `chosen` whether it works in there now."""

    id: str
    name: str
    role: str
    personal: bool
    chosen: bool
    members: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class MemberView:
    """One member of a team. `you` marks whoever asks."""

    user_id: str
    name: str
    email: str
    picture: str
    role: str
    since: datetime
    you: bool


def list_teams(session: Session, actor: Actor) -> list[TeamView]:
    """Return the teams of whoever asks: the personal one first, then by name."""
    require_scope(actor, "teams:read")
    statement = (
        select(Team, func.count(col(Membership.user_id)))
        .join(Membership, col(Membership.team_id) == Team.id)
        .where(col(Team.id).in_(actor.roles))
        .group_by(col(Team.id))
        .order_by((col(Team.id) == actor.personal_team_id).desc(), func.lower(Team.name), col(Team.id))
    )
    return [view_of(team, members, actor) for team, members in session.execute(statement)]


def get_team(session: Session, actor: Actor, team_id: str) -> TeamView:
    """Return one team.

    Raises:
        NotFound: there is no such team, or whoever asks is not in it.
    """
    team = find_team(session, actor, "teams:read", team_id)
    statement = select(func.count()).select_from(Membership).where(Membership.team_id == team.id)
    return view_of(team, session.scalar(statement) or 0, actor)


def find_team(session: Session, actor: Actor, permission: str, team_id: str, *, locked: bool = False) -> Team:
    """Return the row of a team in which the actor may do this.

    Locked, it stands still: whoever changes its members or its owners waits here for the one before, and is asked
    again whether it still may.
    """
    require(actor, permission, team_id)
    team = session.get(Team, team_id, with_for_update=locked or None, populate_existing=True)
    if team is None or team.deleted_at is not None:
        raise NotFound("There is no such team. It may have been deleted.", "no_such_team")
    if locked:
        require(as_of_now(session, actor, team_id), permission, team_id)
    return team


def as_of_now(session: Session, actor: Actor, team_id: str) -> Actor:
    """Return the actor with the role that it has in a team at this moment, rather than when its request began."""
    row = session.get(Membership, (team_id, actor.user_id), populate_existing=True)
    others = {known: role for known, role in actor.roles.items() if known != team_id}
    return replace(actor, roles=others | ({team_id: row.role} if row else {}))


def view_of(team: Team, members: int, actor: Actor) -> TeamView:
    """Return what a member sees of a team's row."""
    return TeamView(
        id=team.id,
        name=team.name,
        role=actor.roles[team.id],
        personal=team.personal,
        chosen=team.id == actor.team_id,
        members=members,
        created_at=team.created_at,
    )


def list_members(session: Session, actor: Actor, team_id: str) -> list[MemberView]:
    """Return the members of a team: owners first, then by name."""
    find_team(session, actor, "teams:read", team_id)
    rank = case({str(role): place for role, place in RANK.items()}, value=col(Membership.role))
    statement = (
        select(Membership, User)
        .join(User, col(User.id) == Membership.user_id)
        .where(Membership.team_id == team_id)
        .order_by(rank, func.lower(User.name), col(User.id))
    )
    return [member_view(row, user, actor) for row, user in session.execute(statement)]


def member_view(row: Membership, user: User, actor: Actor) -> MemberView:
    """Return what other members see of one."""
    return MemberView(
        user_id=user.id,
        name=user.name,
        email=user.email,
        picture=picture_url(user),
        role=row.role,
        since=row.created_at,
        you=user.id == actor.user_id,
    )
