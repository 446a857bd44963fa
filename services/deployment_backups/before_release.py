"""The backup that is made before another release takes over, since its migration may change the data."""

from sqlmodel import Session, col, select

from models.deployment_backups import BackupKind, BackupState, DeploymentBackup
from models.deployments import Deployment, Release

# Above that it would hold a release up for too long.
MOST_BYTES = 50 * 1024 * 1024


def want_backup_before(session: Session, deployment: Deployment, release: Release) -> None:
    """Want a backup of the data as the release before `release` leaves it. Nothing before the first one.

    The keeper makes it before the new release starts, and does not wait for long.
    """
    before = session.get(Release, deployment.wanted_release_id) if deployment.wanted_release_id else None
    if before is None or before.id == release.id:
        return
    session.add(
        DeploymentBackup(
            deployment_id=deployment.id,
            team_id=deployment.team_id,
            kind=BackupKind.BEFORE_RELEASE,
            release_id=before.id,
            release_number=before.number,
            next_release_id=release.id,
        )
    )
    session.flush()


def said_before(session: Session, release_id: str) -> str:
    """Return what became of the backup before a release, in a sentence; "" where there was nothing to back up."""
    statement = select(DeploymentBackup).where(col(DeploymentBackup.next_release_id) == release_id)
    row = session.scalars(statement.order_by(col(DeploymentBackup.created_at).desc()).limit(1)).one_or_none()
    if row is None or row.state == BackupState.EMPTY:
        return ""
    if row.state == BackupState.READY:
        return f"The data was backed up first ({row.data_bytes / 1000:,.0f} KB): {row.id}"
    return f"The data was not backed up first. {row.detail}".strip()
