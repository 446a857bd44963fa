"""One part at work: its process, how often it was started, when it may start again."""

import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workers.embedded.servers import tail
from workers.progress import say
from workers.supervisor.parts import Part, ServerPart

FIRST_WAIT_S = 0.2
LONGEST_WAIT_S = (
    5.0  # with the start of the part a run goes on within 15 s, however often it was killed before
)
SETTLED_S = 30.0  # who ran as long as this starts with the shortest wait again


@dataclass
class Child:
    """A part and its present process, if it has one."""

    part: Part | ServerPart
    log: Path
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0  # monotonic
    started_at: str = ""
    start_again: float = 0.0  # monotonic
    failures: int = 0  # in a row, each before it had settled
    restarts: int = 0
    last_exit: str = ""
    on_trial: bool = False

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the part."""
        self.process = self.part.start(environment, self.log)
        self.started = time.monotonic()
        self.started_at = datetime.now(UTC).isoformat(timespec="seconds")

    @property
    def is_running(self) -> bool:
        """Whether its process lives."""
        return self.process is not None and self.process.poll() is None

    def has_just_ended(self) -> bool:
        """Whether its process has ended and nobody has taken note of it."""
        return self.process is not None and self.process.poll() is not None

    def take_note(self) -> None:
        """Say that it ended, and decide when it starts again: later each time, up to 5 s."""
        assert self.process is not None  # noqa: S101 - the caller has looked
        code = self.process.returncode
        self.last_exit = f"exit {code}" if code >= 0 else f"signal {-code}"
        self.failures = 0 if time.monotonic() - self.started > SETTLED_S else self.failures + 1
        wait_s = min(FIRST_WAIT_S * 2 ** max(self.failures - 1, 0), LONGEST_WAIT_S)
        self.start_again = time.monotonic() + wait_s
        self.restarts += 1
        self.process = None
        words = tail(self.log)
        said = f" It said: {words[:200]}" if words else ""
        say(f"{self.part.name} ended ({self.last_exit}) and starts again in {wait_s:.1f} s.{said}")

    def describe(self) -> dict[str, object]:
        """Return what `processes.json` says about it."""
        return {
            "name": self.part.name,
            "state": "running" if self.process is not None else "restarting",
            "pid": self.process.pid if self.process is not None else None,
            "started_at": self.started_at,
            "restarts": self.restarts,
            "last_exit": self.last_exit,
        }
