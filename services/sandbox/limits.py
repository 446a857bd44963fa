"""Limits: what the kernel holds itself, and the watch over what it does not."""

import os
import resource
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from services.sandbox.base import Limits

MEGABYTE = 1 << 20
# A scan may take at most this share of the time, however large the tree is.
SCAN_EVERY_S, SCAN_SHARE = 0.25, 10


def rlimits(limits: Limits, *, in_group: bool, process_base: int | None) -> list[tuple[int, int, int]]:
    """Return the resource limits of each process: (number, soft, hard).

    With a cgroup over the tree the memory of one process is only a second fence, twice as wide. `process_base` is
    what the uid has running already; None leaves the count of processes to the cgroup.
    """
    memory = limits.memory_mb * MEGABYTE * (2 if in_group else 1)
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_FSIZE: limits.file_mb * MEGABYTE,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_MEMLOCK: 65_536,
    }
    if process_base is not None:
        wanted[resource.RLIMIT_NPROC] = process_base + limits.processes
    numbers = [(number, value, value) for number, value in wanted.items()]
    if limits.cpu_s is not None:
        # A second between the signal that may be caught and the one that may not.
        numbers.append((resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1))
    return numbers


def threads_of(uid: int) -> int:
    """Return how many threads a uid has running on this machine, which is what RLIMIT_NPROC counts."""
    count = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if entry.stat().st_uid == uid:
                count += len(list((entry / "task").iterdir()))
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue  # it ended while we counted
    return count


@dataclass(slots=True)
class DiskWatch:
    """Looks now and then how much the writable folders of a box hold."""

    folders: tuple[Path, ...]
    limits: Limits
    next_scan: float = field(default=0.0)

    def excess(self) -> str:
        """Return a sentence once too much is stored, "" until then and between two scans."""
        started = time.monotonic()
        if started < self.next_scan:
            return ""
        sentence = self.scan()
        ended = time.monotonic()
        self.next_scan = ended + max(SCAN_EVERY_S, SCAN_SHARE * (ended - started))
        return sentence

    def scan(self) -> str:
        """Count files and bytes, no further than needed to know that they are too many."""
        stored = 0
        for files, size in enumerate(sizes(self.folders), 1):
            stored += size
            if files > self.limits.disk_files:
                return f"It made more than {self.limits.disk_files:,} files."
            if stored > self.limits.disk_mb * MEGABYTE:
                return f"It stored more than {self.limits.disk_mb} MB."
        return ""


def sizes(folders: Iterable[Path]) -> Iterator[int]:
    """Walk the bytes that each file really takes; what vanishes meanwhile is not counted."""
    waiting = [str(folder) for folder in folders]
    while waiting:
        try:
            entries = os.scandir(waiting.pop())
        except (FileNotFoundError, NotADirectoryError, PermissionError):
            continue
        with entries:
            for entry in entries:
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                yield found.st_blocks * 512
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
