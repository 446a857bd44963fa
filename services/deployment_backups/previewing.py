"""What a restore would change: files and rows then and now, and which release the backup was made with."""

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.deployments import Deployment, Release
from services.accounts import Actor
from services.app_data import counting
from services.deployment_backups.views import (
    BackupView,
    find_backup,
    ready,
    view_of,
)
from services.deployments.places import data_folder

PATIENCE_S = 4.0


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table, then and now; None where it was not counted or is not there."""

    database: str
    table: str
    then: int | None
    now: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """A restore before it happens. What is of now is None when it could not be counted in time."""

    backup: BackupView
    slug: str
    name: str
    release_then: int | None
    release_now: int | None
    newer_release: bool
    files_then: int
    files_now: int | None
    bytes_then: int
    bytes_now: int | None
    rows: list[Rows]


def preview_restore(session: Session, actor: Actor, backup_id: str) -> Preview:
    """Return what a restore of this backup would change, as far as the database knows it (see `with_present`).

    Raises:
        NotFound: no such backup, or of another team.
        Conflict: it is not made yet, or could not be.
    """
    row, deployment = find_backup(session, actor, "deployments:write", backup_id)
    backup = view_of(ready(row))
    release_now = serving_number(session, deployment)
    return Preview(
        backup=backup,
        slug=deployment.slug,
        name=deployment.name,
        release_then=row.release_number,
        release_now=release_now,
        newer_release=bool(row.release_number and release_now and release_now > row.release_number),
        files_then=backup.files,
        files_now=None,
        bytes_then=backup.data_bytes,
        bytes_now=None,
        rows=compared(backup.databases, {}),
    )


def with_present(preview: Preview) -> Preview:
    """Return a preview with what lies in the data folder now. Takes seconds at worst: not for a transaction."""
    found = look_now(data_folder(preview.backup.deployment_id))
    if found is None:
        return preview
    rows = compared(preview.backup.databases, found["databases"])
    return replace(preview, files_now=found["files"], bytes_now=found["bytes"], rows=rows)


def serving_number(session: Session, deployment: Deployment) -> int | None:
    """Return the number of the release that serves."""
    release_id = deployment.observed_release_id or deployment.wanted_release_id
    release = session.get(Release, release_id) if release_id else None
    return release.number if release else None


def look_now(folder: Path, patience_s: float = PATIENCE_S) -> dict[str, Any] | None:
    """Return what lies in a data folder, or None when it takes too long.

    Another process looks, since an application may have put there what holds a reader up.
    """
    program = [sys.executable, "-I", str(Path(counting.__file__)), str(folder)]
    try:
        answer = subprocess.run(program, capture_output=True, timeout=patience_s, check=True)
        return dict(json.loads(answer.stdout))
    except (subprocess.SubprocessError, OSError, ValueError):
        return None


def compared(then: dict[str, Any], present: dict[str, Any]) -> list[Rows]:
    """Return every table of every database, as it was and as it is."""
    rows = []
    for database in sorted({*then, *present}):
        before = then.get(database, {}).get("tables", {})
        after = present.get(database, {}).get("tables", {})
        rows += [
            Rows(database, table, before.get(table), after.get(table)) for table in sorted({*before, *after})
        ]
    return rows
