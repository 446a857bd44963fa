"""Moderation: what people report, the cases that come of it, what was decided, and who appealed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.columns import (
    created_column,
    id_column,
    json_column,
    moment_column,
    one_of,
    ref_column,
    text_column,
)


class ReportReason(StrEnum):
    """What somebody may report something for. Decisions name one of them, too."""

    SPAM = "spam"
    FRAUD = "fraud"
    COPIED = "copied"
    HATE = "hate"
    ILLEGAL = "illegal"
    PRIVATE = "private"
    MISLEADING = "misleading"
    VOTES = "votes"
    OTHER = "other"


class Source(StrEnum):
    """What brings something before a moderator."""

    REPORT = "report"
    LIKENESS = "likeness"  # it looks like another idea
    RING = "ring"  # accounts that vote as one
    SPAM = "spam"  # its spam score
    PREMIUM = "premium"  # a premium category, which is looked at before anybody sees it


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    APPEALED = "appealed"  # decided, and in the queue again
    DECIDED = "decided"


class Action(StrEnum):
    """What a moderator decides."""

    KEEP = "keep"
    HIDE = "hide"
    WARN = "warn"
    RESTORE = "restore"
    CLOSE = "close"  # the account of whoever answers for it


class DecisionState(StrEnum):
    """Whether a decision holds."""

    PROPOSED = "proposed"  # waits for a second person
    FINAL = "final"
    UNDONE = "undone"  # taken back by moderators themselves
    OVERTURNED = "overturned"  # by an appeal


class Report(SQLModel, table=True):
    """What one person says is wrong with something. Who it was is told to moderators alone."""

    __tablename__ = "reports"
    __table_args__ = (
        one_of("reason", ReportReason),
        # One open report a person and subject.
        Index(
            "uq_reports_open",
            "user_id",
            "subject_id",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_reports_user_id_created_at", "user_id", text("created_at DESC"), text("id DESC")),
    )

    id: str = id_column("rprt")
    user_id: str = ref_column("user", "users.id")
    case_id: str = ref_column("case", "cases.id", index=True)
    subject_id: str = Field(max_length=40)
    reason: str = Field(max_length=16)
    words: str = text_column()
    created_at: datetime = created_column()
    closed_at: datetime | None = moment_column()
    # Whether a moderator agreed; None while nobody has decided, and where the case ended otherwise.
    upheld: bool | None = Field(default=None)


class Case(SQLModel, table=True):
    """Everything that is held against one subject at a time: however many say it, it is looked at once."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("state", CaseState),
        Index("uq_cases_open", "subject_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_cases_queue", "due_at", "id", postgresql_where=text("state <> 'decided'")),
        Index("ix_cases_decided", text("decided_at DESC"), text("id DESC"), postgresql_where=text("state = 'decided'")),
        Index("ix_cases_subject_id", "subject_id"),
        Index("ix_cases_subject_user_id", "subject_user_id"),
    )  # fmt: skip

    id: str = id_column("case")
    subject_id: str = Field(max_length=40)
    # Who answers for the subject: its author, or the account itself.
    subject_user_id: str = ref_column("user", "users.id")
    state: str = Field(default=CaseState.OPEN, max_length=16)
    sources: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    # What each source knows, by its name.
    data: dict[str, Any] = json_column()
    created_at: datetime = created_column()
    due_at: datetime = moment_column(nullable=False)
    decided_at: datetime | None = moment_column()


class Decision(SQLModel, table=True):
    """What was decided in a case, by which rule, and the reason that the person was told."""

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("action", Action),
        one_of("rule", ReportReason),
        one_of("state", DecisionState),
        # A case has one decision that is not yet final at a time.
        Index("uq_decisions_proposed", "case_id", unique=True, postgresql_where=text("state = 'proposed'")),
        Index(
            "ix_decisions_subject_user_id", "subject_user_id", text("created_at DESC"), text("id DESC"),
        ),
    )  # fmt: skip

    id: str = id_column("dcsn")
    case_id: str = ref_column("case", "cases.id", index=True)
    subject_id: str = Field(max_length=40)
    subject_user_id: str = ref_column("user", "users.id")
    action: str = Field(max_length=16)
    rule: str = Field(max_length=16)
    reason: str = text_column()
    state: str = Field(default=DecisionState.FINAL, max_length=16)
    # What it was called then, and what has to be known to take it back.
    data: dict[str, Any] = json_column()
    decided_by: str = ref_column("user", "users.id")
    confirmed_by: str | None = ref_column("user", "users.id", nullable=True)
    created_at: datetime = created_column()
    final_at: datetime | None = moment_column()


class AppealOutcome(StrEnum):
    """What became of an appeal."""

    UPHELD = "upheld"  # the decision stays
    OVERTURNED = "overturned"  # the decision is taken back


class Appeal(SQLModel, table=True):
    """What somebody answers to a decision about what is theirs: once, and looked at by another person."""

    __tablename__ = "appeals"
    __table_args__ = (UniqueConstraint("decision_id"), one_of("outcome", ("", *AppealOutcome)))

    id: str = id_column("appl")
    decision_id: str = ref_column("dcsn", "decisions.id")
    user_id: str = ref_column("user", "users.id", index=True)
    words: str = text_column()
    created_at: datetime = created_column()
    outcome: str = Field(default="", max_length=16)
    answer: str = text_column()
    answered_by: str | None = ref_column("user", "users.id", nullable=True)
    answered_at: datetime | None = moment_column()
