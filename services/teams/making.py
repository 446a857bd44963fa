"""Teams made, renamed and deleted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, update
from sqlmodel import Session, col, select

from models.accounts import ApiKey, Membership, Role, Team, UserSession
from models.clock import now
from models.deployments import Deployment
from models.errors import Conflict, FieldError, InvalidInput, LimitReached, NotAllowed
from models.executions import ENDED, Execution
from models.shares import Share
from models.teams import Invitation
from services import audit
from services.accounts import Actor, require_confirmed, require_scope
from services.ideas.ending import end_ideas
from services.teams.views import find_team

MOST_TEAMS = 50


@dataclass(frozen=True, slots=True)
class Fate:
    """What goes with a team. `running` names the deployments that must be deleted first."""

    members: int
    executions: int
    keys: int
    invitations: int
    at_work: int
    running: list[str]


def create_team(session: Session, actor: Actor, name: str) -> Team:
    """Make a team whose owner is whoever asks.

    Raises:
        InvalidInput: the name cannot be used.
        NotAllowed: a key acts in one team and makes no others.
        LimitReached: the account is in very many already.
    """
    if actor.via == "key":
        raise NotAllowed(
            "An API key acts in the team that it was made in and makes no others. Create the team in the settings.",
            "key_of_one_team",
        )
    require_scope(actor, "teams:write")
    if len(actor.roles) > MOST_TEAMS:
        raise LimitReached(
            f"You are in {len(actor.roles)} teams. Leave one before you create another.", "too_many_teams"
        )
    team = Team(name=checked_name(name))
    session.add(team)
    session.flush()
    session.add(Membership(team_id=team.id, user_id=actor.user_id, role=Role.OWNER))
    session.flush()
    audit.record(session, actor, "team.created", team.id, team.id)
    return team


def rename_team(session: Session, actor: Actor, team_id: str, name: str) -> Team:
    """Give a team another name."""
    team = find_team(session, actor, "teams:write", team_id, locked=True)
    before, team.name = team.name, checked_name(name)
    if before != team.name:
        audit.record(session, actor, "team.renamed", team.id, team.id)
    session.flush()
    return team


def checked_name(name: str) -> str:
    """Return the name to store, or say what is wrong with it."""
    label = " ".join(name.split())
    if not label or len(label) > 80 or not label.isprintable():
        message = "Give the team a name of 1 to 80 printable characters."
        raise InvalidInput(message, "invalid_team", fields=[FieldError("/name", message)])
    return label


def fate_of(session: Session, actor: Actor, team_id: str) -> Fate:
    """Return what would go with a team, for whoever may delete it."""
    team = find_team(session, actor, "teams:delete", team_id)
    return fate(session, team)


def fate(session: Session, team: Team) -> Fate:
    """Count what belongs to a team."""

    def count(table: Any, *conditions: ColumnElement[bool]) -> int:
        statement = select(func.count()).select_from(table).where(table.team_id == team.id, *conditions)
        return session.scalar(statement) or 0

    live = select(Deployment.name).where(Deployment.team_id == team.id, col(Deployment.deleted_at).is_(None))
    return Fate(
        members=count(Membership),
        executions=count(Execution),
        keys=count(ApiKey, col(ApiKey.revoked_at).is_(None)),
        invitations=count(Invitation, open_invitation()),
        at_work=count(Execution, col(Execution.state).not_in(ENDED)),
        running=list(session.scalars(live.order_by(col(Deployment.name)))),
    )


def open_invitation() -> ColumnElement[bool]:
    """Return the condition that an invitation has not been answered or taken back."""
    return (
        col(Invitation.accepted_at).is_(None)
        & col(Invitation.declined_at).is_(None)
        & col(Invitation.revoked_at).is_(None)
    )


def delete_team(session: Session, actor: Actor, team_id: str, typed_name: str) -> None:
    """Delete a team in which nothing runs any more, with its executions, keys and invitations.

    `typed_name` is its name, typed by whoever asks. The audit trail keeps its lines. Files and executions are removed
    by the clock a little later.

    Raises:
        Conflict: it is a personal one, or something is still there or at work.
        InvalidInput: another name was typed.
        NotAllowed: without the password entered again a moment ago.
    """
    team = find_team(session, actor, "teams:delete", team_id, locked=True)
    if team.personal:
        raise Conflict("A personal team cannot be deleted. It goes with the account.", "personal_team")
    if typed_name.strip() != team.name:
        message = f"Type the name of the team to delete it: {team.name}"
        raise InvalidInput(message, "name_differs", fields=[FieldError("/name", message)])
    require_confirmed(actor)
    found = fate(session, team)
    if found.running:
        raise Conflict(
            f"Delete what is deployed in this team first: {', '.join(found.running[:5])}.", "team_in_use"
        )
    if found.at_work:
        raise Conflict(
            "Executions of this team are at work. Cancel them or wait for their end.", "team_in_use"
        )
    audit.record(session, actor, "team.deleted", team.id, team.id, {"executions": found.executions})
    close_team(session, team)


def close_team(session: Session, team: Team) -> None:
    """Mark a team as deleted: nobody is in it, no key opens it, no invitation leads to it, no link shows it."""
    moment = now()
    team.deleted_at = moment
    for row in session.scalars(select(Membership).where(Membership.team_id == team.id)):
        session.delete(row)
    for table in (ApiKey, Invitation, Share):
        session.execute(
            update(table)
            .where(col(table.team_id) == team.id, col(table.revoked_at).is_(None))
            .values(revoked_at=moment)
        )
    session.execute(update(UserSession).where(col(UserSession.team_id) == team.id).values(team_id=None))
    end_ideas(session, team.id)
    session.flush()
