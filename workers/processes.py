"""What Linux knows about who belongs to whom: die with the parent, adopt orphans, end a whole tree.

Standard library only, and cheap to import: every process of the tree uses it.
"""

import ctypes
import os
import signal
import time
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, value: int) -> None:
    """Call prctl(2).

    Raises:
        OSError: the kernel refused.
    """
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def die_with_parent(parent: int, number: int = signal.SIGKILL) -> None:
    """Get signal `number` when the parent's *thread* that made this process ends, however it ends.

    `parent` is the expected parent: if it is gone already, before the kernel was told, this process ends itself.
    A change of user clears the wish, so make it after that.
    """
    prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def child_setup(number: int = signal.SIGKILL) -> Callable[[], None]:
    """Return a `preexec_fn` for a process that shall not outlive the calling one."""
    parent = os.getpid()
    return lambda: die_with_parent(parent, number)


def adopt_orphans() -> None:
    """Become the new parent of every descendant whose own parent dies, so that none can slip away."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def parents() -> dict[int, int]:
    """Return every visible process with its parent."""
    found: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                # The name in brackets may hold spaces and brackets of its own: count from the last one.
                found[int(entry.name)] = int((entry / "stat").read_bytes().rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                continue  # it ended while we looked
    return found


def children_of(pid: int) -> list[int]:
    """Return the direct children of a process, zombies included."""
    return [child for child, parent in parents().items() if parent == pid]


def descendants(pid: int) -> list[int]:
    """Return every process below `pid`, nearest first."""
    by_parent: dict[int, list[int]] = {}
    for child, parent in parents().items():
        by_parent.setdefault(parent, []).append(child)
    found: list[int] = []
    level = [pid]
    while level:
        level = [child for parent in level for child in by_parent.get(parent, [])]
        found += level
    return found


def name_of(pid: int) -> str:
    """Return the command name of a process, or nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in (b"Z", b"X")


def born_at(pid: int) -> int | None:
    """Return when a process that runs was started, in ticks since the boot; None when it is gone or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def send(pid: int, number: int) -> None:
    """Send a signal to a process that may have ended already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def kill_all(pids: Iterable[int]) -> None:
    """Kill processes that may have ended already."""
    for pid in pids:
        send(pid, signal.SIGKILL)


def reap() -> None:
    """Bury every child of ours that has ended. Only for a process that waits for no child in any other way."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def sweep(spare: Collection[str] = (), *, grace_s: float = 2.5) -> None:
    """End every descendant of this process, those that stray included.

    Processes whose name is in `spare` are shutting down by themselves and get `grace_s` for it.
    Needs `adopt_orphans()`: a process whose parent is killed here becomes our child, and goes in the next round.
    """
    deadline = time.monotonic() + grace_s
    me = os.getpid()
    while True:
        reap()
        left = [pid for pid in descendants(me) if is_alive(pid)]
        if not left:
            return reap()
        patient = time.monotonic() < deadline
        kill_all(pid for pid in left if not (patient and name_of(pid) in spare))
        time.sleep(0.02)
