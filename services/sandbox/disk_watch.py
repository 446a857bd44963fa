"""The watch over what a box stores: the kernel limits one file, but neither their number nor their sum."""

import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.sandbox import memory_folders
from services.sandbox.base import Limits
from services.sandbox.children import children
from services.sandbox.limits import MEGABYTE

# A scan may take at most this share of the time, however large the tree is.
SCAN_EVERY_S, SCAN_SHARE = 0.25, 10
TRIES = 20


@dataclass(slots=True)
class DiskWatch:
    """Looks now and then how much the writable folders of a box hold.

    What it promises: a box that stores too much is ended at the next look, so that it has stored at most what it could
    write within a quarter of a second, or within ten times what one look takes.
    """

    folders: tuple[Path, ...]
    limits: Limits
    pid: int = 0  # the box's first process on the host: bubblewrap
    in_memory: tuple[str, ...] = ()  # the box's folders that lie nowhere on the host
    next_scan: float = field(default=0.0)
    shut: set[str] = field(default_factory=set)  # folders that could not be read at the last look

    def excess(self) -> str:
        """Return a sentence once too much is stored, "" until then and between two scans."""
        started = time.monotonic()
        if started < self.next_scan:
            return ""
        sentence = self.scan() or self.scan_memory()
        ended = time.monotonic()
        self.next_scan = ended + max(SCAN_EVERY_S, SCAN_SHARE * (ended - started))
        return sentence

    def scan(self) -> str:
        """Count files and bytes, no further than needed to know that they are too many."""
        stored, shut = 0, set[str]()
        for files, size in enumerate(sizes(self.folders, self.shut, shut), 1):
            stored += size
            if files > self.limits.disk_files:
                return f"It made more than {self.limits.disk_files:,} files."
            if stored > self.limits.disk_mb * MEGABYTE:
                return f"It stored more than {self.limits.disk_mb} MB."
        self.shut = shut
        return ""

    def scan_memory(self) -> str:
        """Count the files in the box's own folders in memory."""
        inside = children(self.pid)[:1] if self.in_memory else []
        if inside and memory_folders.most_files(inside[0], self.in_memory) > self.limits.disk_files:
            return f"It made more than {self.limits.disk_files:,} files."
        return ""


def sizes(
    folders: Iterable[Path], open_up: Collection[str] = (), shut: set[str] | None = None
) -> Iterator[int]:
    """Walk the bytes that each file really takes; what vanishes meanwhile is not counted.

    A folder that cannot be read goes into `shut`. One of `open_up` is made readable for its owner first: a program
    may shut a folder for a moment to see what happens, but not keep it shut to hide in it.
    """
    waiting = [str(folder) for folder in folders]
    while waiting:
        folder = waiting.pop()
        try:
            found = list_folder(folder, force=folder in open_up)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError:
            found = []
            if shut is not None:
                shut.add(folder)
        for name, entry in found:
            yield entry.st_blocks * 512
            if stat.S_ISDIR(entry.st_mode):
                waiting.append(os.path.join(folder, name))  # noqa: PTH118 - thousands of times a look


def list_folder(folder: str, *, force: bool) -> list[tuple[str, os.stat_result]]:
    """Return what lies in a folder, however often its owner shuts it meanwhile."""
    for tries_left in range(TRIES if force else 1, 0, -1):
        opened = -1
        try:
            if force:
                make_readable(folder)
            opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            return entries(opened)
        except PermissionError:
            if tries_left == 1:
                raise
        finally:
            if opened >= 0:
                os.close(opened)
    return []


def entries(opened: int) -> list[tuple[str, os.stat_result]]:
    """Return what lies in an opened folder. Links are not followed."""
    found = []
    with os.scandir(opened) as listing:
        for entry in listing:
            try:
                found.append((entry.name, entry.stat(follow_symlinks=False)))
            except FileNotFoundError:
                continue
    return found


def make_readable(folder: str) -> None:
    """Let the owner of a folder, who we are as well, look into it. A link in its place is refused."""
    held = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.chmod(f"/proc/self/fd/{held}", os.fstat(held).st_mode & 0o7777 | 0o500)  # noqa: PTH101 - the opened one
    finally:
        os.close(held)
