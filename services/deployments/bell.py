"""The keeper's doorbell: heard when the transaction commits; a ring that is lost is made up for by its poll."""

from sqlalchemy import text
from sqlmodel import Session

CHANNEL = "apps"


def ring_keeper(session: Session, deployment_id: str) -> None:
    """Tell the keeper of apps that something about a deployment was changed."""
    session.execute(
        text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": deployment_id}
    )
