"""What proves who somebody is: the password and the address, how they are changed, and how a lost one is replaced."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.accounts import LinkPurpose, OneTimeLink, User, UserSession
from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput, NotAllowed
from models.ids import new_id
from services import audit, queue, trust
from services.accounts import (
    Actor,
    actor_for_user,
    email_problem,
    hash_password,
    lock_addresses,
    password_matches,
    password_problem,
)
from services.messages import letters
from services.one_time_links import end_links, lock_account, make_link, use_link
from services.sessions import revoke_sessions

ADDRESS_LINKS = (LinkPurpose.VERIFY_EMAIL, LinkPurpose.CHANGE_EMAIL)


@dataclass(frozen=True, slots=True)
class ByLink:
    """Whoever opened a link out of a mail, for the audit trail."""

    user_id: str
    via: str = "link"


def request_password_reset(session: Session, email: str) -> None:
    """Promise a mail with a reset link, if the address has an account.

    What is done here is the same for every address, and so takes the same time: whether there is an account is
    looked up by the job, out of the visitor's sight.

    Raises:
        InvalidInput: this is no address at all.
    """
    address = email.strip().lower()
    if problem := email_problem(address):
        raise InvalidInput(problem, "invalid_email", fields=[FieldError("/email", problem)])
    queue.enqueue(session, "mail_reset_link", {"email": address, "link_id": new_id("link")})


def mail_reset_link(session: Session, email: str, link_id: str) -> None:
    """Mail a reset link to the account with that address, if there is one. Doing it twice mails one."""
    user_id = session.scalar(select(User.id).where(User.email == email))
    if user_id is None:
        return
    user = lock_account(session, user_id)
    if user.email != email or user.password_hash is None or user.disabled_at is not None:
        return
    if session.get(OneTimeLink, link_id) is not None:
        return
    token = make_link(session, user.id, LinkPurpose.RESET_PASSWORD, user.email, link_id)
    letters.reset_link(session, user, token)
    record(session, None, user, "password.reset_requested")


def reset_password(session: Session, token: str, new: str) -> User:
    """Set a new password by a mailed link. Every session and every open link of the account ends.

    Raises:
        InvalidInput: the password cannot be used (the link stays good), or the link does not open anything.
    """
    check_new(new, "")
    link, user = use_link(session, token, LinkPurpose.RESET_PASSWORD)
    if link.email != user.email:
        raise InvalidInput("The address of this account has changed. Ask for a new link.", "link_ended")
    check_new(new, user.email)
    if user.email_verified_at is None:
        user.email_verified_at = now()  # the link has come by that address
    store_password(session, user, new)
    revoke_sessions(session, user.id)
    record(session, ByLink(user.id), user, "password.reset")
    return user


def change_password(session: Session, actor: Actor, old: str, new: str, *, end_others: bool = True) -> None:
    """Set a new password for whoever knows the old one. This session stays; the others end if wished.

    Raises:
        InvalidInput: the old password is wrong (`wrong_password`), or the new one cannot be used.
    """
    user = check_password(session, actor, old)
    check_new(new, user.email)
    store_password(session, user, new)
    if end_others:
        revoke_sessions(session, user.id, but=actor.session_id)
    mark_confirmed(session, actor)
    record(session, actor, user, "password.changed")


def store_password(session: Session, user: User, new: str) -> None:
    """Store a password, end what was mailed under the old one, and tell the account."""
    user.password_hash = hash_password(new)
    end_links(session, user.id, LinkPurpose.RESET_PASSWORD, LinkPurpose.CHANGE_EMAIL)
    letters.password_changed(session, user)
    session.flush()


def confirm_password(session: Session, actor: Actor, password: str) -> None:
    """Note that the person behind a session has entered the password again (`require_confirmed`).

    Raises:
        InvalidInput: the password is wrong; the code is `wrong_password`.
    """
    check_password(session, actor, password)
    mark_confirmed(session, actor)


def mark_confirmed(session: Session, actor: Actor) -> None:
    """Write down that the password was entered in the actor's session just now."""
    mine = col(UserSession.id) == actor.session_id
    session.execute(update(UserSession).where(mine).values(confirmed_at=now()))


