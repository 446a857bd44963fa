"""What an owner may do with a deployment. Each of these only writes what is wanted; the keeper does it."""

from typing import Literal

from sqlmodel import Session

from models.clock import now
from models.deployments import Deployment, Wanted
from models.errors import Conflict
from services import audit
from services.accounts import Actor
from services.deployments.bell import ring_keeper
from services.deployments.views import DeploymentView, find_deployment, get_deployment

DONE = {Wanted.RUNNING: "deployment.started", Wanted.STOPPED: "deployment.stopped"}


def want(
    session: Session, actor: Actor, deployment_id: str, wanted: Literal["running", "stopped"]
) -> DeploymentView:
    """Start or stop an app. Wanting what is wanted already changes nothing.

    Raises:
        NotFound: no such deployment, or of another team.
        Conflict: it is being deleted.
    """
    row = find_changeable(session, actor, deployment_id)
    state = Wanted(wanted)
    if row.wanted != state:
        row.wanted = state
        commit_wish(session, actor, row, DONE[state])
    return get_deployment(session, actor, row.id)


def restart(session: Session, actor: Actor, deployment_id: str) -> DeploymentView:
    """Replace the app's process by a new one of the same release, or start it when it is stopped.

    The old process serves until the new one answers.
    """
    row = find_changeable(session, actor, deployment_id)
    row.wanted, row.restart_requested_at = Wanted.RUNNING, now()
    commit_wish(session, actor, row, "deployment.restarted")
    return get_deployment(session, actor, row.id)


def delete(session: Session, actor: Actor, deployment_id: str) -> None:
    """Delete an app for good: its process, address, releases, data and repository. Doing it twice is harmless."""
    row = find_deployment(session, actor, "deployments:write", deployment_id, locked=True)
    if row.wanted != Wanted.DELETED:
        row.wanted = Wanted.DELETED
        commit_wish(session, actor, row, "deployment.deleted")


def find_changeable(session: Session, actor: Actor, deployment_id: str) -> Deployment:
    """Return the locked row of a deployment that is not on its way out."""
    row = find_deployment(session, actor, "deployments:write", deployment_id, locked=True)
    if row.wanted == Wanted.DELETED:
        raise Conflict("This deployment is being deleted.", "deployment_deleted")
    return row


def commit_wish(session: Session, actor: Actor, row: Deployment, action: str) -> None:
    """Store a changed wish with its line in the trail, and ring the keeper."""
    session.flush()
    audit.record(session, actor, action, row.id, row.team_id, {"slug": row.slug})
    ring_keeper(session, row.id)
