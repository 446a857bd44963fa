"""What people see of backups and restores."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models.deployment_backups import (
    BackupState,
    DeploymentBackup,
    DeploymentRestore,
)
from models.deployments import Deployment
from models.errors import Conflict, NotFound
from services import audit
from services.accounts import Actor
from services.deployment_backups.places import archive_path
from services.deployments.views import allowed, find_deployment

NO_SUCH = ("There is no such backup. It may have been deleted.", "no_such_backup")
KIND_WORDS = {
    "manual": "By hand",
    "nightly": "Nightly",
    "before_restore": "Before a restore",
    "before_release": "Before a release",
}


@dataclass(frozen=True, slots=True)
class BackupView:
    """One backup. Sizes are bytes: of the archive, and of the data in it. `remarks` says what was left out."""

    id: str
    deployment_id: str
    kind: str
    state: str
    created_at: datetime
    taken_at: datetime | None
    release_number: int | None
    template_version: str
    size_bytes: int
    data_bytes: int
    files: int
    checksum: str
    detail: str
    databases: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class RestoreView:
    """One restore. `before_id` is the backup that undoes it, null when there is none any more."""

    id: str
    deployment_id: str
    backup_id: str | None
    before_id: str | None
    state: str
    detail: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class BackupsView:
    """All backups of a deployment, newest first, and the last restore."""

    nightly: bool
    items: list[BackupView]
    last_restore: RestoreView | None


def list_backups(session: Session, actor: Actor, deployment_id: str) -> BackupsView:
    """Return the backups of a deployment; those that are being deleted are not among them.

    Raises:
        NotFound: no such deployment, or of another team.
    """
    deployment = find_deployment(session, actor, "deployments:read", deployment_id)
    statement = (
        select(DeploymentBackup)
        .where(
            col(DeploymentBackup.deployment_id) == deployment_id,
            col(DeploymentBackup.delete_at).is_(None),
            col(DeploymentBackup.state) != BackupState.EMPTY,
        )
        .order_by(col(DeploymentBackup.created_at).desc(), col(DeploymentBackup.id).desc())
    )
    restores = (
        select(DeploymentRestore)
        .where(col(DeploymentRestore.deployment_id) == deployment_id)
        .order_by(col(DeploymentRestore.created_at).desc(), col(DeploymentRestore.id).desc())
        .limit(1)
    )
    last = session.scalars(restores).one_or_none()
    return BackupsView(
        deployment.nightly_backup,
        [view_of(row) for row in session.scalars(statement)],
        restore_view(last) if last else None,
    )


def view_of(row: DeploymentBackup) -> BackupView:
    """Return what people see of a row."""
    return BackupView(
        id=row.id,
        deployment_id=row.deployment_id,
        kind=row.kind,
        state=row.state,
        created_at=row.created_at,
        taken_at=row.taken_at,
        release_number=row.release_number,
        template_version=row.template_version,
        size_bytes=row.size_bytes,
        data_bytes=row.data_bytes,
        files=row.files,
        checksum=row.checksum or "",
        detail=row.detail,
        databases=row.contents.get("databases", {}),
        remarks=row.contents.get("remarks", []),
    )


def restore_view(row: DeploymentRestore) -> RestoreView:
    """Return what people see of a restore."""
    return RestoreView(
        id=row.id,
        deployment_id=row.deployment_id,
        backup_id=row.backup_id,
        before_id=row.before_id,
        state=row.state,
        detail=row.detail,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def find_backup(
    session: Session, actor: Actor, permission: str, backup_id: str, *, locked: bool = False
) -> tuple[DeploymentBackup, Deployment]:
    """Return a backup that is not being deleted, with its deployment, both of the actor's teams."""
    row = session.get(DeploymentBackup, backup_id, with_for_update=locked, populate_existing=locked)
    if row is None or row.delete_at is not None:
        raise NotFound(*NO_SUCH)
    try:
        return row, allowed(actor, permission, session.get(Deployment, row.deployment_id))
    except NotFound as error:
        raise NotFound(*NO_SUCH) from error


def ready(row: DeploymentBackup) -> DeploymentBackup:
    """Return the row if there is an archive.

    Raises:
        Conflict: it is not made yet, or could not be.
    """
    if row.state == BackupState.WANTED:
        raise Conflict("This backup is being made. Try again in a moment.", "backup_not_ready")
    if row.state != BackupState.READY:
        raise Conflict("This backup could not be made, so there is nothing in it.", "backup_failed")
    return row


def backup_file(session: Session, actor: Actor, backup_id: str) -> tuple[Path, str]:
    """Return the archive of a backup and a name to save it under.

    For whoever may change the deployment: it holds everything that its visitors left there.

    Raises:
        NotFound: no such backup, of another team, or its file is gone.
        Conflict: it is not made yet, or could not be.
    """
    row, deployment = find_backup(session, actor, "deployments:write", backup_id)
    path = archive_path(row.deployment_id, ready(row).id)
    if not path.is_file():
        raise NotFound("The file of this backup is gone from the disk.", "backup_gone")
    audit.record(session, actor, "backup.downloaded", row.id, row.team_id, {"deployment_id": deployment.id})
    moment = row.taken_at or row.created_at
    return path, f"{deployment.slug}-{moment:%Y%m%d-%H%M%S}.tar.gz"
