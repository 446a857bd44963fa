"""What a sandbox promises: the words every other room uses when it asks for foreign code to be run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal, Protocol

from models.errors import Unavailable


class Tier(StrEnum):
    """How far foreign code is kept apart on this machine, best first."""

    STRONG = "strong"  # bubblewrap, a uid of its own, seccomp, and a cgroup over the whole tree
    GOOD = "good"  # the same without a cgroup: memory is limited per process only
    DOCKER = "docker"  # a throw-away container; named in the design, not offered yet
    WEAK = "weak"  # Landlock, seccomp and limits without namespaces: for our own templates alone
    NONE = "none"  # nothing may run


EndedBy = Literal["exit", "signal", "timeout", "output", "disk", "memory", "cancelled"]


@dataclass(frozen=True, slots=True)
class Bind:
    """A folder or file of the host, shown inside the box at `target` (read-only unless `writable`)."""

    source: Path
    target: str
    writable: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What a box may use. `None` lifts a limit: deployed apps have neither wall nor CPU time."""

    wall_s: float | None = 120
    cpu_s: int | None = 120
    memory_mb: int = 512
    processes: int = 64
    files: int = 512  # open at once, per process
    file_mb: int = 64  # one file
    disk_mb: int = (
        200  # all writable folders together, looked at four times a second; exact for a disposable box
    )
    disk_files: int = 20_000
    output_bytes: int = 1_048_576


@dataclass(frozen=True, slots=True)
class Box:
    """One program to run apart from everything else.

    `argv`, the values of `env` and the targets of `binds` are paths as seen INSIDE: the code lies at `/work`, which
    is also the working folder. The tier `weak` cannot move paths and puts the host's in their place itself.
    """

    argv: tuple[str, ...]
    workspace: Path
    env: Mapping[str, str] = field(default_factory=dict)
    # What its owner adds to `env`, which wins. It is in no argument of any process; `secrets` are hidden in the log.
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    binds: tuple[Bind, ...] = ()
    limits: Limits = Limits()
    trusted_template: bool = False  # our own unmodified template: the only thing that tier `weak` runs
    workspace_writable: bool = True
    # It works on a copy in memory that goes with it, so that the kernel itself ends what is more than `disk_mb`, to the
    # byte. What it keeps there counts as its memory. Tier `weak` cannot, and writes into the workspace.
    disposable: bool = False
    uid: int | None = None  # None takes a free slot; only root can give a box a uid at all
    on_open: Callable[[str], None] | None = (
        None  # hears the newest state of a progress line that has no end yet
    )


@dataclass(frozen=True, slots=True)
class BoxResult:
    """How a box ended. `exit_code` is None when it was ended from outside; `message` is a sentence then."""

    exit_code: int | None
    ended_by: EndedBy
    duration_s: float
    message: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What this machine can do, what it lacks, and the exact command that lifts it ("" when nothing is missing)."""

    tier: Tier
    missing: tuple[str, ...]
    fix: str
    checked_at: datetime


class BoxProcess(Protocol):
    """A long-lived box: a deployed app."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None:
        """Return the exit code (negative for a signal), or None while it runs."""

    def terminate(self) -> None:
        """Ask the app itself to stop, by SIGTERM."""

    def kill(self) -> None:
        """End the whole tree now."""

    def wait(self, timeout: float | None = None) -> int | None:
        """Return the exit code, or None when the app still runs after `timeout` seconds."""


class Log(Protocol):
    """Where the output of a box goes, a line at a time, from a thread of its own."""

    @property
    def write(self) -> Callable[[str], None]: ...
    def close(self) -> None:
        """The box has ended."""


def ignore(line: str) -> None:
    """Take a line of output and do nothing with it."""


def never() -> bool:
    """Say that nobody cancelled."""
    return False


class Sandbox(Protocol):
    """A way to run foreign code. Safe to use from any thread."""

    @property
    def tier(self) -> Tier: ...
    def run(
        self, box: Box, *, on_line: Callable[[str], None] = ignore, cancelled: Callable[[], bool] = never
    ) -> BoxResult:
        """Run a box to its end, line by line; `cancelled` is asked at least ten times a second.

        Raises:
            SandboxRefused: this tier may not run this box.
            SandboxFailed: the box could not be made; nothing of it ran.
        """

    def start(self, box: Box, *, log: Path | Log) -> BoxProcess:
        """Start a long-lived box; its output goes to `log`: of a path two files of 1 MB at most."""


class SandboxRefused(Unavailable):
    """This machine cannot keep that code apart well enough, so it does not run. The message names the fix."""

    default_code = "sandbox_required"


COULD_NOT = "The box could not be made: "  # then what bubblewrap, or the launcher, said


class SandboxFailed(Unavailable):
    """The box could not be made. Nothing of what it should have run did run."""

    default_code = "sandbox_failed"
