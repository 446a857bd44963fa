"""What the keeper of apps asks of the database about backups, and tells it: what became of each wish."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case
from sqlmodel import Session, col, select

from models.clock import now
from models.deployment_backups import (
    BackupKind,
    BackupState,
    DeploymentBackup,
    DeploymentRestore,
    RestoreState,
)
from models.deployments import Deployment, Wanted
from services import audit
from services.deployment_backups.nights import prune
from services.deployments.bell import ring_keeper

MOST_ATTEMPTS = 3
# In this order; the ones before a release have a lane of their own, since somebody waits for them.
ORDER = case(
    {BackupKind.BEFORE_RESTORE: 0, BackupKind.MANUAL: 1, BackupKind.NIGHTLY: 2},
    value=col(DeploymentBackup.kind),
    else_=3,
)


@dataclass(frozen=True, slots=True)
class Order:
    """A backup that is to be made now. `about` is what its manifest says of it."""

    backup_id: str
    deployment_id: str
    kind: str
    created_at: datetime
    about: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a restore ended. `refreshed`: what the backup before it holds since it was made again, or None."""

    restore_id: str
    state: RestoreState
    detail: str
    refreshed: dict[str, Any] | None = None


def next_order(session: Session, *, urgent: bool) -> Order | None:
    """Return the next backup to make, of deployments that are not being deleted. `urgent`: one before a release."""
    is_urgent = col(DeploymentBackup.kind) == BackupKind.BEFORE_RELEASE
    statement = (
        select(DeploymentBackup, Deployment)
        .join(Deployment, col(Deployment.id) == col(DeploymentBackup.deployment_id))
        .where(
            col(DeploymentBackup.state) == BackupState.WANTED,
            col(Deployment.deleted_at).is_(None),
            col(Deployment.wanted) != Wanted.DELETED,
            is_urgent if urgent else ~is_urgent,
        )
        .order_by(ORDER, col(DeploymentBackup.created_at), col(DeploymentBackup.id))
        .limit(1)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return None
    row, deployment = found
    about = {
        "deployment_id": deployment.id,
        "name": deployment.name,
        "kind": row.kind,
        "release_id": row.release_id,
        "release_number": row.release_number,
        "template": deployment.template_slug,
        "template_version": row.template_version,
    }
    return Order(row.id, deployment.id, row.kind, row.created_at, about)


def record_taken(session: Session, backup_id: str, taken: dict[str, Any]) -> None:
    """Store that a backup is there (the fields of `workers.app_data.taking.Taken`), and let old ones go."""
    row = session.get(DeploymentBackup, backup_id, with_for_update=True)
    if row is None or row.state != BackupState.WANTED:
        return
    fill(row, taken)
    row.state, row.taken_at, row.detail = BackupState.READY, now(), ""
    data = {"deployment_id": row.deployment_id, "kind": row.kind, "size_bytes": row.size_bytes}
    audit.record(session, None, "backup.made", row.id, row.team_id, data)
    session.flush()
    prune(session, row.deployment_id)
    ring_keeper(session, row.deployment_id)


def fill(row: DeploymentBackup, taken: dict[str, Any]) -> None:
    """Store what an archive holds."""
    row.size_bytes, row.data_bytes, row.files = taken["size_bytes"], taken["data_bytes"], taken["files"]
    row.checksum = taken["checksum"]
    row.contents = {"databases": taken["databases"], "remarks": taken["remarks"]}


def record_failed(
    session: Session, backup_id: str, reason: str, state: BackupState = BackupState.FAILED
) -> None:
    """Store why there is no backup. A restore that was to follow it does not begin."""
    row = session.get(DeploymentBackup, backup_id, with_for_update=True)
    if row is None or row.state != BackupState.WANTED:
        return
    row.state, row.detail = state, reason
    session.flush()
    if row.kind == BackupKind.BEFORE_RESTORE:
        waiting = select(DeploymentRestore).where(
            col(DeploymentRestore.before_id) == row.id, col(DeploymentRestore.state) == RestoreState.WANTED
        )
        for restore in session.scalars(waiting.with_for_update()):
            finish(session, restore, RestoreState.FAILED, f"The data could not be backed up first: {reason}")
    ring_keeper(session, row.deployment_id)


def record_ended(session: Session, backup_id: str) -> None:
    """Store that whoever made a backup was ended from outside: it is tried again, a few times."""
    row = session.get(DeploymentBackup, backup_id, with_for_update=True)
    if row is None:
        return
    row.attempts += 1
    session.flush()
    if row.attempts >= MOST_ATTEMPTS:
        record_failed(
            session, backup_id, "It was ended from outside three times. The machine may lack memory."
        )


def record_verdict(session: Session, verdict: Verdict) -> None:
    """Store how a restore ended. Done twice it changes nothing."""
    row = session.get(DeploymentRestore, verdict.restore_id, with_for_update=True)
    if row is None or row.state != RestoreState.WANTED:
        return
    before = session.get(DeploymentBackup, row.before_id, with_for_update=True) if row.before_id else None
    if before is not None and verdict.refreshed is not None:
        fill(before, verdict.refreshed)
        before.taken_at = now()
    finish(session, row, verdict.state, verdict.detail)
    prune(session, row.deployment_id)
    ring_keeper(session, row.deployment_id)


def finish(session: Session, row: DeploymentRestore, state: RestoreState, detail: str) -> None:
    """Close a restore. A rollback that was to bring the data along, and could not, is taken back too."""
    if state in (RestoreState.RETURNED, RestoreState.FAILED) and row.rolled_from_id is not None:
        want_again(session, row)
    row.state, row.detail, row.finished_at = state, detail, now()
    data = {"deployment_id": row.deployment_id, "backup_id": row.backup_id, "state": state.value}
    audit.record(session, None, "restore.ended", row.id, row.team_id, data)
    session.flush()


def want_again(session: Session, row: DeploymentRestore) -> None:
    """Want the release again that was wanted before a rollback, unless another one was asked for meanwhile."""
    deployment = session.get(Deployment, row.deployment_id, with_for_update=True, populate_existing=True)
    backup = session.get(DeploymentBackup, row.backup_id) if row.backup_id else None
    if deployment is not None and backup is not None and deployment.wanted_release_id == backup.release_id:
        deployment.wanted_release_id = row.rolled_from_id


def due_for_removal(session: Session) -> list[tuple[str, str]]:
    """Return the backups (deployment, backup) whose deletion can no longer be undone."""
    statement = select(DeploymentBackup.deployment_id, DeploymentBackup.id).where(
        col(DeploymentBackup.delete_at) <= now()
    )
    return [(deployment_id, backup_id) for deployment_id, backup_id in session.execute(statement)]


def forget(session: Session, backup_id: str) -> None:
    """Remove the row of a backup whose file is gone."""
    row = session.get(DeploymentBackup, backup_id, with_for_update=True)
    if row is not None:
        session.delete(row)
        session.flush()


def known_backups(session: Session) -> set[str]:
    """Return the ids of all backups that may have a file."""
    return set(session.scalars(select(DeploymentBackup.id)))


def record_missing(session: Session, here: set[str]) -> None:
    """Say of every backup without its file that it is not there: a list that shows it would be wrong."""
    statement = select(DeploymentBackup).where(
        col(DeploymentBackup.state) == BackupState.READY, col(DeploymentBackup.id).not_in(here)
    )
    for row in session.scalars(statement.with_for_update()):
        row.state, row.detail = BackupState.FAILED, "Its file is gone from the disk."
    session.flush()
