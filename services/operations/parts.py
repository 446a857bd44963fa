"""The processes of this machine's tree, as the supervisor last wrote them down."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.settings import settings
from services.operations.part_logs import last_words

STATE_FILE = "processes.json"


@dataclass(frozen=True, slots=True)
class PartView:
    """One process. `state` is running or restarting; `last_exit` how it last ended, empty when it never did."""

    name: str
    state: str
    pid: int | None
    since: datetime | None
    restarts: int
    last_exit: str
    last_words: str


def list_parts() -> list[PartView] | None:
    """Return the parts in the order of their start; None where no supervisor runs on this data folder."""
    try:
        written = json.loads((settings().data / STATE_FILE).read_bytes())
        return [part_view(one) for one in written["processes"]]
    except (OSError, ValueError, KeyError):
        return None


def part_view(written: dict[str, Any]) -> PartView:
    """Return what is shown of one process."""
    since = written.get("started_at") or ""
    return PartView(
        name=written["name"],
        state=written["state"],
        pid=written["pid"],
        since=datetime.fromisoformat(since) if since else None,
        restarts=written["restarts"],
        last_exit=written["last_exit"],
        last_words=last_words(written["name"]),
    )
