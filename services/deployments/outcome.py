"""What became of a release: for the deploy step, which waits for it."""

from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from models.deployments import Deployment, Observed, Release, Wanted


@dataclass(frozen=True, slots=True)
class Outcome:
    """How far a release is. `detail` is a sentence when it failed, or what is being waited for."""

    state: Literal["waiting", "live", "failed"]
    detail: str


def release_outcome(session: Session, release_id: str) -> Outcome:
    """Return whether a release serves, will, or never shall. Ask again while it is "waiting"."""
    release = session.get(Release, release_id, populate_existing=True)
    deployment = session.get(Deployment, release.deployment_id, populate_existing=True) if release else None
    if release is None or deployment is None or deployment.wanted == Wanted.DELETED:
        return Outcome("failed", "The deployment was deleted meanwhile.")
    if deployment.observed_release_id == release.id and deployment.observed == Observed.RUNNING:
        return Outcome("live", "")
    if reason := release.manifest.get("refused"):
        return Outcome("failed", str(reason))
    if deployment.wanted_release_id != release.id:
        return Outcome("failed", "A newer release took its place.")
    if deployment.wanted == Wanted.STOPPED:
        return Outcome("failed", "The deployment was stopped meanwhile.")
    return Outcome("waiting", deployment.observed_detail)
