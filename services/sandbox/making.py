"""Makes a box and takes it away again: uid, folders, pipe, launcher."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.sandbox import slots
from services.sandbox.base import Bind, Box, Limits, SandboxFailed
from services.sandbox.cgroup import Groups
from services.sandbox.disk_watch import DiskWatch
from services.sandbox.enter import Plan
from services.sandbox.launching import Launched, launch
from services.sandbox.memory_folders import SMALL_FOLDERS

WORK = "/work"
SOURCE = "/source"
# From the order to die to the report that all are dead. The kernel needs milliseconds; a stuck disk may need more.
DEATH_S = 10.0

# Writes a box down for the launcher; what has to be put away afterwards goes on the stack.
Planner = Callable[[Box, int | None, contextlib.ExitStack], Plan]


@dataclass(frozen=True, slots=True)
class Made:
    """A box that has begun, and what it holds while it lives."""

    launched: Launched
    output: int
    on_disk: tuple[Path, ...]  # the folders of the host that it may fill
    in_memory: tuple[str, ...]  # its folders that lie nowhere on the host

    def disk_watch(self, limits: Limits) -> DiskWatch:
        """Return the watch over what it stores."""
        return DiskWatch(self.on_disk, limits, self.launched.pid, self.in_memory)


def places(box: Box, *, on_disk: bool = True) -> list[Bind]:
    """Return what of the host the box sees, the outer folders before those inside them.

    Unless everything has to be `on_disk`, a disposable box sees its code at another place, and works on a copy.
    """
    workspace = Bind(box.workspace, WORK, box.workspace_writable)
    if box.disposable and not on_disk:
        workspace = Bind(box.workspace, SOURCE)
    binds = [Bind(bind.source.resolve(), bind.target, bind.writable) for bind in (workspace, *box.binds)]
    return sorted(binds, key=lambda bind: bind.target.rstrip("/").count("/"))


def writable_folders(box: Box) -> tuple[Path, ...]:
    """Return the folders of the host that a box may fill."""
    return tuple(bind.source for bind in places(box) if bind.writable)


def fillable(box: Box, plan: Plan) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Return what a box as it was planned may fill: folders of the host, and its own in memory."""
    on_disk = writable_folders(box)
    if plan["kind"] != "bubblewrap":
        return (*on_disk, Path(plan["scratch"])), ()
    if not box.disposable:
        return on_disk, tuple(SMALL_FOLDERS)
    workspace = box.workspace.resolve()
    return tuple(path for path in on_disk if path != workspace), (*SMALL_FOLDERS, WORK)


@contextlib.contextmanager
def made(box: Box, plan_for: Planner, groups: Groups | None) -> Iterator[Made]:
    """Make a box; at the end nothing of it runs, and what it held is free again."""
    with contextlib.ExitStack() as held:
        uid = held.enter_context(slots.slot(box.uid))
        plan = plan_for(box, uid, held)
        held.callback(give_back, box)
        give(box, plan["uid"])
        plan["group"] = groups.plan(box.limits) if groups else []
        reading, writing = os.pipe()
        held.callback(os.close, reading)
        os.set_blocking(reading, False)
        try:
            launched = launch(plan, writing)
        finally:
            os.close(writing)
        held.callback(end, launched)
        yield Made(launched, reading, *fillable(box, plan))


def give(box: Box, uid: int | None) -> None:
    """Give the box its folders. The code belongs to it even when it may only read: it may have come in as 0600.

    A root that has to stay uid 0 gets them too, for it loses the right to open what belongs to others.
    """
    if os.geteuid() == 0:
        for folder in {box.workspace.resolve(), *writable_folders(box)}:
            slots.hand_over(folder, uid or 0)


def give_back(box: Box) -> None:
    """Let the host read what the box left. Root can anyway."""
    if os.geteuid() != 0:
        for folder in writable_folders(box):
            slots.reclaim(folder)


def end(launched: Launched) -> None:
    """Make sure that nothing of a box is left."""
    launched.say(b"kill")
    if launched.wait(DEATH_S) is None:
        raise SandboxFailed(
            "A box could not be ended: the kernel holds one of its processes, often for a stuck disk."
        )
    launched.close()


def reachable(path: Path, uid: int) -> bool:
    """Say whether another uid may pass through every folder above a path."""
    return all(
        found.st_mode & 0o001 or (found.st_uid == uid and found.st_mode & 0o100)
        for found in (folder.stat() for folder in path.parents if folder.exists())
    )
