"""Whether an application holds what its owner has written, which nothing may write over."""

from sqlmodel import Session, col, select

from models.deployments import Deployment, Release
from models.errors import Conflict
from services import repositories
from services.deployments.places import repository_folder


def is_edited(session: Session, deployment: Deployment) -> bool:
    """Whether somebody has pushed since the last release, or a release was merged with what somebody had pushed.

    What is told by the rows and the head alone: a release that was rendered ends in the commit that it has made.
    """
    repository = repository_folder(deployment.id)
    head = repositories.head_of(repository) if repository.is_dir() else ""
    if not head:
        return False
    releases = select(Release).where(col(Release.deployment_id) == deployment.id)
    made = session.scalars(
        releases.where(col(Release.commit) == head).order_by(col(Release.number).desc()).limit(1)
    ).one_or_none()
    if made is not None:
        return bool(made.manifest.get("edited"))
    # Releases of before there were repositories have no commit.
    return session.scalars(releases.where(col(Release.commit) != "").limit(1)).one_or_none() is not None


def refuse_edited(session: Session, deployment: Deployment) -> None:
    """Refuse to render anew over an application that its owner has edited."""
    if is_edited(session, deployment):
        raise Conflict(
            "This application holds edits of yours, which a new rendering would write over. Redeploy it, which "
            "merges them, or launch a new one.",
            "has_edits",
        )
