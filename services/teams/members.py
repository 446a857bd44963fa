"""Members: roles given and taken. A team always keeps at least one owner."""

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from models.accounts import ApiKey, Membership, Role, Team, User
from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput, NotFound
from models.shares import Share
from services import audit
from services.accounts import Actor, require
from services.messages import queue_mail
from services.teams.views import MemberView, as_of_now, find_team, member_view

PERSONAL = "This is a personal team, into which nobody is invited. Create another team to work with others."


def change_role(session: Session, actor: Actor, team_id: str, user_id: str, role: str) -> MemberView:
    """Give a member another role. An admin changes everybody but owners; an owner everybody.

    Raises:
        NotFound: no such team or member.
        NotAllowed: the actor's role is too low for this.
        Conflict: the team would have no owner left.
    """
    team = shared_team(session, actor, team_id)
    row = find_member(session, team_id, user_id)
    wanted = known_role(role)
    require_over(session, actor, team_id, row.role, wanted)
    if row.role == wanted:
        return member_view(row, session.get_one(User, user_id), actor)
    keep_an_owner(session, team, row, wanted)
    before, row.role = row.role, wanted
    session.flush()
    audit.record(session, actor, "member.role_changed", user_id, team_id, {"from": before, "to": wanted})
    user = session.get_one(User, user_id)
    tell(session, actor, user, f"You are now {article(wanted)} of {team.name}",
         f"{actor.name} has changed your role in {team.name} from {before} to {wanted}.")  # fmt: skip
    return member_view(row, user, actor)


def remove_member(session: Session, actor: Actor, team_id: str, user_id: str) -> None:
    """Take a member out of a team. What the member made there stays; keys made there end.

    Raises:
        NotFound: no such team or member.
        NotAllowed: the actor's role is too low for this.
        Conflict: the team would have no owner left.
    """
    if user_id == actor.user_id:
        return leave(session, actor, team_id)
    team = shared_team(session, actor, team_id)
    row = find_member(session, team_id, user_id)
    require_over(session, actor, team_id, row.role)
    keep_an_owner(session, team, row)
    end_membership(session, row)
    audit.record(session, actor, "member.removed", user_id, team_id, {"role": row.role})
    user = session.get_one(User, user_id)
    return tell(session, actor, user, f"You are no longer in {team.name}",
                f"{actor.name} has removed you from {team.name}. What you made there stays with the team.")  # fmt: skip


def leave(session: Session, actor: Actor, team_id: str) -> None:
    """Leave a team. What one made there stays with the team; one's keys for it end.

    Raises:
        Conflict: it is the personal team, or it would have no owner left.
    """
    team = find_team(session, actor, "teams:read", team_id, locked=True)
    if team.personal:
        raise Conflict("A personal team cannot be left. It goes with the account.", "personal_team")
    row = find_member(session, team_id, actor.user_id)
    keep_an_owner(session, team, row)
    end_membership(session, row)
    audit.record(session, actor, "member.left", actor.user_id, team_id, {"role": row.role})


def shared_team(session: Session, actor: Actor, team_id: str, permission: str = "members:write") -> Team:
    """Return a team whose members the actor may change, locked until the end of the transaction."""
    team = find_team(session, actor, permission, team_id, locked=True)
    if team.personal:
        raise Conflict(PERSONAL, "personal_team")
    return team


def find_member(session: Session, team_id: str, user_id: str) -> Membership:
    """Return a membership, or raise NotFound."""
    row = session.get(Membership, (team_id, user_id), populate_existing=True)
    if row is None:
        raise NotFound("There is no such member in this team.", "no_such_member")
    return row


def known_role(role: str) -> Role:
    """Return the role of that name, or say which there are."""
    try:
        return Role(role)
    except ValueError:
        message = f"Choose one of the roles: {', '.join(Role)}."
        raise InvalidInput(message, "unknown_role", fields=[FieldError("/role", message)]) from None


def require_over(session: Session, actor: Actor, team_id: str, *roles: str) -> None:
    """Refuse to touch an owner, or to make one, to whoever is none (any more)."""
    wanted = "owners:write" if Role.OWNER in roles else "members:write"
    require(as_of_now(session, actor, team_id), wanted, team_id)


def keep_an_owner(session: Session, team: Team, row: Membership, wanted: str = "") -> None:
    """Refuse to take away the last owner. The team's row is locked, so that two at once are one after the other."""
    if row.role != Role.OWNER or wanted == Role.OWNER:
        return
    owners = select(func.count()).select_from(Membership)
    if (session.scalar(owners.where(Membership.team_id == team.id, Membership.role == Role.OWNER)) or 0) < 2:
        raise Conflict("A team needs an owner. Make somebody else an owner first.", "last_owner")


def end_membership(session: Session, row: Membership) -> None:
    """Delete a membership and end the keys and the links that its member made in the team."""
    session.delete(row)
    for table in (ApiKey, Share):
        session.execute(
            update(table)
            .where(
                col(table.team_id) == row.team_id,
                col(table.user_id) == row.user_id,
                col(table.revoked_at).is_(None),
            )
            .values(revoked_at=now())
        )
    session.flush()


def article(role: str) -> str:
    """Return a role as one says it: "an owner", "a member"."""
    return f"an {role}" if role[0] in "ao" else f"a {role}"


def tell(session: Session, actor: Actor, user: User, subject: str, text: str) -> None:
    """Write to a member about what somebody else has changed."""
    if user.id != actor.user_id and user.password_hash is not None:
        queue_mail(
            session, to=user.email, to_name=user.name, subject=subject, paragraphs=[text], user_id=user.id
        )
