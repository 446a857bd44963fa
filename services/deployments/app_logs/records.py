"""A line as it is stored: 13 digits of milliseconds, one letter for who says what, and the text. No line feed in it."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from services.deployments.places import logs_folder
from services.events.view import EventView

SEGMENT_BYTES = 1_048_576
SEGMENTS_KEPT = 10
STAMP = 13


class Says(StrEnum):
    """Who says a line, and about what."""

    APP = "|"  # the application
    STARTED = "+"  # the keeper, as those below
    SERVING = "="
    STOPPED = "-"
    NOTE = "*"
    FAILED = "!"


KINDS = {
    Says.APP: "log.line",
    Says.STARTED: "app.started",
    Says.SERVING: "app.serving",
    Says.STOPPED: "app.stopped",
    Says.NOTE: "app.noted",
    Says.FAILED: "app.failed",
}


def written(at_ms: int, says: Says, text: str) -> bytes:
    """Return a line as it is stored."""
    return f"{at_ms:0{STAMP}d}{says.value}{text}\n".encode(errors="replace")


def view_of(seq: int, line: bytes) -> EventView:
    """Return a stored line as readers see it. One that is damaged is shown as it is."""
    text = line.decode(errors="replace")
    try:
        says = Says(text[STAMP : STAMP + 1])
        at = datetime.fromtimestamp(int(text[:STAMP]) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return EventView(seq, datetime.fromtimestamp(0, UTC), "", "log.line", "info", text)
    level = "error" if says is Says.FAILED else "info"
    return EventView(seq, at, "", KINDS[says], level, text[STAMP + 1 :])


def is_output(line: bytes) -> bool:
    """Whether the application said a line."""
    return line[STAMP : STAMP + 1] == b"|"


def segments(deployment_id: str) -> list[tuple[int, Path]]:
    """Return the files of a log with the number of their first line, oldest first."""
    folder = logs_folder(deployment_id)
    found = [(int(path.stem), path) for path in folder.glob("[0-9]" * 12 + ".log")] if folder.is_dir() else []
    return sorted(found)


def segment_path(deployment_id: str, first: int) -> Path:
    """Return the file that begins with line `first`."""
    return logs_folder(deployment_id) / f"{first:012d}.log"
