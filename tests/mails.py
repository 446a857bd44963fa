"""Reading the mails that the product has written, as the people would who got them."""

import re

from sqlmodel import col, select

from models.db import transaction
from models.messages import Message


def mails_to(address: str) -> list[Message]:
    """Return what was written to an address, oldest first."""
    with transaction() as session:
        statement = select(Message).where(Message.recipient == address)
        return list(session.scalars(statement.order_by(col(Message.created_at), col(Message.id))))


def subjects_to(address: str) -> list[str]:
    """Return the subjects of what was written to an address."""
    return [mail.subject for mail in mails_to(address)]


def token_in(mail: Message) -> str:
    """Return the token of the link in a mail."""
    found = re.search(r"\?token=([\w-]+)", mail.text)
    assert found is not None, mail.text
    return found[1]


def last_token(address: str) -> str:
    """Return the token of the newest link that an address was sent."""
    return next(token_in(mail) for mail in reversed(mails_to(address)) if "?token=" in mail.text)
