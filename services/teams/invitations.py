"""Invitations by mail: made, sent again, taken back, accepted, declined. The link's token is only in the mail."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.accounts import Membership, Team, User
from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput, LimitReached, NotAllowed, NotFound
from models.settings import settings
from models.teams import Invitation
from services import audit, rate_limits
from services.accounts import Actor, actor_for_user, email_problem, hash_token
from services.messages import Action, queue_mail
from services.teams.making import open_invitation
from services.teams.members import article, known_role, require_over, shared_team
from services.teams.views import find_team

LIFE = timedelta(days=7)
MOST_OPEN = 100
RESEND_AFTER = timedelta(minutes=1)
ENDED = "This invitation is not valid any more. Ask for a new one."


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation as the team's admins see it. `expired` ones can be sent again."""

    id: str
    email: str
    role: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    expired: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An invitation as whoever holds its link sees it. `has_account` says whether its address can sign in."""

    team_id: str
    team: str
    email: str
    role: str
    invited_by: str
    has_account: bool


def invite(session: Session, actor: Actor, team_id: str, email: str, role: str) -> Invited:
    """Invite somebody by mail, with or without an account here. Inviting again sends a fresh link with the new role.

    Raises:
        InvalidInput: the address or the role cannot be used.
        NotAllowed: the actor's role is too low to give this one.
        Conflict: it is a personal team, or the person is in it already.
        LimitReached: very many invitations are open, or were sent within a day.
    """
    team = shared_team(session, actor, team_id)
    address, wanted = checked_address(email), known_role(role)
    require_over(session, actor, team_id, wanted)
    if is_member(session, team_id, address):
        raise Conflict(f"{address} is in this team already.", "already_member")
    refuse_too_many(session, team_id)
    rate_limits.use_invitation(team_id, actor.user_id, address)
    before = open_row(session, team_id, address)
    row = before or Invitation(
        team_id=team_id,
        email=address,
        role=wanted,
        token_hash="",
        invited_by=actor.user_id,
        expires_at=now(),
    )
    row.role, row.invited_by = wanted, actor.user_id
    send(session, actor, team, row)
    done = "invitation.renewed" if before else "invitation.created"
    audit.record(session, actor, done, row.id, team_id, {"role": wanted})
    return invited_view(row, actor.name)


def checked_address(email: str) -> str:
    """Return an address as accounts store it, or say that it is none."""
    address = email.strip().lower()
    if problem := email_problem(address):
        raise InvalidInput(problem, "invalid_email", fields=[FieldError("/email", problem)])
    return address


def is_member(session: Session, team_id: str, address: str) -> bool:
    """Whether the account of an address is in a team."""
    statement = (
        select(Membership.user_id)
        .join(User, col(User.id) == Membership.user_id)
        .where(Membership.team_id == team_id, User.email == address)
    )
    return session.scalar(statement) is not None


def refuse_too_many(session: Session, team_id: str) -> None:
    """Keep a team from writing to the whole world."""
    statement = (
        select(func.count()).select_from(Invitation).where(Invitation.team_id == team_id, open_invitation())
    )
    if (session.scalar(statement) or 0) >= MOST_OPEN:
        raise LimitReached(
            f"{MOST_OPEN} invitations of this team are open. Take some back first.", "too_many_invitations"
        )


def open_row(session: Session, team_id: str, address: str) -> Invitation | None:
    """Return the open invitation of an address. The team's row is locked, so there comes no second one."""
    statement = select(Invitation).where(
        Invitation.team_id == team_id, Invitation.email == address, open_invitation()
    )
    return session.scalars(statement).one_or_none()


def send(session: Session, actor: Actor, team: Team, row: Invitation) -> None:
    """Give an invitation a new token, which ends the link before, and mail it."""
    token = secrets.token_urlsafe(24)
    row.token_hash, row.created_at, row.expires_at = hash_token(token), now(), now() + LIFE
    session.add(row)
    session.flush()
    url = f"{settings().public_url}/invitation?token={quote(token)}"
    queue_mail(
        session,
        to=row.email,
        subject=f"{actor.name[:60]} invites you to {team.name}",
        paragraphs=[
            f"{actor.name} ({actor.email}) invites you to join {team.name} on Ideasmith as {article(row.role)}.",
            "The link works for seven days. If you have no account yet, it leads you through making one.",
            "If you do not know why you got this, you need not do anything.",
        ],
        action=Action("Look at the invitation", url, token),
        team_id=team.id,
    )


def list_invitations(session: Session, actor: Actor, team_id: str) -> list[Invited]:
    """Return the open invitations of a team, newest first, for those who may invite."""
    find_team(session, actor, "members:write", team_id)
    statement = (
        select(Invitation, User.name)
        .join(User, col(User.id) == Invitation.invited_by)
        .where(Invitation.team_id == team_id, open_invitation())
        .order_by(col(Invitation.created_at).desc(), col(Invitation.id).desc())
    )
    return [invited_view(row, name) for row, name in session.execute(statement)]


