"""What an owner may do with backups. Each of these only writes what is wanted; the keeper of apps does it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from models.clock import now
from models.deployment_backups import (
    BackupKind,
    BackupState,
    DeploymentBackup,
    DeploymentRestore,
    RestoreState,
)
from models.deployments import Deployment, Release
from models.errors import Conflict, NotFound
from models.executions import Execution
from models.templates import TemplateVersion
from services import audit
from services.accounts import Actor, require
from services.bulk import BulkResult, named
from services.deployment_backups.views import (
    NO_SUCH,
    BackupView,
    find_backup,
    view_of,
)
from services.deployments.bell import ring_keeper
from services.deployments.control import changeable
from services.deployments.views import find_deployment

MOST_BY_HAND = 10
# How long a deletion can be undone: a little longer than its toast is shown.
UNDO = timedelta(seconds=10)


def make_backup(session: Session, actor: Actor, deployment_id: str) -> BackupView:
    """Want a backup of a deployment's data. One that is being made by hand already is the one that is meant.

    Raises:
        NotFound: no such deployment, or of another team.
        Conflict: it is being deleted, or there are ten made by hand.
    """
    deployment = changeable_deployment(session, actor, deployment_id)
    by_hand = select(DeploymentBackup).where(
        col(DeploymentBackup.deployment_id) == deployment_id,
        col(DeploymentBackup.kind) == BackupKind.MANUAL,
        col(DeploymentBackup.delete_at).is_(None),
    )
    open_one = session.scalars(by_hand.where(col(DeploymentBackup.state) == BackupState.WANTED)).first()
    if open_one is not None:
        return view_of(open_one)
    made = by_hand.where(col(DeploymentBackup.state) == BackupState.READY).subquery()
    if (session.scalar(select(func.count()).select_from(made)) or 0) >= MOST_BY_HAND:
        raise Conflict(
            f"There are {MOST_BY_HAND} backups made by hand. Delete one first; it can be downloaded before.",
            "too_many_backups",
        )
    row = add_backup(session, deployment, BackupKind.MANUAL)
    audit.record(session, actor, "backup.requested", row.id, row.team_id, {"deployment_id": deployment_id})
    return view_of(row)


def changeable_deployment(session: Session, actor: Actor, deployment_id: str) -> Deployment:
    """Return the locked row of a deployment that the actor may change."""
    row = find_deployment(session, actor, "deployments:write", deployment_id, locked=True)
    if refusal := changeable(row):
        raise refusal
    return row


def add_backup(session: Session, deployment: Deployment, kind: BackupKind) -> DeploymentBackup:
    """Store that a backup is wanted, with what serves now, and ring the keeper."""
    row = DeploymentBackup(
        deployment_id=deployment.id, team_id=deployment.team_id, kind=kind, **facts_of(session, deployment)
    )
    session.add(row)
    session.flush()
    ring_keeper(session, deployment.id)
    return row


def facts_of(session: Session, deployment: Deployment) -> dict[str, Any]:
    """Return the release that serves and the version of its template."""
    statement = (
        select(Release.id, Release.number, TemplateVersion.version)
        .join(Execution, col(Execution.id) == col(Release.execution_id))
        .join(TemplateVersion, col(TemplateVersion.id) == col(Execution.template_version_id))
        .where(col(Release.id) == (deployment.observed_release_id or deployment.wanted_release_id))
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return {}
    return {"release_id": found[0], "release_number": found[1], "template_version": found[2]}


def delete_backup(session: Session, actor: Actor, backup_id: str) -> None:
    """Delete a backup: gone from the lists at once, from the disk 10 s later. Until then `keep_backup` brings it back.

    Raises:
        NotFound: no such backup, or of another team.
        Conflict: it is being made, or being brought back.
    """
    row, _ = find_backup(session, actor, "deployments:write", backup_id, locked=True)
    if row.state == BackupState.WANTED:
        raise Conflict("This backup is being made. Try again in a moment.", "backup_not_ready")
    needed = select(DeploymentRestore.id).where(
        col(DeploymentRestore.state) == RestoreState.WANTED,
        (col(DeploymentRestore.backup_id) == row.id) | (col(DeploymentRestore.before_id) == row.id),
    )
    if session.scalars(needed).first():
        raise Conflict("This backup is being brought back. Delete it after that.", "restore_open")
    row.delete_at = now() + UNDO
    audit.record(session, actor, "backup.deleted", row.id, row.team_id, {"deployment_id": row.deployment_id})
    session.flush()
    ring_keeper(session, row.deployment_id)


def keep_backup(session: Session, actor: Actor, backup_id: str) -> BackupView:
    """Undo a deletion within its 10 s. What is not being deleted stays as it is.

    Raises:
        NotFound: it is gone, or of another team.
        Conflict: it is too late.
    """
    row = session.get(DeploymentBackup, backup_id, with_for_update=True, populate_existing=True)
    if row is None or row.team_id not in actor.roles:
        raise NotFound(*NO_SUCH)
    require(actor, "deployments:write", row.team_id)
    if row.delete_at is not None and row.delete_at <= now():
        raise Conflict("It is too late to undo this: the backup is being removed.", "too_late")
    if row.delete_at is not None:
        row.delete_at = None
        audit.record(session, actor, "backup.kept", row.id, row.team_id, {"deployment_id": row.deployment_id})
        session.flush()
    return view_of(row)


def keep_backups(session: Session, actor: Actor, ids: Iterable[str]) -> BulkResult:
    """Undo the deletion of what a toast has named: one, as a rule."""
    kept = [keep_backup(session, actor, one) for one in named(ids)]
    return BulkResult([(one.id, "backup") for one in kept])


def set_nightly(session: Session, actor: Actor, deployment_id: str, on: bool) -> bool:
    """Switch the nightly backup of a deployment on or off, and return how it stands.

    Raises:
        NotFound: no such deployment, or of another team.
        Conflict: it is being deleted.
    """
    row = changeable_deployment(session, actor, deployment_id)
    if row.nightly_backup != on:
        row.nightly_backup = on
        audit.record(session, actor, "deployment.nightly_backup_set", row.id, row.team_id, {"on": on})
        session.flush()
    return on
