"""A release that is not taken into service, or is taken out again: what is stored and who is told."""

from sqlmodel import Session, col, select

from models.deployments import Deployment, Release, Wanted
from models.executions import ENDED, Execution
from services import audit
from services.deployments.bell import ring_keeper
from services.events.appending import append_events


def refuse_release(session: Session, release_id: str, reason: str, back_to: str | None) -> None:
    """Store why a release does not serve, and want the one that does, `back_to`, if there is one.

    Wanted again, so that a keeper that starts anew does not try the bad one first. Done twice it changes nothing.
    An execution that has ended already learns it by an event; one that waits reads it itself.
    """
    row = session.get(Release, release_id, with_for_update=True)
    if row is None or row.manifest.get("refused") == reason:
        return
    row.manifest = {**row.manifest, "refused": reason}
    deployment = session.get(Deployment, row.deployment_id, with_for_update=True, populate_existing=True)
    if back_to is not None and deployment is not None and deployment.wanted_release_id == release_id:
        want_back(session, deployment, row, back_to)
    tell_execution(session, row.execution_id, reason)


def want_back(session: Session, deployment: Deployment, refused: Release, back_to: str) -> None:
    """Want another release of a deployment again."""
    if back_to == refused.id or deployment.wanted == Wanted.DELETED:
        return
    deployment.wanted_release_id = back_to
    data = {"release_id": refused.id, "number": refused.number, "back_to": back_to}
    audit.record(session, None, "deployment.returned", deployment.id, deployment.team_id, data)
    session.flush()
    ring_keeper(session, deployment.id)


def tell_execution(session: Session, execution_id: str, reason: str) -> None:
    """Add to the log of an execution that has ended what became of its release."""
    locked = select(Execution).where(col(Execution.id) == execution_id, col(Execution.state).in_(ENDED))
    append_events(
        session, list(session.scalars(locked.with_for_update())), "release.refused", reason, "error"
    )
