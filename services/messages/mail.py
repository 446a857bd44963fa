"""Writing a mail: a row beside the change that it tells of, and a promise to send it after the commit."""

from collections.abc import Sequence

from sqlmodel import Session

from models.errors import InvalidInput
from models.messages import Message, MessageState
from models.settings import settings
from services import queue
from services.messages.layout import Action, Lead, as_html, as_text

LONGEST_SUBJECT = 200


def queue_mail(
    session: Session,
    *,
    to: str,
    subject: str,
    paragraphs: Sequence[str | Lead],
    action: Action | None = None,
    to_name: str = "",
    user_id: str | None = None,
    team_id: str | None = None,
    unsubscribe: str = "",
) -> Message:
    """Write a mail in the transaction of `session`; it is sent as soon as that has been committed.

    `paragraphs` are plain text (no HTML), `action` stands behind the first of them. Without a mail server the
    message is kept for the operator's outbox page. `user_id` and `team_id` say whom it is about: it is deleted
    with them. `unsubscribe` is the address at which one click ends mails like this one.

    Raises:
        InvalidInput: `to`, `to_name` or `subject` could add lines to the head of the mail.
    """
    check_head(to, to_name, subject)
    origin = settings().public_url
    message = Message(
        team_id=team_id,
        user_id=user_id,
        recipient=to,
        recipient_name=to_name,
        subject=subject,
        text=as_text(paragraphs, action, origin),
        html=as_html(subject, paragraphs, action, origin),
        secret=action.secret if action else "",
        unsubscribe=unsubscribe,
        state=MessageState.QUEUED if settings().smtp_host else MessageState.KEPT,
    )
    session.add(message)
    session.flush()
    if message.state == MessageState.QUEUED:
        promise(session, message.id)
    return message


def promise(session: Session, message_id: str) -> None:
    """Have a queued message sent once the transaction has been committed."""
    queue.enqueue(session, "send_message", {"message_id": message_id})


def check_head(to: str, to_name: str, subject: str) -> None:
    """Refuse what could break out of its line in the head of a mail, or has no place there."""
    if not to or not to.isprintable() or " " in to or to.count("@") != 1 or set(to) & set(",;<>"):
        raise InvalidInput(
            "This cannot be the address of a mail. Use one, such as ada@example.com.", "bad_recipient"
        )
    if not (to_name.isprintable() and subject.isprintable() and 0 < len(subject) <= LONGEST_SUBJECT):
        raise InvalidInput(
            "A mail's subject and names are one line of printable characters each.", "bad_mail_head"
        )
