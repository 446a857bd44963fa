"""A box's folders in memory: how large each may grow, and how many files lie in them.

Bubblewrap limits their bytes. An empty file takes none of those, and a kilobyte of the kernel's own memory, which
without a cgroup nobody counts. So the host counts the files, by asking the file system itself.
"""

import os
from collections.abc import Iterable
from pathlib import Path

SMALL_FOLDERS = {"/tmp": 67_108_864, "/run": 16_777_216, "/home/app": 67_108_864, "/dev/shm": 16_777_216}  # noqa: S108


def most_files(pid: int, folders: Iterable[str]) -> int:
    """Return how many files the fullest of a box's folders in memory holds, seen through a process inside.

    0 while the box is not whole yet or is gone, and where it has no such folders of its own.
    """
    return max((files_in(f"/proc/{pid}/root", folder) for folder in folders), default=0)


def files_in(root: str, folder: str) -> int:
    """Return the files of one folder in memory, 0 where it still is the host's."""
    try:
        opened = os.open(root + folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        if os.fstat(opened).st_dev == device_of(folder):
            return 0
        found = os.fstatvfs(opened)
        return found.f_files - found.f_ffree
    except OSError:
        return 0
    finally:
        os.close(opened)


def device_of(folder: str) -> int:
    """Return the device of a folder of the host, 0 when it has none such."""
    try:
        return Path(folder).stat().st_dev
    except OSError:
        return 0
