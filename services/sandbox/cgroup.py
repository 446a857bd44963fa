"""One cgroup a box: the only limit of memory and processes that counts a whole tree. Version 1 and version 2.

Version 2 was written from the kernel's documentation (`admin-guide/cgroup-v2.rst`) and is tested on a made-up tree.
"""

import contextlib
import itertools
import os
import signal
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from services.sandbox.base import Limits

PREFIX = "ideasmith-"
# bubblewrap's own two processes live in the group as well.
OWN_PROCESSES = 2
# A whole box gets what one process gets, however many processes it starts.
CPU_SHARES, CPU_WEIGHT = 1024, 100

_numbers = itertools.count(1)


Values = dict[str, int]
# For each folder of a group: the folder to make it in, its limits, and the file in which the kernel counts what it
# killed for its memory ("" in all but one). JSON, for it goes to the launcher.
GroupPlan = list[tuple[str, Values, str]]


@dataclass(frozen=True, slots=True)
class Group:
    """The cgroup of one box: one folder in version 2, one a controller in version 1."""

    folders: tuple[Path, ...]

    @classmethod
    def make(cls, parents: Sequence[str]) -> Self:
        """Make a group without limits yet."""
        name = new_name()
        folders = tuple(Path(parent) / name for parent in parents)
        for folder in folders:
            make_folder(folder)
        return cls(folders)

    @property
    def entries(self) -> list[str]:
        """Return the files into which a process writes itself."""
        return [str(folder / "cgroup.procs") for folder in self.folders]

    def limit(self, plan: GroupPlan) -> None:
        """Set the limits. A kernel without swap or CPU accounting lacks some of the files."""
        for folder, (_, values, _) in zip(self.folders, plan, strict=True):
            for name, value in values.items():
                if (folder / name).exists():
                    (folder / name).write_text(str(value))

    def ran_out_of_memory(self, plan: GroupPlan) -> bool:
        """Say whether the kernel killed something in here for its memory."""
        counters = [
            folder / events for folder, (_, _, events) in zip(self.folders, plan, strict=True) if events
        ]
        lines = [line.split() for counter in counters for line in read(counter)]
        return any(words[0] == "oom_kill" and int(words[1]) > 0 for words in lines if len(words) == 2)

    def remove(self) -> None:
        """Take the group away; the kernel may need a moment to see that it is empty."""
        for folder in self.folders:
            for wait_s in (0, 0.001, 0.005, 0.02, 0.1):
                time.sleep(wait_s)
                with contextlib.suppress(OSError):
                    remove_folder(folder)
                    break
                kill_members(folder)


class Groups(Protocol):
    """A way to make groups on this machine."""

    def plan(self, limits: Limits) -> GroupPlan: ...


@dataclass(frozen=True, slots=True)
class GroupsV1:
    """Version 1: each controller has a tree of its own."""

    memory: Path
    pids: Path
    cpu: Path | None

    def plan(self, limits: Limits) -> GroupPlan:
        """Write down the group of one box."""
        written: GroupPlan = [
            (str(self.memory), memory_v1(limits), "memory.oom_control"),
            (str(self.pids), {"pids.max": process_count(limits)}, ""),
        ]
        return [*written, (str(self.cpu), {"cpu.shares": CPU_SHARES}, "")] if self.cpu else written


@dataclass(frozen=True, slots=True)
class GroupsV2:
    """Version 2: one tree, in which `parent` may hand its controllers to children."""

    parent: Path

    def plan(self, limits: Limits) -> GroupPlan:
        """Write down the group of one box."""
        values = {
            "memory.max": limits.memory_mb << 20,
            "memory.swap.max": 0,
            "memory.oom.group": 1,
            "pids.max": process_count(limits),
            "cpu.weight": CPU_WEIGHT,
        }
        return [(str(self.parent), values, "memory.events")]


def memory_v1(limits: Limits) -> dict[str, int]:
    """Return the limits of memory; the second counts swap as well and may only be set after the first."""
    return {
        "memory.limit_in_bytes": limits.memory_mb << 20,
        "memory.memsw.limit_in_bytes": limits.memory_mb << 20,
    }


