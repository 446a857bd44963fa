"""What an app wrote: the ends of its newest logs, safe to show."""

import os
from pathlib import Path

from sqlmodel import Session

from services.accounts import Actor
from services.deployments.places import LOGS_KEPT, logs_folder
from services.deployments.views import find_deployment
from services.redaction import presentable

MOST_LINES = 5_000
TAIL_BYTES = 1_048_576


def read_logs(session: Session, actor: Actor, deployment_id: str, *, lines: int = 200) -> list[str]:
    """Return the last lines that the app wrote, oldest first, over its restarts.

    Raises:
        NotFound: no such deployment, or of another team.
    """
    row = find_deployment(session, actor, "deployments:read", deployment_id)
    wanted = max(1, min(lines, MOST_LINES))
    found: list[str] = []
    for path in reversed(log_files(row.id)):
        found[:0] = last_lines(path, wanted - len(found))
        if len(found) >= wanted:
            break
    return [presentable(line) for line in found]


def log_files(deployment_id: str) -> list[Path]:
    """Return a deployment's log files, oldest first. Of two that one start has rotated, `.1` is the older."""
    folder = logs_folder(deployment_id)
    files = [path for path in folder.glob("*.log*") if path.is_file()] if folder.is_dir() else []
    return sorted(files, key=lambda path: (path.name.partition(".log")[0], path.suffix == ".log"))


def last_lines(path: Path, count: int) -> list[str]:
    """Return the last lines of a file that may be rotated away while it is read."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return []
    lines = text.removesuffix("\n").split("\n") if text else []  # a carriage return ends none
    return lines[-count:] if count > 0 else []


def next_log(deployment_id: str, name: str) -> Path:
    """Return the path of a new log called `name`, and remove the oldest ones."""
    folder = logs_folder(deployment_id)
    folder.mkdir(parents=True, exist_ok=True)
    starts = sorted({path.name.partition(".log")[0] for path in log_files(deployment_id)})
    for old in starts[: -(LOGS_KEPT - 1)]:
        for path in folder.glob(f"{old}.log*"):
            path.unlink(missing_ok=True)
    return folder / f"{name}.log"
