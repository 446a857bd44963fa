"""Makes a box and takes it away again: uid, folders, pipe, launcher."""

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.sandbox import slots
from services.sandbox.base import Bind, Box, SandboxFailed
from services.sandbox.cgroup import Groups
from services.sandbox.enter import Plan
from services.sandbox.launching import Launched, launch

WORK = "/work"
# From the order to die to the report that all are dead. The kernel needs milliseconds; a stuck disk may need more.
DEATH_S = 10.0

# Writes a box down for the launcher; what has to be put away afterwards goes on the stack.
Planner = Callable[[Box, int | None, contextlib.ExitStack], Plan]


@dataclass(frozen=True, slots=True)
class Made:
    """A box that has begun, and what it holds while it lives."""

    launched: Launched
    output: int
    watched: tuple[Path, ...]  # the folders of the host that it may fill


def places(box: Box) -> list[Bind]:
    """Return what of the host the box sees, the outer folders before those inside them."""
    workspace = Bind(box.workspace, WORK, box.workspace_writable)
    binds = [Bind(bind.source.resolve(), bind.target, bind.writable) for bind in (workspace, *box.binds)]
    return sorted(binds, key=lambda bind: bind.target.rstrip("/").count("/"))


def writable_folders(box: Box) -> tuple[Path, ...]:
    """Return the folders of the host that a box may fill."""
    return tuple(bind.source for bind in places(box) if bind.writable)


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
        scratch = (Path(plan["scratch"]),) if plan["scratch"] else ()
        yield Made(launched, reading, (*writable_folders(box), *scratch))


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
