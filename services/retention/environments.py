"""Template environments that nothing has used for long and no deployment needs."""

import contextlib
import fcntl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment, Release
from models.settings import settings
from services.deployments.places import release_folder
from services.deployments.releases import LOCK
from services.environments import MARKER, environment_key, environments_folder
from services.folders import size_of
from services.retention.candidates import Candidate, Outcome
from services.retention.trash import throw_away

LEAVING = ".leaving"


def find(session: Session) -> list[Candidate]:
    """Return the environments of this host that go."""
    needed = needed_keys(session)
    folders = [path for path in environments_folder().glob("*") if path.is_dir() and path.name not in needed]
    return [
        Candidate(path.name, size_of(path))
        for path in folders
        if unused(path / MARKER) or unused(path / LEAVING)
    ]


def needed_keys(session: Session) -> set[str]:
    """Return the environments of every release that may be started: a stopped application needs its own again."""
    live = (
        select(Release.id)
        .join(Deployment, col(Deployment.id) == col(Release.deployment_id))
        .where(col(Deployment.deleted_at).is_(None), col(Release.cleaned_at).is_(None))
    )
    locks = (release_folder(release_id) / LOCK for release_id in session.scalars(live))
    return {environment_key(lock.read_bytes()) for lock in locks if lock.is_file()}


def unused(marker: Path) -> bool:
    """Whether an environment is whole and was not used for long. One without its mark is being built, or is no more."""
    try:
        used_at = datetime.fromtimestamp(marker.stat().st_mtime, UTC)
    except FileNotFoundError:
        return False
    return used_at < now() - timedelta(days=settings().keep_environments_days)


def remove(session: Session, key: str) -> Outcome:
    """Remove an environment, unless somebody has come to need it meanwhile.

    Its mark is renamed first, under the lock of who builds: whoever uses it from then on finds none, waits at that
    lock and builds it anew. Whoever was a moment earlier has refreshed the mark, which is seen here and put back.
    """
    folder = environments_folder() / key
    if not folder.is_dir() or key in needed_keys(session):
        return Outcome.KEPT
    with folder.with_name(f"{key}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return Outcome.KEPT
        # Without a mark it is what an earlier run left when it was ended here.
        with contextlib.suppress(FileNotFoundError):
            (folder / MARKER).rename(folder / LEAVING)
        if not unused(folder / LEAVING):
            with contextlib.suppress(FileNotFoundError):
                (folder / LEAVING).rename(folder / MARKER)
            return Outcome.KEPT
        throw_away(folder)
    return Outcome.REMOVED
