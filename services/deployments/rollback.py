"""Going back to a release that served before, and when an app may sleep."""

from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment, Release, Wanted
from models.errors import Conflict, InvalidInput, NotFound
from services import audit
from services.accounts import Actor
from services.deployments.bell import ring_keeper
from services.deployments.control import changeable
from services.deployments.views import DeploymentView, find_deployment, get_deployment
from services.deployments.wanting import want_release

SHORTEST_SLEEP_S, LONGEST_SLEEP_S = 60, 7 * 24 * 3600


def roll_back(
    session: Session, actor: Actor, deployment_id: str, number: int | None = None
) -> DeploymentView:
    """Want an earlier release again: `number`, or the last good one before the one that is wanted. Data stays.

    It starts beside the one that serves and takes over when it answers. Asking for the one that serves changes nothing.

    Raises:
        NotFound: no such deployment, or of another team; no such release.
        Conflict: it is being deleted; the release was cleaned away; there is none to go back to.
    """
    row = locked(session, actor, deployment_id)
    target = find_release(session, row, number)
    if target.cleaned_at is not None:
        raise Conflict(
            f"The files of release {target.number} were cleaned away. Its code stays in the repository.",
            "release_cleaned",
        )
    if (
        row.wanted == Wanted.RUNNING
        and row.wanted_release_id == target.id
        and not target.manifest.get("refused")
    ):
        return get_deployment(session, actor, row.id)
    if target.manifest.get("refused"):
        # It did not serve the last time: forget that, and let the keeper try it anew.
        target.manifest = {name: value for name, value in target.manifest.items() if name != "refused"}
        row.restart_requested_at = now()
    audit.record(session, actor, "deployment.rolled_back", row.id, row.team_id, {"number": target.number})
    want_release(session, row, target)
    return get_deployment(session, actor, row.id)


def find_release(session: Session, row: Deployment, number: int | None) -> Release:
    """Return the release called `number`, or the newest good one before the wanted one."""
    releases = select(Release).where(col(Release.deployment_id) == row.id)
    if number is not None:
        found = session.scalar(releases.where(col(Release.number) == number))
        if found is None:
            raise NotFound(f"There is no release {number}.", "no_such_release")
        return found
    wanted = session.get(Release, row.wanted_release_id) if row.wanted_release_id else None
    earlier = releases.where(
        col(Release.number) < (wanted.number if wanted else 0),
        ~col(Release.manifest).has_key("refused"),  # type: ignore[attr-defined]
        col(Release.cleaned_at).is_(None),
    )
    found = session.scalars(earlier.order_by(col(Release.number).desc()).limit(1)).one_or_none()
    if found is None:
        raise Conflict("There is no earlier release to go back to.", "no_earlier_release")
    return found


def set_sleep(session: Session, actor: Actor, deployment_id: str, after_s: int | None) -> DeploymentView:
    """Let an app sleep when nobody has asked for it for `after_s` seconds (a minute to a week); None: never.

    Raises:
        NotFound: no such deployment, or of another team.
        Conflict: it is being deleted.
        InvalidInput: the time is too short or too long.
    """
    if after_s is not None and not SHORTEST_SLEEP_S <= after_s <= LONGEST_SLEEP_S:
        raise InvalidInput("Sleep begins after 1 minute to 7 days without a request.", "bad_sleep")
    row = locked(session, actor, deployment_id)
    if row.sleep_after_s != after_s:
        row.sleep_after_s = after_s
        audit.record(session, actor, "deployment.sleep_set", row.id, row.team_id, {"after_s": after_s})
        session.flush()
        ring_keeper(session, row.id)
    return get_deployment(session, actor, row.id)


def locked(session: Session, actor: Actor, deployment_id: str) -> Deployment:
    """Return the row of a deployment that the actor may change, locked."""
    row = find_deployment(session, actor, "deployments:write", deployment_id, locked=True)
    if refusal := changeable(row):
        raise refusal
    return row
