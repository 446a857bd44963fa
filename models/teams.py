"""How people come into a team, and how they take their data home."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from models.accounts import Role
from models.columns import created_column, id_column, moment_column, one_of, ref_column, text_column

OPEN = "accepted_at IS NULL AND declined_at IS NULL AND revoked_at IS NULL"


class Invitation(SQLModel, table=True):
    """An invitation by mail. The token that opens it is only ever in the mail."""

    __tablename__ = "invitations"
    __table_args__ = (
        one_of("role", Role),
        Index("uq_invitations_open", "team_id", "email", unique=True, postgresql_where=text(OPEN)),
    )

    id: str = id_column("inv")
    team_id: str = ref_column("team", "teams.id", ondelete="CASCADE")
    email: str = Field(max_length=254)
    role: str = Field(max_length=16)
    token_hash: str = Field(unique=True, max_length=64)
    invited_by: str = ref_column("user", "users.id", index=True)
    created_at: datetime = created_column()
    expires_at: datetime = moment_column(nullable=False)
    accepted_at: datetime | None = moment_column()
    declined_at: datetime | None = moment_column()
    revoked_at: datetime | None = moment_column()


class ExportState(StrEnum):
    """How far an export has come."""

    QUEUED = "queued"  # written, not begun
    RUNNING = "running"  # a worker writes the archive
    READY = "ready"  # the archive lies in the data folder until `expires_at`
    FAILED = "failed"  # `error` says why


class Export(SQLModel, table=True):
    """One archive of everything of a person."""

    __tablename__ = "exports"
    __table_args__ = (
        one_of("state", ExportState),
        Index(
            "uq_exports_at_work",
            "user_id",
            unique=True,
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index("ix_exports_user_id_created_at", "user_id", text("created_at DESC")),
    )

    id: str = id_column("expt")
    user_id: str = ref_column("user", "users.id", ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", ondelete="CASCADE")
    state: str = Field(default=ExportState.QUEUED, max_length=16)
    # Of a hundred.
    progress: int = Field(default=0)
    step: str = Field(default="", max_length=80)
    # A worker that has not moved it until then is gone, and another takes it over.
    lease_until: datetime | None = moment_column()
    attempts: int = Field(default=0)
    size_bytes: int = Field(default=0)
    error: str = text_column()
    created_at: datetime = created_column()
    finished_at: datetime | None = moment_column()
    expires_at: datetime | None = moment_column()
