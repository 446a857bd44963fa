"""What was done, what is still to be sent, and what was answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field, SQLModel

from models.columns import created_column, id_column, json_column, moment_column, ref_column
from models.ids import Id


class AuditEntry(SQLModel, table=True):
    """One line beside each change that a service makes. A trigger refuses to change or delete it."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_team_id_at", "team_id", text("at DESC"), text("id DESC")),
        Index("ix_audit_entries_subject_id", "subject_id"),
    )

    id: str = id_column("aud")
    team_id: str = ref_column("team", "teams.id")
    # No foreign key: the line outlives the account.
    user_id: str | None = Field(default=None, sa_type=Id("user"))
    via: str = Field(default="", max_length=16)
    action: str = Field(max_length=60)
    subject_id: str = Field(max_length=40)
    data: dict[str, Any] = json_column()
    request_id: str = Field(default="", max_length=64)
    at: datetime = created_column()


class OutboxRow(SQLModel, table=True):
    """Work that a committed transaction asked for. The row is the promise; the queue is only the doorbell."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_unsent", "created_at", postgresql_where=text("sent_at IS NULL")),)

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )
    topic: str = Field(max_length=40)
    payload: dict[str, Any] = json_column()
    created_at: datetime = created_column()
    sent_at: datetime | None = moment_column()


class IdempotencyRecord(SQLModel, table=True):
    """The answer to an unsafe request that carried an `Idempotency-Key`, kept so that a repeat gets the same."""

    __tablename__ = "idempotency_records"
    __table_args__ = (Index("ix_idempotency_records_created_at", "created_at"),)

    user_id: str = ref_column("user", "users.id", primary_key=True, ondelete="CASCADE")
    key: str = Field(primary_key=True, max_length=200)
    operation: str = Field(primary_key=True, max_length=200)
    request_hash: str = Field(max_length=64)
    # None while the first request is still being answered.
    status: int | None = Field(default=None)
    body: dict[str, Any] = json_column()
    headers: dict[str, Any] = json_column()
    created_at: datetime = created_column()
