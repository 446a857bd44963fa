"""What the team's page shows, as plain texts."""

from dataclasses import dataclass, field
from typing import Any

from app.wording import count, moment
from models.accounts import Role
from services import teams
from services.accounts import Actor
from services.permissions import PERMISSIONS


@dataclass
class TeamRow:
    """One of the visitor's teams."""

    id: str
    name: str
    role: str
    members: str
    chosen: bool


@dataclass
class MemberRow:
    """One member. `fixed`: the visitor may not change this one's role."""

    user_id: str
    name: str
    email: str
    picture: str
    role: str
    since: str
    you: bool
    fixed: bool


@dataclass
class InvitationRow:
    """One open invitation."""

    id: str
    email: str
    role: str
    sent_at: str
    ends_at: str
    expired: bool


@dataclass
class TeamPage:
    """Everything on the page, for the team that the visitor works in."""

    id: str = ""
    name: str = ""
    role: str = ""
    personal: bool = False
    manages: bool = False
    owns: bool = False
    fate: str = ""
    first: str = ""
    teams: list[TeamRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    invitations: list[InvitationRow] = field(default_factory=list)


def page_of(session: Any, actor: Actor) -> TeamPage:
    """Read what the page shows of the team that the visitor works in."""
    view = teams.get_team(session, actor, actor.team_id)
    may = PERMISSIONS[view.role]
    manages, owns = "members:write" in may, "teams:delete" in may and not view.personal
    invitations = teams.list_invitations(session, actor, view.id) if manages else []
    fate = teams.fate_of(session, actor, view.id) if owns else None
    return TeamPage(
        id=view.id,
        name=view.name,
        role=view.role,
        personal=view.personal,
        manages=manages,
        owns=owns,
        fate=fate_words(fate) if fate else "",
        first=first_words(fate) if fate else "",
        teams=[team_row(one) for one in teams.list_teams(session, actor)],
        members=[member_row(one, may, view.personal) for one in teams.list_members(session, actor, view.id)],
        invitations=[invitation_row(one) for one in invitations],
    )


def team_row(one: teams.TeamView) -> TeamRow:
    """Return one team in the list."""
    return TeamRow(one.id, one.name, one.role, str(one.members), one.chosen)


def member_row(one: teams.MemberView, may: frozenset[str], personal: bool) -> MemberRow:
    """Return one member in the table."""
    needed = "owners:write" if one.role == Role.OWNER else "members:write"
    return MemberRow(
        user_id=one.user_id,
        name=one.name,
        email=one.email,
        picture=one.picture,
        role=one.role,
        since=moment(one.since),
        you=one.you,
        fixed=personal or needed not in may,
    )


def invitation_row(one: teams.Invited) -> InvitationRow:
    """Return one invitation in the table."""
    return InvitationRow(
        one.id, one.email, one.role, moment(one.created_at), moment(one.expires_at), one.expired
    )


def fate_words(fate: teams.Fate) -> str:
    """Return what goes with a team, as one sentence."""
    goes = [
        count(fate.executions, "execution"),
        count(fate.keys, "API key"),
        count(fate.invitations, "invitation"),
    ]
    leave = count(fate.members, "person is", "people are")
    return (
        f"With it go {goes[0]}, {goes[1]} and {goes[2]}, and {leave} no longer in it. The audit trail stays."
    )


def first_words(fate: teams.Fate) -> str:
    """Return what must be done before a team can be deleted; nothing when nothing must."""
    if fate.running:
        return f"Delete what is deployed here first: {', '.join(fate.running[:5])}."
    return "Executions are at work. Cancel them or wait for their end." if fate.at_work else ""
