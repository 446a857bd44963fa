"""What the boxes use: one walk over /proc for all of them, and now and then the size of their data."""

import os
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from services.deployments.places import data_folder
from services.folders import size_of
from workers.processes import parents

PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
DISK_EVERY_S = 30.0


@dataclass(frozen=True, slots=True)
class Use:
    """What an app uses. CPU is in cores; None until two looks have been taken."""

    memory_bytes: int | None = None
    cpu_share: float | None = None
    disk_bytes: int | None = None


class Meter:
    """Remembers the last look, so that CPU time becomes a share."""

    def __init__(self) -> None:
        self.cpu: dict[int, tuple[float, float]] = {}
        self.disk: dict[str, tuple[float, int]] = {}

    def look(self, boxes: dict[str, int | None]) -> dict[str, Use]:
        """Return the use of each app by its id; of those with a box by the pid of its first process."""
        trees = below({pid for pid in boxes.values() if pid})
        moment = time.monotonic()
        self.cpu = {pid: known for pid, known in self.cpu.items() if pid in trees}
        return {one: self.measure(one, pid, trees, moment) for one, pid in boxes.items()}

    def measure(self, deployment_id: str, pid: int | None, trees: dict[int, list[int]], moment: float) -> Use:
        """Return the use of one app."""
        disk = self.disk_of(deployment_id, moment)
        if pid is None:
            return Use(disk_bytes=disk)
        found = [one for one in map(read_process, trees[pid]) if one is not None]
        seconds = sum(one[1] for one in found)
        before = self.cpu.get(pid)
        self.cpu[pid] = (moment, seconds)
        share = (
            max(0.0, (seconds - before[1]) / (moment - before[0])) if before and moment > before[0] else None
        )
        return Use(sum(one[0] for one in found), share and round(share, 3), disk)

    def disk_of(self, deployment_id: str, moment: float) -> int:
        """Return the size of an app's data, walked again when the last walk is old."""
        known = self.disk.get(deployment_id)
        if known is None or moment - known[0] > DISK_EVERY_S:
            known = self.disk[deployment_id] = (moment, size_of(data_folder(deployment_id)))
        return known[1]


def below(roots: Collection[int]) -> dict[int, list[int]]:
    """Return each root's whole tree, the root included, from one look at /proc."""
    by_parent: dict[int, list[int]] = {}
    for child, parent in parents().items():
        by_parent.setdefault(parent, []).append(child)
    trees: dict[int, list[int]] = {}
    for root in roots:
        tree, level = [root], [root]
        while level:
            level = [child for one in level for child in by_parent.get(one, [])]
            tree += level
        trees[root] = tree
    return trees


def read_process(pid: int) -> tuple[int, float] | None:
    """Return resident bytes and CPU seconds (user and system) of a process, None when it has ended."""
    try:
        resident = int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * PAGE
        times = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[11:13]
    except (OSError, IndexError, ValueError):
        return None
    return resident, (int(times[0]) + int(times[1])) / TICKS
