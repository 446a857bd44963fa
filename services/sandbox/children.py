"""The children of the launcher: who they are, who has died, and the end of those that should not be."""

import contextlib
import os
import signal
from pathlib import Path


def next_dead() -> int:
    """Return a child that died and is still to be collected, 0 when there is none."""
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return 0
    return found.si_pid if found else 0


def is_dead(child: int) -> bool:
    """Say whether a child has died; it is still to be collected."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def kill(pid: int) -> None:
    """End a process that may be gone already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """Return the children of a process of one thread, the eldest first."""
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        if not Path(f"/proc/{pid}").exists():
            return []
    # This kernel was built without that file.
    everybody = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [other for other in everybody if parent(other) == pid]


def parent(pid: int) -> int:
    """Return the parent of a process, 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def watch_children() -> int:
    """Return a descriptor that becomes readable when a child dies."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def drain(reading: int) -> None:
    """Empty a pipe that only rings."""
    with contextlib.suppress(BlockingIOError):
        while os.read(reading, 4096):
            pass