def invited_view(row: Invitation, invited_by: str) -> Invited:
    """Return what admins see of an invitation."""
    return Invited(
        row.id, row.email, row.role, invited_by, row.created_at, row.expires_at, row.expires_at <= now()
    )


def resend(session: Session, actor: Actor, invitation_id: str) -> Invited:
    """Send an open invitation again with a new link; the one before ends.

    Raises:
        NotFound: no such invitation in the actor's teams.
        Conflict: it was answered or taken back.
        LimitReached: it was sent a moment ago, or very many were within a day.
    """
    row, team = changeable(session, actor, invitation_id)
    if now() - row.created_at < RESEND_AFTER:
        raise LimitReached(
            "This invitation was sent a moment ago. Wait a minute before you send it again.",
            "sent_just_now",
            retry_after_s=int(RESEND_AFTER.total_seconds()),
        )
    rate_limits.use_invitation(team.id, actor.user_id, row.email)
    send(session, actor, team, row)
    audit.record(session, actor, "invitation.renewed", row.id, team.id, {"role": row.role})
    return invited_view(row, actor.name)


def revoke(session: Session, actor: Actor, invitation_id: str) -> None:
    """Take an open invitation back: its link ends at once."""
    row, team = changeable(session, actor, invitation_id)
    row.revoked_at = now()
    session.flush()
    audit.record(session, actor, "invitation.revoked", row.id, team.id)


def changeable(session: Session, actor: Actor, invitation_id: str) -> tuple[Invitation, Team]:
    """Return an open invitation that the actor may change, and its team, locked."""
    row = session.get(Invitation, invitation_id)
    if row is None or row.team_id not in actor.roles:
        raise NotFound("There is no such invitation, or it belongs to another team.", "no_such_invitation")
    team = shared_team(session, actor, row.team_id)
    session.refresh(row, with_for_update=True)
    require_over(session, actor, row.team_id, row.role)
    if row.accepted_at or row.declined_at or row.revoked_at:
        raise Conflict("This invitation was answered or taken back already.", "invitation_ended")
    return row, team


def find_offer(session: Session, token: str) -> Offer:
    """Return what a link offers.

    Raises:
        NotFound: it is unknown, has ended, was answered or taken back. Which of these is not said.
    """
    row, team = open_offer(session, token)
    by = session.get_one(User, row.invited_by)
    known = select(User.id).where(User.email == row.email, col(User.disabled_at).is_(None))
    return Offer(team.id, team.name, row.email, row.role, by.name, session.scalar(known) is not None)


def is_invited(session: Session, token: str, email: str) -> bool:
    """Whether a link that still offers something was sent to this very address, which having it proves."""
    try:
        return bool(token) and find_offer(session, token).email == email.strip().lower()
    except NotFound:
        return False


def open_offer(session: Session, token: str, *, locked: bool = False) -> tuple[Invitation, Team]:
    """Return the invitation behind a link, and its team. Locked, the team first, as everywhere."""
    statement = select(Invitation).where(Invitation.token_hash == hash_token(token[:200]))
    row = session.scalars(statement).one_or_none()
    if row is None:
        raise NotFound(ENDED, "invitation_ended")
    team = session.get_one(Team, row.team_id, with_for_update=locked or None, populate_existing=True)
    if locked:
        session.refresh(row, with_for_update=True)
    ended = row.accepted_at or row.declined_at or row.revoked_at or team.deleted_at
    if ended or row.expires_at <= now() or row.token_hash != hash_token(token[:200]):
        raise NotFound(ENDED, "invitation_ended")
    return row, team


def accept(session: Session, actor: Actor, token: str) -> Actor:
    """Join the team of a link, and return the actor at work in it.

    Raises:
        NotFound: the link has ended.
        NotAllowed: it was sent to the address of another account.
    """
    row, team = open_offer(session, token, locked=True)
    user = session.get_one(User, actor.user_id)
    if actor.via != "session" or user.email != row.email:
        raise NotAllowed(
            f"This invitation was sent to {row.email}, and you are signed in as {user.email}. "
            "Sign out, and sign in with that address.",
            "other_address",
        )
    row.accepted_at = now()
    # The link came by mail to this very address.
    user.email_verified_at = user.email_verified_at or now()
    member = session.get(Membership, (team.id, user.id))
    if member is None:
        session.add(Membership(team_id=team.id, user_id=user.id, role=row.role))
        audit.record(
            session, actor, "member.joined", user.id, team.id, {"role": row.role, "invitation": row.id}
        )
    session.flush()
    return actor_for_user(session, user, via=actor.via, team_id=team.id)


def decline(session: Session, token: str) -> str:
    """Say no to the invitation of a link, signed in or not, and return the name of its team."""
    row, team = open_offer(session, token, locked=True)
    row.declined_at = now()
    session.flush()
    audit.record(session, None, "invitation.declined", row.id, team.id)
    return team.name
