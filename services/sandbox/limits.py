"""Limits that the kernel holds itself. `disk_watch` is about what it does not."""

import resource
from pathlib import Path

from services.sandbox.base import Limits

MEGABYTE = 1 << 20


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
