"""Bringing a backup back: what is asked for here is done by the keeper of apps (`workers/apps/restoring.py`)."""

from datetime import datetime

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.deployment_backups import (
    BackupKind,
    BackupState,
    DeploymentBackup,
    DeploymentRestore,
    RestoreState,
)
from models.deployments import Deployment, Release
from models.errors import Conflict, InvalidInput, NotFound
from services import audit
from services.accounts import Actor
from services.deployment_backups.asking import add_backup, changeable_deployment
from services.deployment_backups.views import (
    RestoreView,
    find_backup,
    ready,
    restore_view,
)
from services.deployments.rollback import find_release, roll_back
from services.deployments.views import find_deployment


def request_restore(session: Session, actor: Actor, backup_id: str, confirm: str) -> RestoreView:
    """Want a backup brought back. `confirm` is the deployment's slug, so that nobody takes one app for another.

    First the data is backed up as it is; that backup undoes this.

    Raises:
        NotFound: no such backup, or of another team.
        InvalidInput: `confirm` names something else.
        Conflict: another restore is under way, the backup is not there, or the deployment is being deleted.
    """
    backup, _ = find_backup(session, actor, "deployments:write", backup_id)
    deployment = changeable_deployment(session, actor, backup.deployment_id)
    if confirm != deployment.slug:
        raise InvalidInput(
            f"To restore the data of {deployment.name}, confirm it by its short name, {deployment.slug}.",
            "not_confirmed",
        )
    return restore_view(want_restore(session, actor, deployment, ready(backup)))


def want_restore(
    session: Session,
    actor: Actor,
    deployment: Deployment,
    backup: DeploymentBackup,
    rolled_from_id: str | None = None,
) -> DeploymentRestore:
    """Store a restore and the backup that is made before it."""
    under_way = select(DeploymentRestore.id).where(
        col(DeploymentRestore.deployment_id) == deployment.id,
        col(DeploymentRestore.state) == RestoreState.WANTED,
    )
    if session.scalars(under_way).first():
        raise Conflict(
            "Data of this app is being restored already. Wait until that has ended.", "restore_open"
        )
    before = add_backup(session, deployment, BackupKind.BEFORE_RESTORE)
    row = DeploymentRestore(
        deployment_id=deployment.id,
        team_id=deployment.team_id,
        backup_id=backup.id,
        before_id=before.id,
        rolled_from_id=rolled_from_id,
    )
    session.add(row)
    session.flush()
    data = {"deployment_id": deployment.id, "backup_id": backup.id, "slug": deployment.slug}
    audit.record(session, actor, "restore.requested", row.id, row.team_id, data)
    return row


def get_restore(session: Session, actor: Actor, restore_id: str) -> RestoreView:
    """Return one restore.

    Raises:
        NotFound: no such restore, or of another team.
    """
    row = session.get(DeploymentRestore, restore_id)
    if row is None or row.team_id not in actor.roles:
        raise NotFound("There is no such restore.", "no_such_restore")
    find_deployment(session, actor, "deployments:read", row.deployment_id)
    return restore_view(row)


def data_before(session: Session, deployment: Deployment, target: Release) -> DeploymentBackup | None:
    """Return the backup of the data as the release `target` left it: made before the next one took over."""
    newest = left_by(deployment.id).where(col(DeploymentBackup.release_id) == target.id).limit(1)
    return session.scalars(newest).one_or_none()


def left_by(deployment_id: str) -> SelectOfScalar[DeploymentBackup]:
    """Return the statement for the backups that were made before a newer release took over, newest first."""
    return (
        select(DeploymentBackup)
        .join(Release, col(Release.id) == col(DeploymentBackup.next_release_id))
        .where(
            col(DeploymentBackup.deployment_id) == deployment_id,
            col(DeploymentBackup.kind) == BackupKind.BEFORE_RELEASE,
            col(DeploymentBackup.state) == BackupState.READY,
            col(DeploymentBackup.delete_at).is_(None),
            col(Release.number) > col(DeploymentBackup.release_number),
        )
        .order_by(col(DeploymentBackup.created_at).desc())
    )


def releases_with_data(session: Session, actor: Actor, deployment_id: str) -> dict[int, datetime]:
    """Return the releases that one can go back to together with the data as they left it, and of when that is.

    Raises:
        NotFound: no such deployment, or of another team.
    """
    find_deployment(session, actor, "deployments:read", deployment_id)
    found: dict[int, datetime] = {}
    for row in session.scalars(left_by(deployment_id)):
        found.setdefault(row.release_number or 0, row.taken_at or row.created_at)
    return found


def roll_back_with_data(
    session: Session, actor: Actor, deployment_id: str, number: int | None = None
) -> RestoreView:
    """Go back to an earlier release and to the data as it left it, both in one move.

    Raises:
        NotFound: no such deployment, or of another team; no such release.
        Conflict: as `roll_back` and `request_restore`; there is no backup of that data.
    """
    deployment = changeable_deployment(session, actor, deployment_id)
    before, target = deployment.wanted_release_id, find_release(session, deployment, number)
    backup = data_before(session, deployment, target)
    if backup is None:
        raise Conflict(
            f"There is no backup of the data as release {target.number} left it. Roll back without the data.",
            "no_data_before",
        )
    row = want_restore(session, actor, deployment, backup, rolled_from_id=before)
    roll_back(session, actor, deployment_id, target.number)
    return restore_view(row)
