"""Backups of the data of applications, and the times that one was brought back.

A row is the wish first and the record afterwards: whoever wants a backup writes it as `wanted`, the keeper of apps
makes the archive and says here what became of it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Date, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import (
    created_column,
    digest_column,
    id_column,
    json_column,
    moment_column,
    one_of,
    ref_column,
    text_column,
)
from models.ids import Id


class BackupKind(StrEnum):
    """Why a backup was made."""

    MANUAL = "manual"
    NIGHTLY = "nightly"
    BEFORE_RESTORE = "before_restore"
    BEFORE_RELEASE = "before_release"


class BackupState(StrEnum):
    """What became of it."""

    WANTED = "wanted"
    READY = "ready"
    FAILED = "failed"
    EMPTY = "empty"  # there was nothing to back up; shown nowhere


class RestoreState(StrEnum):
    """How a restore stands or ended."""

    WANTED = "wanted"
    DONE = "done"
    RETURNED = "returned"  # the app did not become healthy with it, so the data before is back
    FAILED = "failed"  # nothing was touched


class DeploymentBackup(SQLModel, table=True):
    """One archive of one application's data folder."""

    __tablename__ = "deployment_backups"
    __table_args__ = (
        one_of("kind", BackupKind),
        one_of("state", BackupState),
        # One a night, however many clocks ask for it.
        UniqueConstraint("deployment_id", "night"),
        Index("ix_deployment_backups_deployment_id_created_at", "deployment_id", text("created_at DESC")),
        Index("ix_deployment_backups_open", "created_at", postgresql_where=text("state = 'wanted'")),
    )

    id: str = id_column("bkup")
    deployment_id: str = ref_column("depl", "deployments.id", ondelete="CASCADE")
    team_id: str = ref_column("team", "teams.id", index=True)
    kind: str = Field(max_length=16)
    state: str = Field(default=BackupState.WANTED, max_length=16)
    night: date | None = Field(default=None, sa_type=Date)
    # What served when it was asked for, and for `before_release` what was to serve instead.
    release_id: str | None = Field(default=None, sa_type=Id("rel"))
    release_number: int | None = Field(default=None)
    next_release_id: str | None = Field(default=None, sa_type=Id("rel"))
    template_version: str = Field(default="", max_length=60)
    size_bytes: int = Field(default=0, sa_type=BigInteger)
    data_bytes: int = Field(default=0, sa_type=BigInteger)
    files: int = Field(default=0)
    checksum: str | None = digest_column(nullable=True)
    # {"databases": {name: {"schema", "tables": {name: rows}}}, "remarks": [what was left out]}
    contents: dict[str, Any] = json_column()
    detail: str = text_column()  # why it failed
    attempts: int = Field(default=0)
    created_at: datetime = created_column()
    taken_at: datetime | None = moment_column()
    # A deletion can be undone until then; after that the keeper removes file and row.
    delete_at: datetime | None = moment_column()


class DeploymentRestore(SQLModel, table=True):
    """One time that a backup was, or shall be, brought back."""

    __tablename__ = "deployment_restores"
    __table_args__ = (
        one_of("state", RestoreState),
        Index(
            "uq_deployment_restores_open",
            "deployment_id",
            unique=True,
            postgresql_where=text("state = 'wanted'"),
        ),
    )

    id: str = id_column("rest")
    deployment_id: str = ref_column("depl", "deployments.id", ondelete="CASCADE", index=True)
    team_id: str = ref_column("team", "teams.id", index=True)
    backup_id: str | None = ref_column(
        "bkup", "deployment_backups.id", nullable=True, ondelete="SET NULL", index=True
    )
    # The backup that is made first: to restore it is to undo this.
    before_id: str | None = ref_column(
        "bkup", "deployment_backups.id", nullable=True, ondelete="SET NULL", index=True
    )
    state: str = Field(default=RestoreState.WANTED, max_length=16)
    detail: str = text_column()
    # A rollback that brings the data along: what was wanted before it, wanted again when the data comes back.
    rolled_from_id: str | None = Field(default=None, sa_type=Id("rel"))
    created_at: datetime = created_column()
    finished_at: datetime | None = moment_column()
