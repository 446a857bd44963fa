"""A uid of its own for each box, where we are root.

Limits of processes count per uid, and a box must not read another's files. A slot is held by a file lock, so that
it frees itself when its holder dies and two instances on one machine never share one.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from models.errors import Unavailable

# 60706 to 61183 belong to nobody: neither to Debian's ranges nor to systemd's (systemd.io/UIDS-GIDS).
FREE_SLOTS = range(60_706, 60_834)
APP_UIDS = range(60_834, 61_184)  # deployed apps keep theirs for life: `Box.uid`

LOCKS = Path("/run/ideasmith/uids")
CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN = 6, 7, 21


@cache
def can_drop() -> bool:
    """Say whether this process may run boxes under other uids: root, with the right to it, and the uids exist here."""
    if os.geteuid() != 0:
        return False
    may = all(effective_capabilities() >> capability & 1 for capability in (CAP_SETGID, CAP_SETUID))
    return may and is_mapped(APP_UIDS[-1]) and is_mapped(FREE_SLOTS[0])


@cache
def can_mount() -> bool:
    """Say whether this process may mount file systems."""
    return bool(effective_capabilities() >> CAP_SYS_ADMIN & 1)


def effective_capabilities() -> int:
    """Return the capabilities of this process, a bit each."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:")), 16)


def is_mapped(uid: int) -> bool:
    """Say whether a uid exists in this user namespace; a container may know only a few."""
    ranges = [list(map(int, line.split())) for line in Path("/proc/self/uid_map").read_text().splitlines()]
    return any(first <= uid < first + count for first, _, count in ranges)


@contextlib.contextmanager
def slot(fixed: int | None) -> Iterator[int | None]:
    """Hold a uid for one box: the fixed one, else a free one; None where this process is not root.

    Raises:
        Unavailable: every slot is taken.
    """
    if not can_drop():
        yield None
        return
    if fixed is not None:
        yield fixed
        return
    LOCKS.mkdir(mode=0o700, parents=True, exist_ok=True)
    for uid in FREE_SLOTS:
        with (LOCKS / str(uid)).open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield uid
            return
    raise Unavailable("Too many boxes run at once on this machine. Try again in a moment.", "no_free_slot")


def hand_over(root: Path, uid: int) -> None:
    """Make a folder and all in it belong to a box. Links are not followed, and what is right already is left alone."""
    for _, _, files, opened in os.fwalk(root, follow_symlinks=False):
        if os.fstat(opened).st_uid != uid:
            os.fchown(opened, uid, uid)
        for name in files:
            if os.stat(name, dir_fd=opened, follow_symlinks=False).st_uid != uid:
                os.chown(name, uid, uid, dir_fd=opened, follow_symlinks=False)


def reclaim(root: Path) -> None:
    """Let the host's user read and delete what a box of the same uid left, whatever mode it has."""
    root.chmod(root.stat().st_mode | 0o700)
    for entry in os.scandir(root):
        if entry.is_symlink():
            continue
        mode = entry.stat(follow_symlinks=False).st_mode
        wanted = mode | (0o700 if entry.is_dir(follow_symlinks=False) else 0o600)
        if mode != wanted:
            Path(entry.path).chmod(wanted)
        if entry.is_dir(follow_symlinks=False):
            reclaim(Path(entry.path))
