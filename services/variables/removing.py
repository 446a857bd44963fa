"""What is left of a deployment's variables when it goes: nothing."""

from sqlalchemy import delete
from sqlmodel import Session, col

from models.deployment_variables import DeploymentVariable


def forget_variables(session: Session, deployment_id: str) -> None:
    """Delete every variable of a deployment. Doing it twice is harmless."""
    session.execute(delete(DeploymentVariable).where(col(DeploymentVariable.deployment_id) == deployment_id))
