"""What the keeper is told of backups and restores beside what is wanted of each app: two statements for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from models.deployment_backups import (
    BackupKind,
    BackupState,
    DeploymentBackup,
    DeploymentRestore,
    RestoreState,
)

if TYPE_CHECKING:
    from services.deployments.keeping import WantedApp


def with_wishes(session: Session, apps: Sequence[WantedApp]) -> list[WantedApp]:
    """Return the same apps, each with the backup that its new release waits for and the restore that is wanted.

    A restore may begin when the backup that is made first is there; one that brings a release along holds that release.
    """
    first, restores = backups_first(session), open_restores(session)
    return [
        replace(
            app,
            backup_first=first.get((app.deployment_id, app.release_id or ""), ""),
            **restores.get(app.deployment_id, {}),
        )
        for app in apps
    ]


def backups_first(session: Session) -> dict[tuple[str, str], str]:
    """Return the backups that a release waits for, by deployment and release."""
    statement = select(DeploymentBackup).where(
        col(DeploymentBackup.state) == BackupState.WANTED,
        col(DeploymentBackup.kind) == BackupKind.BEFORE_RELEASE,
    )
    return {(row.deployment_id, row.next_release_id or ""): row.id for row in session.scalars(statement)}


def open_restores(session: Session) -> dict[str, dict[str, Any]]:
    """Return the restores that may begin, by deployment."""
    before = aliased(DeploymentBackup)
    statement = (
        select(DeploymentRestore, DeploymentBackup, before.state)
        .join(DeploymentBackup, col(DeploymentBackup.id) == col(DeploymentRestore.backup_id))
        .join(before, col(before.id) == col(DeploymentRestore.before_id))
        .where(col(DeploymentRestore.state) == RestoreState.WANTED)
    )
    return {row[0].deployment_id: restore_wish(*row) for row in session.execute(statement)}


def restore_wish(restore: DeploymentRestore, backup: DeploymentBackup, before: str) -> dict[str, Any]:
    """Return what the keeper is told of one restore."""
    with_release = restore.rolled_from_id is not None
    if before != BackupState.READY:
        return {"restore_waits": with_release}
    return {
        "restore": restore.id,
        "restore_backup": backup.id,
        "restore_checksum": backup.checksum or "",
        "restore_before": restore.before_id or "",
        "restore_release": with_release,
    }
