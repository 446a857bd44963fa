"""The folders of old releases. The commit of each stays in the repository of its deployment."""

from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment, Release
from models.settings import settings
from services.deployments.places import release_folder
from services.folders import size_of
from services.retention.candidates import Candidate, Outcome
from services.retention.trash import throw_away


def find(session: Session) -> list[Candidate]:
    """Return the releases of this host whose folder goes."""
    deployments = select(Deployment).where(col(Deployment.deleted_at).is_(None))
    return [
        Candidate(release.id, size_of(release_folder(release.id)))
        for deployment in session.scalars(deployments)
        for release in old_releases(session, deployment)
        if release_folder(release.id).is_dir()
    ]


def old_releases(session: Session, deployment: Deployment) -> list[Release]:
    """Return what no switch, and no step back to the last good one, may want again.

    A release that was turned down never served, so it does not count among those that are kept.
    """
    statement = select(Release).where(col(Release.deployment_id) == deployment.id)
    newest_first = list(session.scalars(statement.order_by(col(Release.number).desc())))
    good = [one.number for one in newest_first if not one.manifest.get("refused")]
    if len(good) <= settings().keep_releases:
        return []
    oldest_kept = good[settings().keep_releases - 1]
    needed = {deployment.wanted_release_id, deployment.observed_release_id, deployment.good_release_id}
    return [one for one in newest_first if one.number < oldest_kept and one.id not in needed]


def remove(session: Session, release_id: str) -> Outcome:
    """Remove the folder of a release, unless it has come to be needed meanwhile."""
    release = session.get(Release, release_id, populate_existing=True)
    if release is None:
        return Outcome.KEPT
    locked = select(Deployment).where(col(Deployment.id) == release.deployment_id)
    deployment = session.scalars(
        locked.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    ).one_or_none()
    if deployment is None or release_id not in {one.id for one in old_releases(session, deployment)}:
        return Outcome.KEPT
    release.cleaned_at = now()
    session.flush()
    return Outcome.REMOVED if throw_away(release_folder(release_id)) else Outcome.KEPT
