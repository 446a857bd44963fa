"""Every mail about an account, in words. Each says what happened, and what to do if it was not the reader."""

from urllib.parse import quote

from sqlmodel import Session

from models.accounts import SignUp, User
from models.clock import now
from models.settings import settings
from services.messages.layout import Action
from services.messages.mail import queue_mail

SECURITY = "/settings/security"


def welcome(session: Session, user: User, token: str) -> None:
    """Ask a new account to prove its address."""
    write(
        session,
        user,
        "Confirm your e-mail address",
        ["Your account at Ideasmith is ready. Confirm that this address is yours.",
         "The link works once, for three days. If you did not sign up, ignore this mail."],
        link("Confirm e-mail address", "/verify-email", token),
    )  # fmt: skip


def finish_sign_up(session: Session, waiting: SignUp, token: str) -> None:
    """Ask whoever owns the address of a sign-up to finish it."""
    queue_mail(
        session,
        to=waiting.email,
        to_name=waiting.name,
        subject="Finish signing up",
        paragraphs=[
            "Somebody made an account at Ideasmith with this address. Finish it with the password that was chosen.",
            "The link works once, for three days. If it was not you, ignore this mail: there will be no account.",
        ],
        action=link("Finish signing up", "/finish-sign-up", token),
    )


def tried_to_sign_up(session: Session, user: User) -> None:
    """Tell the owner of an account that somebody tried to make another one with its address."""
    write(
        session,
        user,
        "You have an account with this address",
        ["Somebody tried to sign up at Ideasmith with your address. It is your account's, so nothing was changed.",
         "If it was you, sign in, or set a new password where you no longer know it. If it was not, there is nothing "
         "to do."],
        Action("Sign in", settings().public_url + "/sign-in"),
    )  # fmt: skip


def prove_address(session: Session, user: User, address: str, token: str) -> None:
    """Ask for the proof of an address: the account's own again, or the one that it is to change to."""
    queue_mail(
        session,
        to=address,
        to_name=user.name,
        subject="Confirm your e-mail address",
        paragraphs=[
            f"Confirm that {address} is to be the address of your account at Ideasmith.",
            "The link works once, for three days. If you did not ask for this, ignore this mail: nothing changes.",
        ],
        action=link("Confirm e-mail address", "/verify-email", token),
        user_id=user.id,
    )


def address_is_taken(session: Session, address: str) -> None:
    """Tell the owner of an address that another account wanted to change to it."""
    queue_mail(
        session,
        to=address,
        subject="You have an account with this address",
        paragraphs=[
            "Somebody asked to use this address for another account at Ideasmith. It belongs to yours already, "
            "so nothing was changed.",
            "If it was you, sign in with this address. If it was not, there is nothing to do.",
        ],
    )


def change_of_address_asked(session: Session, user: User, new: str) -> None:
    """Tell the present address that another one is to take its place."""
    write(
        session,
        user,
        "Your e-mail address is about to change",
        [f"Somebody who is signed in to your account asked to change its address to {new}. "
         "It changes when the new address is confirmed.",
         "If it was not you, change your password now: that stops it."],
        Action("Open security settings", settings().public_url + SECURITY),
    )  # fmt: skip


def address_changed(session: Session, user: User, old: str) -> None:
    """Tell the address that was that it is no longer the account's."""
    queue_mail(
        session,
        to=old,
        to_name=user.name,
        subject="Your e-mail address was changed",
        paragraphs=[
            f"Your account at Ideasmith now has the address {user.email}. This one no longer signs in.",
            "If it was not you, ask the operator of this installation for help at once.",
        ],
        user_id=user.id,
    )


def reset_link(session: Session, user: User, token: str) -> None:
    """Send the link that sets a new password."""
    write(
        session,
        user,
        "Set a new password",
        ["Somebody asked for a new password for your account. Set it here.",
         "The link works once, for one hour. If it was not you, ignore this mail: your password stays as it is."],
        link("Set a new password", "/reset-password", token),
    )  # fmt: skip


def password_changed(session: Session, user: User) -> None:
    """Tell that the password is another one now."""
    write(
        session,
        user,
        "Your password was changed",
        [f"The password of your account was changed on {moment()}.",
         "If it was not you, set a new one now: that signs out everybody who is in your account."],
        Action("Set a new password", settings().public_url + "/forgot-password"),
    )  # fmt: skip


def new_device(session: Session, user: User, device: str, address: str) -> None:
    """Tell of a sign-in by a device that was never seen with this account."""
    place = f" from {address}" if address else ""
    write(
        session,
        user,
        "A new device signed in",
        [f"{device} signed in to your account{place} on {moment()}.",
         "If it was you, there is nothing to do. If it was not, sign that device out and change your password."],
        Action("See your sessions", settings().public_url + SECURITY),
    )  # fmt: skip


def made_operator(session: Session, user: User, by: str) -> None:
    """Tell somebody that they run this installation now."""
    write(
        session,
        user,
        "You run this installation now",
        [f"{by} made you an operator of Ideasmith at {settings().public_url}. You see its health, its mails and its "
         "operators.",
         "If you do not know why, ask before you use it."],
        Action("Open operations", settings().public_url + "/operations"),
    )  # fmt: skip


def no_operator_any_more(session: Session, user: User, by: str) -> None:
    """Tell somebody that they do not run this installation any more."""
    write(
        session,
        user,
        "You do not run this installation any more",
        [f"{by} took your operator's rights at {settings().public_url} back. Your account stays as it is."],
        Action("Open your settings", settings().public_url + "/settings"),
    )  # fmt: skip


def operators_changed(session: Session, user: User, what: str, by: str) -> None:
    """Tell an operator that there is one more or one less."""
    write(
        session,
        user,
        "The operators of this installation changed",
        [f"{what}: {by} changed it on {moment()}.",
         "If nobody of you did, change your password now, and remove whoever should not be there."],
        Action("See the operators", settings().public_url + "/operations"),
    )  # fmt: skip


def write(session: Session, user: User, subject: str, paragraphs: list[str], action: Action) -> None:
    """Write a mail to an account's own address."""
    queue_mail(
        session,
        to=user.email,
        to_name=user.name,
        subject=subject,
        paragraphs=paragraphs,
        action=action,
        user_id=user.id,
    )


def link(label: str, path: str, token: str) -> Action:
    """Return the action that leads to a page of ours with a token that opens something."""
    return Action(label, f"{settings().public_url}{path}?token={quote(token)}", secret=token)


def moment() -> str:
    """Return the present moment as people write it. The reader's time zone is not known."""
    return f"{now():%-d %B %Y, %H:%M} UTC"
