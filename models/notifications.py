"""What somebody is told of, by ids alone: the words are made when it is shown, so what was erased is in none."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, moment_column, one_of, ref_column


class NotificationKind(StrEnum):
    """What may have happened. The subject is what it happened to, the cause what happened."""

    COMMENT = "comment"  # on an idea of theirs: subject the idea, cause the comment
    ANSWER = "answer"  # to a comment of theirs: subject the idea, cause the answer
    REVIEW = "review"  # of an idea of theirs, by a buyer: subject the idea, cause the review
    REPLY = "reply"  # of the author to a review of theirs: subject the idea, cause the review
    PURCHASE = "purchase"  # of an idea of theirs: subject the idea, cause the purchase
    PUBLISHED = "published"  # by an author whom they follow: subject the author, cause the idea
    SAVED_SEARCH = "saved_search"  # a new idea fits: subject the search, cause the idea
    MODERATION = (
        "moderation"  # somebody decided: subject the idea, comment, review or account, cause the case
    )


class Ways(StrEnum):
    """How somebody is told of a kind."""

    OFF = "off"
    PAGE = "page"
    MAIL = "mail"  # on the page and by mail


class Notification(SQLModel, table=True):
    """What is told together: all that happened of one kind to one subject since it was read last."""

    __tablename__ = "notifications"
    __table_args__ = (
        one_of("kind", NotificationKind),
        Index(
            "uq_notifications_unread",
            "user_id",
            "kind",
            "subject_id",
            unique=True,
            postgresql_where=text("read_at IS NULL"),
        ),
        Index("ix_notifications_user_id_changed_at", "user_id", text("changed_at DESC"), text("id DESC")),
        Index("ix_notifications_mail_due", "mail_due_at", postgresql_where=text("mail_due_at IS NOT NULL")),
        Index("ix_notifications_read_at", "read_at", postgresql_where=text("read_at IS NOT NULL")),
    )

    id: str = id_column("ntfn")
    user_id: str = ref_column("user", "users.id", ondelete="CASCADE")
    kind: str = Field(max_length=16)
    subject_id: str = Field(max_length=40)
    created_at: datetime = created_column()
    # When the last of it happened.
    changed_at: datetime = created_column()
    read_at: datetime | None = moment_column()
    # Set while a mail owes it; whoever writes the mail empties it in the same transaction.
    mail_due_at: datetime | None = moment_column()
    mailed_at: datetime | None = moment_column()


class NotificationCause(SQLModel, table=True):
    """One thing that happened. Its key is why nobody is told of it twice."""

    __tablename__ = "notification_causes"

    user_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    kind: str = Field(primary_key=True, max_length=16)
    cause_id: str = Field(primary_key=True, max_length=40)
    notification_id: str = ref_column("ntfn", "notifications.id", index=True, ondelete="CASCADE")
    # Who did it, where that is a person whom the receiver may know of.
    by_id: str | None = ref_column("user", "users.id", nullable=True, ondelete="SET NULL")
    at: datetime = created_column()


class NotificationSetting(SQLModel, table=True):
    """How somebody wants to be told of a kind, where that is not the usual way."""

    __tablename__ = "notification_settings"
    __table_args__ = (one_of("kind", NotificationKind), one_of("ways", Ways))

    user_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    kind: str = Field(primary_key=True, max_length=16)
    ways: str = Field(max_length=8)
