"""What an application was last rendered from, and what is in its repository by now."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models.deployments import Deployment, Release
from models.errors import Conflict
from models.executions import Execution
from models.templates import Template, TemplateVersion
from services import repositories
from services.deployments.places import repository_folder


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an upgrade starts: the head of the repository, and the version and options behind it."""

    deployment_id: str
    team_id: str
    name: str
    slug: str  # the template's
    head: str
    version: TemplateVersion
    config: dict[str, Any]
    release_number: int
    release_commit: str

    @property
    def repository(self) -> Path:
        """The repository that people clone."""
        return repository_folder(self.deployment_id)


def find_origin(session: Session, deployment: Deployment) -> Origin:
    """Return what the head of a deployment's repository goes back to: its newest release that the head contains.

    That is not always the release that serves: after a roll-back the repository is where it was.

    Raises:
        Conflict: nothing was released yet, or the repository is not here.
    """
    repository = repository_folder(deployment.id)
    head = repositories.head_of(repository) if repository.is_dir() else ""
    if not head:
        raise Conflict("Nothing has been deployed here yet. Wait for its first release.", "no_release_yet")
    history = set(repositories.git(repository, "rev-list", head).decode().split())
    statement = (
        select(Release, Execution, TemplateVersion)
        .join(Execution, col(Execution.id) == col(Release.execution_id))
        .join(TemplateVersion, col(TemplateVersion.id) == col(Execution.template_version_id))
        .where(col(Release.deployment_id) == deployment.id)
        .order_by(col(Release.number).desc())
    )
    for release, execution, version in session.execute(statement):
        if release.commit in history:
            return Origin(
                deployment.id, deployment.team_id, deployment.name, execution.template_slug, head, version,
                dict(execution.config), release.number, release.commit,
            )  # fmt: skip
    raise Conflict(
        "No release of this deployment is in the history of its repository, so nothing can be merged. "
        "Redeploy to render it anew.",
        "no_common_history",
    )


def current_version(session: Session, slug: str) -> TemplateVersion | None:
    """Return what a launch of the template takes now, None while it is withdrawn."""
    return session.scalar(
        select(TemplateVersion)
        .join(Template, col(Template.current_version_id) == col(TemplateVersion.id))
        .where(col(Template.slug) == slug)
    )
