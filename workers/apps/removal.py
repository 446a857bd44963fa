"""What is left of a deleted deployment, removed in an order that a crash may cut anywhere."""

import shutil
import stat
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from models.db import transaction
from services.deployments import keeping
from services.deployments.places import app_folder, release_folder, repository_folder

YOUNG_S = 3600


def remove_app(deployment_id: str) -> bool:
    """Remove releases, data and repository, then free the slug. Nothing of it runs any more.

    Returns False, having touched nothing, when the deletion was undone in the last moment.

    The row is the list of what to do and is marked last, so that the next try finds what this one did not reach.

    Raises:
        OSError: a file could not be removed.
    """
    with transaction() as session:
        releases = keeping.claim_removal(session, deployment_id)
    if releases is None:
        return False
    for folder in [
        *map(release_folder, releases),
        app_folder(deployment_id),
        repository_folder(deployment_id),
    ]:
        remove_tree(folder)
    with transaction() as session:
        keeping.mark_removed(session, deployment_id)
    return True


def sweep_releases(known: Collection[str]) -> None:
    """Remove the code of releases that no row knows: their transaction was rolled back after the copy.

    Young ones may belong to a transaction that has not ended yet.
    """
    for folder in release_folder("").glob("*rel_*"):
        if folder.name not in known and time.time() - folder.stat().st_mtime > YOUNG_S:
            remove_tree(folder)


def remove_tree(folder: Path) -> None:
    """Remove a folder that an app could write to: links are not followed, closed folders are opened."""
    if folder.exists():
        shutil.rmtree(folder, onerror=open_and_retry)


def open_and_retry(function: Callable[..., Any], path: str, problem: Any) -> None:
    """Give back the rights that the app took from its own folder, and try again once."""
    if not isinstance(problem[1], PermissionError):
        raise problem[1]
    for one in (Path(path).parent, Path(path)):
        if stat.S_ISDIR(one.lstat().st_mode):
            one.chmod(0o700)
    if Path(path).is_dir() and not Path(path).is_symlink():
        shutil.rmtree(path)
    else:
        Path(path).unlink()
