"""Making a fault: who is killed, and what is started again."""

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from redis import RedisError

from tests.chaos.plan import EVERYTHING, Fault
from tests.chaos.world import World
from workers.processes import children_of, is_alive


def parent_of(pid: int) -> int:
    """Return the parent of a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def has_no_worker(world: World, fault: Fault, pid: int) -> bool:
    """Whether a fault means a horse with its worker, and the worker of this one has just been killed.

    Such a horse lives for the moment that its worker takes to end, and already has the supervisor for its parent.
    """
    if fault.kind not in ("parent", "both"):
        return False
    try:
        return parent_of(pid) == world.pids().get("supervisor")
    except FileNotFoundError:
        return True


def kill(*pids: int) -> None:
    """Kill processes by force."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def make(world: World, fault: Fault, pid: int) -> None:
    """Make a fault; `pid` is the process at the place. A supervisor is started again by us.

    Nobody sees the moment of a death, so two are written down: `at` before, and `done` when the kernel has taken it.
    """
    begun = time.time()
    world.faults += 1
    if fault.kind in ("self", "horse"):
        kill(pid)
    elif fault.kind == "parent":
        kill(parent_of(pid))
    elif fault.kind == "both":
        kill(parent_of(pid), pid)
    else:
        kill_part(world, fault.kind)
    world.write("faults", at=begun, done=time.time(), place=fault.place, kind=fault.kind, pid=pid)
    if fault.kind == "supervisor":
        world.start_again()
        world.write("faults", place="", kind="started_again", pid=0)


def kill_part(world: World, kind: str) -> None:
    """Kill a part by its name."""
    if kind == "wiped":
        with suppress(RedisError, IndexError):
            world.redis().flushall()
    name = {"wiped": "valkey"}.get(kind, kind)
    if pid := world.pids().get(name):
        kill(pid)


def at_place(
    world: World, fault: Fault, within_s: float, provoke: Callable[[], object] = lambda: None
) -> bool:
    """Wait until a process comes to the armed place, and make the fault there. False when none came."""
    armed = world.armed / fault.place
    armed.touch()
    provoke()
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if found := world.reached(fault.place):
            pid, taken = found
            if not is_alive(pid) or has_no_worker(world, fault, pid):  # another fault was faster
                taken.unlink(missing_ok=True)
                armed.touch()
                continue
            try:
                make(world, fault, pid)
            finally:
                taken.unlink(missing_ok=True)
            return True
        time.sleep(0.01)
    armed.unlink(missing_ok=True)
    return False


def at_random(world: World, chance: random.Random) -> str:
    """Kill something at this very moment, and say what."""
    kind = chance.choice(EVERYTHING)
    if kind in ("horse", "parent", "both"):
        workers = [pid for name, pid in world.pids().items() if name.startswith("worker-build")]
        horses = [horse for worker in workers for horse in children_of(worker)]
        if not horses:
            return ""
        horse = chance.choice(horses)
        if has_no_worker(world, Fault("random", kind), horse):
            return ""
        with suppress(FileNotFoundError):
            make(world, Fault("random", kind), horse)
        return kind
    make(world, Fault("random", kind), 0)
    return kind
