"""What lies in the data folder, by kind. Measured by the clock: a walk over it takes too long for a request."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.installation import FactName
from models.settings import settings
from services.facts import find_fact, this_host
from services.folders import size_of

# name → (words, folders below the data folder)
KINDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "postgres": ("PostgreSQL", ("postgres",)),
    "valkey": ("Valkey", ("valkey",)),
    "storage": ("Stored files", ("storage",)),
    "environments": ("Template environments", ("runtimes",)),
    "repositories": ("Repositories", ("repositories",)),
    "releases": ("Releases", ("releases",)),
    "workspaces": ("Working folders of executions", ("workspaces",)),
    "app_data": ("Data of deployments", ("apps/*/data",)),
    "app_backups": ("Backups of deployments' data", ("apps/*/backups",)),
    "app_logs": ("Logs of deployments", ("apps/*/logs",)),
    "logs": ("Logs of the parts", ("logs",)),
    "backups": ("Backups", ("backups",)),
    "other": ("Everything else", ()),
}


@dataclass(frozen=True, slots=True)
class DiskKind:
    """One kind of data and the bytes that it takes."""

    name: str
    title: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class DiskView:
    """The disk below the data folder. Free space is of now, the kinds are as old as `measured_at`."""

    free_bytes: int
    total_bytes: int
    used_bytes: int | None
    measured_at: datetime | None
    kinds: list[DiskKind]


def measure_disk() -> dict[str, Any]:
    """Return the bytes of each kind, for `disk` to read. Takes as long as a walk over the data folder."""
    root = settings().data
    sizes = {
        name: sum(size_of(folder) for pattern in patterns for folder in root.glob(pattern))
        for name, (_, patterns) in KINDS.items()
    }
    sizes["other"] = max(0, size_of(root) - sum(sizes.values()))
    return {"sizes": sizes}


def disk(session: Session) -> DiskView:
    """Return the last measurement of this host, with the space that is free now."""
    usage = shutil.disk_usage(existing(settings().data))
    known = find_fact(session, FactName.DISK, this_host())
    sizes = known.data.get("sizes", {}) if known else {}
    kinds = [DiskKind(name, words, sizes[name]) for name, (words, _) in KINDS.items() if sizes.get(name)]
    return DiskView(
        usage.free,
        usage.total,
        sum(sizes.values()) if known else None,
        known.at if known else None,
        sorted(kinds, key=lambda kind: kind.size_bytes, reverse=True),
    )


def existing(folder: Path) -> Path:
    """Return the nearest folder that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
