"""What sends a mail, and how it says that it could not."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to go. `message_id` is the same at every try, so that a mail server can tell a double.

    `unsubscribe` is the address at which one click of the reader's mail program ends mails like this one.
    """

    message_id: str
    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str
    unsubscribe: str = ""


class MailDelayed(Exception):
    """Not taken now; a later try may work. The text says why, in the server's words."""


class MailRefused(Exception):
    """Not taken, and a later try would end the same way. The text says why."""


class Mailer(Protocol):
    """A way out for mails."""

    def send(self, mail: Mail) -> None:
        """Hand a mail over. Returns when it was taken.

        Raises:
            MailDelayed: try again later.
            MailRefused: trying again is of no use.
        """
        ...
