"""What is said to people outside the product: one row a mail, kept until it was taken or read by the operator."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, moment_column, one_of, ref_column, text_column


class Channel(StrEnum):
    """The way a message goes."""

    EMAIL = "email"


class MessageState(StrEnum):
    """How far a message has come."""

    QUEUED = "queued"  # waits for its first or next try
    SENT = "sent"  # the mail server has taken it
    FAILED = "failed"  # refused for good, or tried often enough; `error` says why
    KEPT = "kept"  # no mail server is set: it is read on the operator's outbox page


class Message(SQLModel, table=True):
    """One message to one person."""

    __tablename__ = "messages"
    __table_args__ = (
        one_of("channel", Channel),
        one_of("state", MessageState),
        Index("ix_messages_created_at", text("created_at DESC"), text("id DESC")),
        Index("ix_messages_due", "next_try_at", postgresql_where=text("state = 'queued'")),
    )

    id: str = id_column("msg")
    # Neither for a mail to somebody who has no account, and no longer has one.
    team_id: str | None = ref_column("team", "teams.id", nullable=True, index=True, ondelete="CASCADE")
    user_id: str | None = ref_column("user", "users.id", nullable=True, index=True, ondelete="CASCADE")
    channel: str = Field(default=Channel.EMAIL, max_length=16)
    recipient: str = Field(max_length=254)
    recipient_name: str = Field(default="", max_length=80)
    subject: str = Field(max_length=200)
    text: str = text_column()
    html: str = text_column()
    # What opens something, such as the token in a link. Taken out of the row once the mail server has the mail.
    secret: str = Field(default="", max_length=200)
    # Where one click ends mails like this one (RFC 8058); empty for mails that nobody can decline.
    unsubscribe: str = Field(default="", max_length=300)
    state: str = Field(max_length=16)
    attempts: int = Field(default=0)
    next_try_at: datetime = created_column()
    error: str = text_column()
    created_at: datetime = created_column()
    sent_at: datetime | None = moment_column()
