"""The ends of the parts' logs: their last words, and the errors of the last day. Nothing secret leaves here."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from models.clock import now
from models.settings import settings
from services.redaction import printable
from services.structured_logs import clean_text

TAIL_BYTES = 131_072
SHOWN_LETTERS = 300
ERRORS_SHOWN = 10
ERRORS_OF = timedelta(days=1)
# Our own lines begin with an ISO moment; PostgreSQL's with a date, a time and its zone; Valkey's with its pid.
AT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(?:Z| UTC| GMT)?")
SERIOUS = re.compile(r"\[(?:error|critical)\s*\]|\b(?:FATAL|PANIC): |\] (?:ERROR|CRITICAL)\b")
# What PostgreSQL says at every stop and start, and at the first one, when the database is only made.
ORDINARY = re.compile(
    r"terminating connection due to administrator command|the database system is |database \"\w+\" does not exist"
)


@dataclass(frozen=True, slots=True)
class LogError:
    """One error that a part has written."""

    part: str
    at: datetime
    text: str


def logs_folder() -> Path:
    """Return the folder with one log for each part."""
    return settings().data / "logs"


def last_words(part: str) -> str:
    """Return the last line that a part has written, empty when it has written none."""
    lines = [line for line in tail(logs_folder() / f"{part}.log") if line.strip()]
    return shown(lines[-1]) if lines else ""


def recent_errors() -> list[LogError]:
    """Return the last errors of all parts, newest first."""
    since = now() - ERRORS_OF
    found = [error for log in logs_folder().glob("*.log") for error in errors_in(log) if error.at > since]
    return sorted(found, key=lambda error: error.at, reverse=True)[:ERRORS_SHOWN]


def errors_in(log: Path) -> Iterator[LogError]:
    """Yield the errors at the end of one log. A line without a moment belongs to the one before it."""
    for line in tail(log):
        at = moment_of(line)
        if at is not None and is_serious(line):
            yield LogError(log.stem, at, shown(line))


def is_serious(line: str) -> bool:
    """Whether a line says that something failed: ours by its level, PostgreSQL's by its word."""
    if line.startswith("{"):
        try:
            return json.loads(line).get("level") in ("error", "critical")
        except (ValueError, AttributeError):
            return False
    return bool(SERIOUS.search(line)) and not ORDINARY.search(line)


def moment_of(line: str) -> datetime | None:
    """Return when a line was written, by itself."""
    found = AT.search(line[:2000] if line.startswith("{") else line[:40])
    if found is None:
        return None
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}").replace(tzinfo=UTC)
    except ValueError:
        return None


def tail(log: Path) -> list[str]:
    """Return the last lines of a log, none where there is no log."""
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - TAIL_BYTES))
            return stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def without_moment(line: str) -> str:
    """Return a line of text without the moment at its front, which is told beside it."""
    found = AT.match(line)
    return line[found.end() :] if found else line


def shown(line: str) -> str:
    """Return a line without secrets and escapes, cut to what fits on a screen."""
    text = " ".join(printable(clean_text(without_moment(line))).split())
    return text if len(text) <= SHOWN_LETTERS else f"{text[:SHOWN_LETTERS]}…"
