"""Sending what was promised: one UPDATE claims a message for one try, another writes down how it went.

A crash between the mail server's yes and our commit sends that mail once more, at the next try: no mail server can
be asked whether it has taken a mail. The double carries the same Message-ID, by which many readers fold it.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict
from models.journal import OutboxRow
from models.messages import Message, MessageState
from models.settings import Settings, settings
from services.messages.base import Mail, Mailer
from services.messages.mail import promise
from services.redaction import presentable

MOST_ATTEMPTS = 6
# After each failed try: long enough for greylisting (RFC 6647: minutes), then for an evening's repair.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
# A worker that dies within a try leaves the message to the next one after this; longer than any try takes.
TRY_TAKES = timedelta(minutes=15)
# A younger ring may still lie in the queue.
RING_PATIENCE = timedelta(seconds=60)
RUNG_AT_ONCE = 200
REMOVED = "[removed-after-sending]"


def mailer() -> Mailer | None:
    """Return the way out that the settings choose; None: messages are kept for the operator."""
    config = settings()
    if not config.smtp_host:
        return None
    from services.messages.smtp import SmtpMailer  # only who sends needs it: the web process does not

    return SmtpMailer(config)


def claim(session: Session, message_id: str) -> Mail | None:
    """Take a message for one try, or return None: it was sent, is not due yet, or another worker has it."""
    statement = (
        update(Message)
        .where(
            col(Message.id) == message_id,
            col(Message.state) == MessageState.QUEUED,
            col(Message.next_try_at) <= now(),
        )
        .values(attempts=Message.attempts + 1, next_try_at=now() + TRY_TAKES)
        .returning(Message)
    )
    row = session.scalars(statement).one_or_none()
    return as_mail(row, settings()) if row else None


def as_mail(row: Message, config: Settings) -> Mail:
    """Return a stored message as what goes over the wire."""
    domain = config.mail_from.rpartition("@")[2].strip("> ") or "localhost"
    return Mail(
        message_id=f"<{row.id}@{domain}>",
        recipient=row.recipient,
        recipient_name=row.recipient_name,
        subject=row.subject,
        text=row.text,
        html=row.html,
        unsubscribe=row.unsubscribe,
    )


def mark_sent(session: Session, message_id: str) -> None:
    """Write down that the mail server has it, and forget what the mail could open."""
    clear = {
        column: func.replace(getattr(Message, column), Message.secret, REMOVED) for column in ("text", "html")
    }
    row = col(Message.id) == message_id
    session.execute(update(Message).where(row, col(Message.secret) != "").values(secret="", **clear))
    session.execute(update(Message).where(row).values(state=MessageState.SENT, sent_at=now(), error=""))


def mark_refused(session: Session, message_id: str, why: str) -> None:
    """Write down that no further try is of use, and why."""
    settle(session, message_id, state=MessageState.FAILED, error=presentable(why))


def mark_delayed(session: Session, message_id: str, why: str) -> None:
    """Set the time of the next try, or give up after the last one."""
    attempts = session.scalars(select(Message.attempts).where(col(Message.id) == message_id)).one()
    if attempts >= MOST_ATTEMPTS:
        mark_refused(session, message_id, f"Given up after {attempts} tries. The last answer: {why}")
        return
    settle(session, message_id, next_try_at=next_try(attempts), error=presentable(why))


def settle(session: Session, message_id: str, **values: Any) -> None:
    """Write how a try went, unless the message has reached an end by another way meanwhile."""
    session.execute(
        update(Message)
        .where(col(Message.id) == message_id, col(Message.state) == MessageState.QUEUED)
        .values(**values)
    )


def next_try(attempts: int) -> datetime:
    """Return when to try again after so many tries."""
    return now() + WAITS[min(attempts, len(WAITS)) - 1]


def ring_due(session: Session) -> int:
    """Ring for every message whose next try is due and for which no ring may still lie in the queue."""
    due = (
        select(Message.id)
        .where(col(Message.state) == MessageState.QUEUED, col(Message.next_try_at) <= now())
        .order_by(col(Message.next_try_at))
        .limit(RUNG_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    waiting = list(session.scalars(due))
    rung = rung_lately(session) if waiting else set()
    found = [message_id for message_id in waiting if message_id not in rung]
    for message_id in found:
        promise(session, message_id)
    return len(found)


def rung_lately(session: Session) -> set[str]:
    """Return the messages for which a ring may still lie in the queue."""
    payload = col(OutboxRow.payload)["message_id"].astext
    since = now() - RING_PATIENCE
    return set(
        session.scalars(
            select(payload).where(col(OutboxRow.topic) == "send_message", col(OutboxRow.created_at) > since)
        )
    )


def send_again(session: Session, message: Message) -> None:
    """Queue a message once more that was kept, failed or sent.

    Raises:
        Conflict: there is no mail server, it waits for its turn already, or its link was removed when it was sent.
    """
    if not settings().smtp_host:
        raise Conflict("No mail server is set. Set IDEASMITH_SMTP_HOST and start again.", "no_mail_server")
    if message.state == MessageState.QUEUED:
        raise Conflict("This message waits for its next try already.", "message_waits")
    if REMOVED in message.text:
        raise Conflict(
            "The link in this mail was removed when it was sent. Have its reader ask for a new one.",
            "link_removed",
        )
    message.state, message.attempts, message.error = MessageState.QUEUED, 0, ""
    message.next_try_at = now()
    session.flush()
    promise(session, message.id)
