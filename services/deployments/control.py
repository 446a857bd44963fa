"""What an owner may do with deployments, one or many. Each of these only writes what is wanted; the keeper does it."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Literal

from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment, Wanted
from models.errors import Conflict, IdeasmithError, NotFound
from services import audit
from services.accounts import Actor
from services.bulk import BulkResult, named, sorted_out
from services.deployments.bell import ring_keeper
from services.deployments.views import NO_SUCH, DeploymentView, get_deployment

DONE = {Wanted.RUNNING: "deployment.started", Wanted.STOPPED: "deployment.stopped"}
# How long a deletion can be undone: a little longer than its toast is shown.
UNDO = timedelta(seconds=10)

Check = Callable[[Deployment], IdeasmithError | None]
Change = Callable[[Deployment], str]


def want(
    session: Session, actor: Actor, deployment_id: str, wanted: Literal["running", "stopped"]
) -> DeploymentView:
    """Start or stop an app. Wanting what is wanted already changes nothing.

    Raises:
        NotFound: no such deployment, or of another team.
        Conflict: it is being deleted.
    """
    want_all(session, actor, [deployment_id], wanted).one()
    return get_deployment(session, actor, deployment_id)


def want_all(
    session: Session, actor: Actor, ids: Iterable[str], wanted: Literal["running", "stopped"]
) -> BulkResult:
    """Start or stop many apps."""
    state = Wanted(wanted)

    def change(row: Deployment) -> str:
        if row.wanted == state:
            return ""
        row.wanted = state
        return DONE[state]

    return change_all(session, actor, ids, changeable, change)


def restart(session: Session, actor: Actor, deployment_id: str) -> DeploymentView:
    """Replace the app's process by a new one of the same release, or start it when it is stopped.

    The old process serves until the new one answers.
    """
    restart_all(session, actor, [deployment_id]).one()
    return get_deployment(session, actor, deployment_id)


def restart_all(session: Session, actor: Actor, ids: Iterable[str]) -> BulkResult:
    """Restart many apps."""

    def change(row: Deployment) -> str:
        row.wanted, row.restart_requested_at = Wanted.RUNNING, now()
        return "deployment.restarted"

    return change_all(session, actor, ids, changeable, change)


def delete(session: Session, actor: Actor, deployment_id: str) -> None:
    """Delete an app: hidden and stopped at once; process, address, releases, data and repository go 10 s later.

    Until then `restore` brings it back, so its name is free again only after that. Doing it twice is harmless.
    """
    delete_all(session, actor, [deployment_id]).one()


def delete_all(session: Session, actor: Actor, ids: Iterable[str]) -> BulkResult:
    """Delete many apps."""

    def change(row: Deployment) -> str:
        if row.wanted == Wanted.DELETED:
            return ""
        row.wanted_before, row.wanted, row.delete_at = row.wanted, Wanted.DELETED, now() + UNDO
        return "deployment.deleted"

    return change_all(session, actor, ids, lambda row: None, change)


def restore(session: Session, actor: Actor, deployment_id: str) -> DeploymentView:
    """Undo a deletion within its 10 s. What is not being deleted stays as it is.

    Raises:
        NotFound: it is gone.
        Conflict: it is too late: the removal has begun.
    """
    restore_all(session, actor, [deployment_id]).one()
    return get_deployment(session, actor, deployment_id)


def restore_all(session: Session, actor: Actor, ids: Iterable[str]) -> BulkResult:
    """Undo many deletions."""

    def change(row: Deployment) -> str:
        if row.wanted != Wanted.DELETED:
            return ""
        row.wanted, row.wanted_before, row.delete_at = row.wanted_before, "", None
        return "deployment.restored"

    return change_all(session, actor, ids, restorable, change)


def changeable(row: Deployment) -> IdeasmithError | None:
    """Refuse what is on its way out."""
    if row.wanted == Wanted.DELETED:
        return Conflict("This deployment is being deleted.", "deployment_deleted")
    return None


def restorable(row: Deployment) -> IdeasmithError | None:
    """Refuse what the keeper may be removing already."""
    if row.wanted == Wanted.DELETED and (row.delete_at is None or row.delete_at <= now()):
        return Conflict("It is too late to undo this: the deployment is being removed.", "too_late")
    return None


def change_all(
    session: Session, actor: Actor, ids: Iterable[str], check: Check, change: Change
) -> BulkResult:
    """Apply `change` to every live deployment that may be changed, with its line in the trail, and ring the keeper.

    `change` returns the action for the trail, or nothing where all was so already. Statements do not grow with rows.
    """
    wanted = named(ids)
    statement = (
        select(Deployment)
        .where(col(Deployment.id).in_(wanted), col(Deployment.deleted_at).is_(None))
        .order_by(col(Deployment.id))  # one order for all, so that two of these never wait for each other
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).all()
    rows, refused = sorted_out(actor, "deployments:write", wanted, found, NotFound(*NO_SUCH), check)
    for row in rows:
        if action := change(row):
            audit.record(session, actor, action, row.id, row.team_id, {"slug": row.slug})
    session.flush()
    if rows:
        ring_keeper(session, rows[0].id)  # whoever rings, the keeper looks at all
    return BulkResult([(row.id, row.name) for row in rows], refused)
