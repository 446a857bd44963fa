"""Sign-ups that wait for the proof of their address: how it is done where mails are sent.

The visitor is told the same for every address, and what is done before the answer is the same too: whether there is
an account is looked up by a job, and told by mail to whoever owns the address. Until the link is opened there is no
account, and finishing takes the password that was chosen: what somebody else began cannot be finished by mistake.
"""

import secrets
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from models.accounts import SignUp, User
from models.clock import now
from models.errors import Conflict, FieldError, InvalidInput
from services import queue
from services.accounts.addresses import lock_addresses, there_is
from services.accounts.passwords import hash_password, password_matches
from services.accounts.signing_up import checked_sign_up, store
from services.messages import letters
from services.one_time_links import ENDED, hash_token

LIFE = timedelta(days=3)


def request_sign_up(
    session: Session, *, email: str, password: str, name: str = "", theme: str = "", after: str = ""
) -> None:
    """Take a sign-up down and promise a mail to its address, whoever that belongs to.

    Raises:
        InvalidInput: the address, password or name cannot be used; `fields` says why.
    """
    address, label = checked_sign_up(email, password, name)
    row = SignUp(
        email=address,
        name=label,
        password_hash=hash_password(password),
        after=after[:500],
        expires_at=now() + LIFE,
    )
    row.theme = theme or row.theme
    session.add(row)
    session.flush()
    queue.enqueue(session, "mail_sign_up", {"sign_up_id": row.id})


def mail_sign_up(session: Session, sign_up_id: str) -> None:
    """Mail the link that finishes a sign-up, or tell the account of its address. Doing it twice mails once."""
    row = session.get(SignUp, sign_up_id, with_for_update=True)
    if row is None or row.token_hash is not None:
        return
    user = session.scalar(select(User).where(User.email == row.email))
    if user is not None:
        session.delete(row)
        if user.disabled_at is None:
            letters.tried_to_sign_up(session, user)
        return
    token = secrets.token_urlsafe(32)
    row.token_hash = hash_token(token)
    letters.finish_sign_up(session, row, token)


def find_sign_up(session: Session, token: str) -> SignUp | None:
    """Return the sign-up that a token still finishes."""
    mine = SignUp.token_hash == hash_token(token)
    return session.scalar(select(SignUp).where(mine, col(SignUp.expires_at) > now()))


def finish_sign_up(session: Session, token: str, password: str) -> tuple[User, str]:
    """Make the account of a sign-up for whoever has got its mail and knows its password; return where it was on to.

    Raises:
        InvalidInput: the link finishes nothing, or this is not the password that was chosen.
        Conflict: the address has got an account meanwhile.
    """
    row = find_sign_up(session, token)
    if row is None or session.get(SignUp, row.id, with_for_update=True, populate_existing=True) is None:
        raise InvalidInput(ENDED, "link_ended")
    if not password_matches(row.password_hash, password):
        message = "This is not the password that was chosen. Try again, or sign up anew."
        raise InvalidInput(message, "wrong_password", fields=[FieldError("/password", message)])
    lock_addresses(session)
    if there_is(session, User.email == row.email):
        raise Conflict("There is an account with this e-mail address by now. Sign in instead.", "email_taken")
    user = User(
        email=row.email,
        name=row.name,
        password_hash=row.password_hash,
        theme=row.theme,
        email_verified_at=now(),
    )
    store(session, user)
    session.execute(delete(SignUp).where(col(SignUp.email) == user.email))
    return user, row.after