def process_count(limits: Limits) -> int:
    """Return how many processes and threads the group may hold."""
    return limits.processes + OWN_PROCESSES


def new_name() -> str:
    """Return a name that tells whose group it is, so that those of the dead can be told from the living."""
    return f"{PREFIX}{os.getpid()}-{next(_numbers)}"


def find(root: Path = Path("/sys/fs/cgroup"), process: Path = Path("/proc/self")) -> Groups | None:
    """Return a way to make groups on this machine, None where this process may not."""
    return find_v1(root, process) or find_v2(root, process)


def find_v1(root: Path, process: Path) -> GroupsV1 | None:
    """Return version 1, when it limits both memory and processes."""
    own = own_groups(process)
    found = {name: writable_place(root / name, own.get(name, "/")) for name in ("memory", "pids", "cpu")}
    if found["memory"] and found["pids"]:
        return GroupsV1(found["memory"], found["pids"], found["cpu"])
    return None


def find_v2(root: Path, process: Path) -> GroupsV2 | None:
    """Return version 2: below our own group's nearest ancestor that we may write to and that gives controllers."""
    own = own_groups(process).get("", "/").strip("/")
    if not (root / "cgroup.controllers").exists():
        return None
    for place in [root / own, *(root / own).parents]:
        if not place.is_relative_to(root):
            break
        parent = place / f"{PREFIX}boxes-{os.getuid()}"
        if can_hand_on(place) and can_hand_on(parent, make=True):
            return GroupsV2(parent)
    return None


def can_hand_on(place: Path, *, make: bool = False) -> bool:
    """Let a group pass memory and process limits to its children; say whether it does.

    The kernel refuses that (EBUSY) to a group that holds processes itself, the root excepted.
    """
    try:
        if make:
            make_folder(place)
        available = set((place / "cgroup.controllers").read_text().split())
        if not {"memory", "pids"} <= available:
            return False
        handed = place / "cgroup.subtree_control"
        wanted = ({"memory", "pids", "cpu"} & available) - set(handed.read_text().split())
        if wanted:
            handed.write_text(" ".join(f"+{name}" for name in sorted(wanted)))
    except OSError:
        return False
    return os.access(place, os.W_OK)


def own_groups(process: Path) -> dict[str, str]:
    """Return the group this process is in, for each controller of version 1; version 2 has the name ""."""
    groups = {}
    for line in (process / "cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        groups.update(dict.fromkeys(controllers.split(","), path))
    return groups


def writable_place(tree: Path, own: str) -> Path | None:
    """Return the folder of a version 1 tree in which groups can be made: our own, else the top one."""
    for place in (tree / own.strip("/"), tree):
        probe = place / new_name()
        try:
            make_folder(probe)
            remove_folder(probe)
        except OSError:
            continue
        return place
    return None


def sweep(parents: Iterable[str]) -> None:
    """End and take away what launchers that were killed have left."""
    for folder in itertools.chain.from_iterable(Path(parent).glob(f"{PREFIX}[0-9]*-*") for parent in parents):
        launcher = folder.name.removeprefix(PREFIX).partition("-")[0]
        if launcher.isdigit() and not Path("/proc", launcher).exists():
            Group((folder,)).remove()


def read(counter: Path) -> list[str]:
    """Return the lines of a counter, none when somebody took the group away."""
    try:
        return counter.read_text().splitlines()
    except OSError:
        return []


def kill_members(folder: Path) -> None:
    """End what is left in a group: boxes whose launcher was killed. `cgroup.kill` is version 2 since Linux 5.14."""
    with contextlib.suppress(OSError):
        if (folder / "cgroup.kill").exists():
            (folder / "cgroup.kill").write_text("1")
            return
        for pid in (folder / "cgroup.procs").read_text().split():
            os.kill(int(pid), signal.SIGKILL)


def make_folder(folder: Path) -> None:
    """Make a group. The kernel fills its folder with files."""
    folder.mkdir(exist_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove an empty group. The kernel's files in it vanish with the folder."""
    folder.rmdir()
