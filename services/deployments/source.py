"""The code of an app, to take home: as a zip here, as a repository by git (`app/api/git.py`)."""

from dataclasses import dataclass
from pathlib import Path

from sqlmodel import Session

from models.deployments import Release
from models.errors import Conflict, NotFound
from models.settings import settings
from services.accounts import Actor
from services.commands import run_command
from services.deployments.places import repository_folder
from services.deployments.views import find_by_name, find_deployment, shown_release_id
from services.folders import size_of
from services.repositories import ENVIRONMENT

MOST_BYTES = 200 * 1024 * 1024  # of a repository with all its history
FULL = f"This repository is full ({MOST_BYTES // 1024 // 1024} MB). Keep its history on a host of your own."
NOT_THERE = "Its code is not there. It is made by the package step; redeploy to make it again."


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip and the name to save it under."""

    name: str
    content: bytes


def find_repository(session: Session, actor: Actor, name: str, *, writes: bool = False) -> Path:
    """Return the bare repository of a deployment, by its slug or id; with `writes` to who may change the deployment.

    Raises:
        NotFound: no such deployment, of another team, or without a repository yet.
        Conflict: `writes`, and it is full.
    """
    row = find_by_name(session, actor, "deployments:write" if writes else "deployments:read", name)
    folder = repository_folder(row.id)
    if not folder.is_dir():
        raise NotFound(NOT_THERE, "no_source")
    if writes and size_of(folder) > MOST_BYTES:
        raise Conflict(FULL, "repository_full")
    return folder


def deployment_archive(session: Session, actor: Actor, deployment_id: str) -> Archive:
    """Return the code of the release that serves.

    Raises:
        NotFound: no such deployment, of another team, or nothing has been released yet.
    """
    row = find_deployment(session, actor, "deployments:read", deployment_id)
    release_id = shown_release_id(row)
    release = session.get(Release, release_id) if release_id else None
    folder = repository_folder(row.id)
    if release is None or not release.commit or not folder.is_dir():
        raise NotFound(NOT_THERE, "no_source")
    command = ("git", "archive", "--format=zip", f"--prefix={row.slug}/", release.commit)
    return Archive(f"{row.slug}-{release.number}.zip", run_command(command, cwd=folder, env=ENVIRONMENT))


def execution_archive(execution_id: str) -> Archive:
    """Return the code that an execution made. The caller has asked whether the actor may see it.

    Raises:
        NotFound: it has not come as far as its package step.
    """
    path = settings().data / "workspaces" / execution_id / "app.zip"
    if not path.is_file():
        raise NotFound(
            "This execution has no code to download: its package step has not succeeded, or its folder was cleaned up "
            "since. What was deployed lies in the repository of its deployment.",
            "no_source",
        )
    return Archive(f"{execution_id}.zip", path.read_bytes())
