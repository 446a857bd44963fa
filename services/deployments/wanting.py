"""Wanting another release of a deployment."""

from sqlmodel import Session

from models.deployments import Deployment, Observed, Release, Wanted
from services.deployments.bell import ring_keeper


def want_release(session: Session, deployment: Deployment, release: Release) -> None:
    """Want a release to serve. What serves now is what is gone back to if it does not, however young it is."""
    live = session.get(Release, deployment.observed_release_id) if deployment.observed_release_id else None
    serves = deployment.wanted == Wanted.RUNNING and deployment.observed == Observed.RUNNING
    if serves and live is not None and live.id != release.id and not live.manifest.get("refused"):
        deployment.good_release_id = live.id
    deployment.wanted, deployment.wanted_release_id = Wanted.RUNNING, release.id
    session.flush()
    ring_keeper(session, deployment.id)
