"""What goes with a deployment: the keeper has removed the archives, so nothing may tell of them any more."""

from sqlalchemy import delete
from sqlmodel import Session, col

from models.deployment_backups import DeploymentBackup, DeploymentRestore


def forget_all(session: Session, deployment_id: str) -> None:
    """Remove the rows of all backups and restores of a deployment. The trail keeps that there were some."""
    session.execute(delete(DeploymentRestore).where(col(DeploymentRestore.deployment_id) == deployment_id))
    session.execute(delete(DeploymentBackup).where(col(DeploymentBackup.deployment_id) == deployment_id))