def check_password(session: Session, actor: Actor, password: str) -> User:
    """Return the actor's account if this is its password."""
    user = lock_account(session, actor.user_id)
    if actor.via != "session":
        raise NotAllowed("A key may not do this. Sign in with a browser.", "browser_needed")
    if not password_matches(user.password_hash, password):
        message = "This is not your password. Try again."
        raise InvalidInput(message, "wrong_password", fields=[FieldError("/password", message)])
    return user


def check_new(password: str, address: str) -> None:
    """Refuse a password that cannot be used."""
    if problem := password_problem(password, address):
        raise InvalidInput(problem, "invalid_password", fields=[FieldError("/new_password", problem)])


def send_verification(session: Session, actor: Actor) -> None:
    """Mail a fresh link that proves the account's own address; the ones before end.

    Raises:
        Conflict: it is proven already.
    """
    user = lock_account(session, actor.user_id)
    if user.email_verified_at is not None:
        raise Conflict("Your e-mail address is confirmed already.", "already_verified")
    end_links(session, user.id, LinkPurpose.VERIFY_EMAIL)
    token = make_link(session, user.id, LinkPurpose.VERIFY_EMAIL, user.email)
    letters.prove_address(session, user, user.email, token)


def request_email_change(session: Session, actor: Actor, email: str, password: str) -> None:
    """Mail a link to a new address; once it is opened, the address is the account's. The present one is told.

    The answer is the same for an address that has an account: its owner is told, and nothing changes.

    Raises:
        InvalidInput: the password is wrong, or this is no address, or the present one.
    """
    user, address = check_password(session, actor, password), email.strip().lower()
    problem = email_problem(address)
    if address == user.email:
        problem = "This is your address already. Enter another one."
    if problem:
        raise InvalidInput(problem, "invalid_email", fields=[FieldError("/new_email", problem)])
    end_links(session, user.id, LinkPurpose.CHANGE_EMAIL)
    if session.scalar(select(User.id).where(User.email == address)):
        letters.address_is_taken(session, address)
    else:
        token = make_link(session, user.id, LinkPurpose.CHANGE_EMAIL, address)
        letters.prove_address(session, user, address, token)
    letters.change_of_address_asked(session, user, address)
    mark_confirmed(session, actor)
    record(session, actor, user, "email.change_requested")


def verify_email(session: Session, token: str) -> User:
    """Take a mailed link as the proof of its address, which is the account's from now on.

    Raises:
        InvalidInput: the link does not open anything.
        Conflict: another account has taken the address meanwhile.
    """
    link, user = use_link(session, token, *ADDRESS_LINKS)
    if link.purpose == LinkPurpose.CHANGE_EMAIL:
        change_email(session, user, link.email)
    elif link.email != user.email:
        raise InvalidInput("The address of this account has changed. Ask for a new link.", "link_ended")
    user.email_verified_at = now()
    trust.refresh(session, user.id)
    record(session, ByLink(user.id), user, "email.verified")
    return user


def change_email(session: Session, user: User, address: str) -> None:
    """Give an account its new address, and let what was mailed to the old one end."""
    lock_addresses(session)
    if session.scalar(select(User.id).where(User.email == address)):
        raise Conflict("Another account has this address by now. Choose another one.", "email_taken")
    old, user.email = user.email, address
    end_links(session, user.id, LinkPurpose.RESET_PASSWORD, *ADDRESS_LINKS)
    letters.address_changed(session, user, old)
    record(session, ByLink(user.id), user, "email.changed")


def record(session: Session, doer: audit.Doer | None, user: User, action: str) -> None:
    """Write a line of the audit trail about an account, in its own team."""
    team_id = actor_for_user(session, user, via="link").personal_team_id
    audit.record(session, doer, action, user.id, team_id)
