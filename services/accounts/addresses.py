"""E-mail addresses: which can be an account's, and that each is only one's."""

import re

from sqlalchemy import ColumnElement, text
from sqlmodel import Session, select

from models.accounts import User

# Deliberately loose (RFC 5321 allows nearly anything): the proof of an address is a mail that arrives.
EMAIL = re.compile(r"[^\s@<>\"]{1,64}@[^\s@<>\"]{1,180}\.[^\s@<>\".]{2,63}|[^\s@<>\"]{1,64}@localhost")


def email_problem(address: str) -> str:
    """Return why this cannot be the address of an account; nothing when it can."""
    if len(address) <= 254 and EMAIL.fullmatch(address) and address.isprintable():
        return ""
    return "Enter an e-mail address, such as ada@example.com."


def lock_addresses(session: Session) -> None:
    """Let one transaction at a time give an account its address.

    Two first accounts at once must not both become the operator, nor two accounts have one address.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('ideasmith.sign_up'))"))


def there_is(session: Session, condition: ColumnElement[bool] | bool) -> bool:
    """Whether an account fulfils `condition`."""
    return session.scalars(select(User.id).where(condition).limit(1)).first() is not None
