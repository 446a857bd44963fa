"""Deleting an account: what goes, what stays, and what must be done before."""

from dataclasses import dataclass

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, update
from sqlmodel import Session, col, select

from models.accounts import ApiKey, Membership, OneTimeLink, Role, Team, User, UserKind, UserSession
from models.clock import now
from models.deployments import Deployment, Wanted
from models.errors import Conflict, FieldError, InvalidInput, NotAllowed
from models.executions import ENDED, Execution
from models.follows import Follow
from models.journal import IdempotencyRecord
from models.messages import Message
from models.notifications import Notification, NotificationSetting
from models.ratings import Rating
from models.shares import Share
from models.teams import Invitation
from services import audit, deployments, executions, follows
from services.accounts import Actor, require_confirmed
from services.comments import forget_talker
from services.ideas.ending import forget_voter
from services.ideas.receipts.making import forget_author as forget_receipts
from services.messages import queue_mail
from services.moderation.forgetting import forget_person_in_cases
from services.privacy.exports import forget_exports
from services.profile import drop_picture, own_row
from services.reviews import forget_reviewer
from services.teams.making import close_team
from services.teams.members import end_membership

# Reserved for ever (RFC 2606), so that no mail to it arrives anywhere.
NOWHERE = "erased.invalid"
ERASED_NAME = "Deleted account"
# What the operator's personal team is called again when only the machine's command line is left in it.
MACHINE_NAME = "This machine"


@dataclass(frozen=True, slots=True)
class Farewell:
    """What deleting an account would do. While `first` names something, it is refused."""

    first: list[str]
    applications: list[str]
    executions: int
    keys: int
    teams_deleted: list[str]
    teams_left: list[str]


def farewell(session: Session, actor: Actor) -> Farewell:
    """Return what goes with the account of whoever asks, and what must be done before."""
    alone, others = teams_of(session, actor)
    ids = [team.id for team in alone]
    live = select(Deployment.name).where(
        col(Deployment.team_id).in_(ids),
        col(Deployment.deleted_at).is_(None),
        Deployment.wanted != Wanted.DELETED,
    )
    made = select(func.count()).select_from(Execution).where(col(Execution.team_id).in_(ids))
    keys = select(func.count()).select_from(ApiKey)
    return Farewell(
        first=[*last_operator(session, actor), *still_to_hand_over(session, actor, others)],
        applications=list(session.scalars(live.order_by(col(Deployment.name)))),
        executions=session.scalar(made) or 0,
        keys=session.scalar(keys.where(ApiKey.user_id == actor.user_id, col(ApiKey.revoked_at).is_(None)))
        or 0,
        teams_deleted=[team.name for team in alone if not team.personal],
        teams_left=[team.name for team in others],
    )


def teams_of(session: Session, actor: Actor) -> tuple[list[Team], list[Team]]:
    """Return the teams in which nobody else is, and the others."""
    statement = (
        select(Team)
        .join(Membership, col(Membership.team_id) == Team.id)
        .where(Membership.user_id == actor.user_id, col(Team.deleted_at).is_(None))
        .order_by(func.lower(Team.name), col(Team.id))
    )
    mine = list(session.scalars(statement))
    with_others = select(Membership.team_id).where(
        col(Membership.team_id).in_([team.id for team in mine]), Membership.user_id != actor.user_id
    )
    shared = set(session.scalars(with_others))
    return [team for team in mine if team.id not in shared], [team for team in mine if team.id in shared]


def last_operator(session: Session, actor: Actor) -> list[str]:
    """Say that an installation is not left without anybody who runs it."""
    others = select(User.id).where(
        User.is_operator,
        User.kind == UserKind.PERSON,
        User.id != actor.user_id,
        col(User.disabled_at).is_(None),
    )
    if not actor.is_operator or session.scalars(others.limit(1)).first() is not None:
        return []
    return [
        "You are the only operator of this installation. To end it as a whole, stop it and delete its data folder."
    ]


def still_to_hand_over(session: Session, actor: Actor, teams: list[Team]) -> list[str]:
    """Say which teams would be left without an owner."""
    owners = select(Membership.team_id).where(
        Membership.role == Role.OWNER,
        Membership.user_id != actor.user_id,
        col(Membership.team_id).in_([team.id for team in teams]),
    )
    others = set(session.scalars(owners))
    return [
        f"You are the only owner of {team.name}. Make somebody else an owner, or delete the team."
        for team in teams
        if actor.roles.get(team.id) == Role.OWNER and team.id not in others
    ]


def erase(session: Session, actor: Actor, typed_email: str) -> None:
    """Delete the account of whoever asks, at once: no session or key opens anything when this commits.

    Applications of the teams that go are stopped and removed by the keeper, their executions and files by the clock.
    What was made in other teams stays with them, and the audit trail keeps its lines, both without a name.

    Raises:
        NotAllowed: by a key, or without the password entered again a moment ago.
        InvalidInput: another address was typed.
        Conflict: something must be done before; the message says what.
    """
    if actor.via != "session":
        raise NotAllowed("An account is deleted by its owner, signed in on the site.", "only_in_person")
    require_confirmed(actor)
    user = own_row(session, actor)
    if typed_email.strip().lower() != user.email:
        message = f"Type the address of the account to delete it: {user.email}"
        raise InvalidInput(message, "email_differs", fields=[FieldError("/email", message)])
    alone, others = lock_teams(session, actor)
    if first := [*last_operator(session, actor), *still_to_hand_over(session, actor, others)]:
        raise Conflict(first[0], "not_yet")
    for team in alone:
        end_team(session, actor, team)
    for team in others:
        audit.record(session, actor, "member.left", user.id, team.id)
        end_membership(session, session.get_one(Membership, (team.id, user.id)))
        if team.personal:
            team.name = MACHINE_NAME
    audit.record(session, actor, "account.erased", user.id, actor.personal_team_id)
    address, name = user.email, user.name
    forget_person(session, user)
    say_goodbye(session, address, name)


def lock_teams(session: Session, actor: Actor) -> tuple[list[Team], list[Team]]:
    """Return the teams of an account as they are while nobody else changes their members."""
    ids = select(Membership.team_id).where(Membership.user_id == actor.user_id)
    session.execute(select(Team).where(col(Team.id).in_(ids)).order_by(col(Team.id)).with_for_update())
    return teams_of(session, actor)


def end_team(session: Session, actor: Actor, team: Team) -> None:
    """Delete a team with all that runs in it, by the ways that a person would take."""
    at_work = select(Execution.id).where(Execution.team_id == team.id, col(Execution.state).not_in(ENDED))
    for execution_id in session.scalars(at_work).all():
        executions.cancel(session, actor, execution_id)
    live = select(Deployment.id).where(Deployment.team_id == team.id, col(Deployment.deleted_at).is_(None))
    for deployment_id in session.scalars(live).all():
        deployments.delete(session, actor, deployment_id)
    audit.record(session, actor, "team.deleted", team.id, team.id)
    close_team(session, team)
    team.name = "Deleted team"


def say_goodbye(session: Session, address: str, name: str) -> None:
    """Write a last time. The mail belongs to nobody, so that it outlives the account until it is sent."""
    queue_mail(
        session,
        to=address,
        to_name=name,
        subject="Your account is deleted",
        paragraphs=[
            "Your Ideasmith account, what you made in your own teams and the applications that ran there are deleted.",
            "What you made in teams with others stays with them, without your name.",
            "If this was not you, write to whoever runs this installation.",
        ],
    )


def forget_person(session: Session, user: User) -> None:
    """Take everything of a person out of what is stored. The row stays, to hold together what others keep."""
    forget_exports(session, user.id)
    forget_voter(session, user.id)
    forget_receipts(session, user.id)
    follows.forget_author(session, user.id)
    forget_talker(session, user.id)
    forget_reviewer(session, user.id)
    forget_person_in_cases(session, user.id)
    for table in (
        UserSession, OneTimeLink, IdempotencyRecord, ApiKey, Share, Message, Notification, NotificationSetting, Follow,
    ):  # fmt: skip
        session.execute(delete_rows(table).where(col(table.user_id) == user.id))
    session.execute(delete_rows(Invitation).where(col(Invitation.email) == user.email))
    session.execute(delete_rows(Message).where(col(Message.recipient) == user.email))
    # The stars stay in the figures; what was said goes.
    session.execute(update(Rating).where(col(Rating.user_id) == user.id).values(words=""))
    picture = user.avatar
    user.email, user.name = f"{user.id}@{NOWHERE}", ERASED_NAME
    user.password_hash, user.avatar, user.time_zone = None, "", ""
    user.email_verified_at, user.is_operator = None, False
    user.disabled_at = user.erased_at = now()
    session.flush()
    drop_picture(session, picture)
