"""Small stories, each aimed at one guard: with the guard the checker finds nothing, without it something."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from rq import Queue
from rq.serializers import JSONSerializer

from tests.chaos import faults
from tests.chaos.evidence import lines_of
from tests.chaos.load import Load
from tests.chaos.plan import Fault
from tests.chaos.upgraders import Upgraders
from tests.chaos.world import World
from tests.product import ROOT

Scenario = Callable[[World, Load], None]
WITHIN_S = 30.0
RUNG_WITHIN_S = 5.0


def hold(world: World, place: str, within_s: float = WITHIN_S) -> tuple[int, Path]:
    """Arm a place, wait for a process to come there, and leave it there. Returns it, and the file that holds it."""
    (world.armed / place).touch()
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        if found := world.reached(place):
            return found
        time.sleep(0.005)
    (world.armed / place).unlink(missing_ok=True)
    raise TimeoutError(f"nobody came to {place}")


def ended(load: Load, execution_id: str, within_s: float = WITHIN_S) -> str:
    """Wait until an execution has ended, and return its state, whatever it is then."""
    until = time.monotonic() + within_s
    state = ""
    while state not in ("succeeded", "failed", "cancelled") and time.monotonic() < until:
        state = load.state(execution_id)
        time.sleep(0.1)
    return state


def calm(world: World, load: Load) -> None:
    """Nothing happens to a run."""
    ended(load, load.launch("calm"))


def zombie(world: World, load: Load) -> None:
    """An owner is stopped past its lease; it wakes up when another has taken over and has not said a word yet."""
    execution_id = load.launch("zombie")
    pid, taken = hold(world, "after_effect_before_commit:render")
    os.kill(pid, signal.SIGSTOP)
    world.write("faults", place="after_effect_before_commit:render", kind="stopped", pid=pid)
    taken.unlink()
    held, second = hold(world, "after_claim")
    world.write(
        "faults", place="after_claim", kind="held", pid=held
    )  # longer than its lease, on a busy machine
    os.kill(pid, signal.SIGCONT)
    time.sleep(2)
    second.unlink(missing_ok=True)
    ended(load, execution_id)


def late_zombie(world: World, load: Load) -> None:
    """An owner is stopped past its lease; it wakes up when another has finished."""
    execution_id = load.launch("late")
    pid, taken = hold(world, "after_effect_before_commit:package")
    os.kill(pid, signal.SIGSTOP)
    world.write("faults", place="after_effect_before_commit:package", kind="stopped", pid=pid)
    taken.unlink()
    ended(load, execution_id)
    os.kill(pid, signal.SIGCONT)
    time.sleep(2)


def rung_twice(world: World, load: Load) -> None:
    """Two more workers hear of a run that somebody works on."""
    execution_id = load.launch("twice")
    try:
        _, taken = hold(world, "after_begin:test", within_s=10)
    except TimeoutError:
        if len(lines_of(world.folder / "claims.jsonl")) < 2:
            raise
        return  # taken from each other so fast that nobody comes that far: what the checker sees without a lease
    with world.redis() as redis:
        for _ in range(2):
            Queue("build", connection=redis, serializer=JSONSerializer).enqueue(
                "workers.jobs.advance", kwargs={"execution_id": execution_id}, result_ttl=0
            )
    time.sleep(1)
    taken.unlink(missing_ok=True)
    ended(load, execution_id)


def long_step(world: World, load: Load) -> None:
    """A step takes longer than a lease."""
    execution_id = load.launch("long")
    _, taken = hold(world, "after_begin:test")
    time.sleep(7)
    taken.unlink(missing_ok=True)
    ended(load, execution_id)


def cut_at(place: str, kind: str) -> Scenario:
    """Return a story in which a process ends at a place."""

    def story(world: World, load: Load) -> None:
        execution_id = load.launch("cut-" + place.replace("_", "-").replace(":", "-")[-20:])
        faults.at_place(world, Fault(place, kind), WITHIN_S)
        ended(load, execution_id)

    story.__name__ = f"cut_at_{place}_{kind}"
    return story


dead_horse = cut_at("after_begin:test", "horse")
cut_in_deploy = cut_at("after_effect_before_commit:deploy", "horse")
cut_after_commit = cut_at("after_commit:scan", "horse")


def stopped_horse(world: World, load: Load) -> None:
    """A horse is stopped and never goes on; no kernel says that it is dead, only its lease."""
    execution_id = load.launch("stopped")
    pid, taken = hold(world, "after_begin:test")
    os.kill(pid, signal.SIGSTOP)
    world.write("faults", place="after_begin:test", kind="stopped", pid=pid)
    taken.unlink()
    ended(load, execution_id, within_s=10)


def dead_parent(world: World, load: Load) -> None:
    """A worker is killed alone, and its horse is at work."""
    execution_id = load.launch("parent")
    pid, taken = hold(world, "after_begin:render")
    faults.make(world, Fault("after_begin:render", "parent"), pid)
    time.sleep(1)  # so that what it does afterwards cannot be taken for what it was about to do
    taken.unlink(missing_ok=True)
    ended(load, execution_id)


def mail_cut_short(world: World, load: Load) -> None:
    """The worker ends between the mail server's yes and our commit."""
    faults.at_place(world, Fault("after_effect_before_commit:mail", "self"), WITHIN_S, load.begin_to_ask)
    time.sleep(4)


def lost_ring(world: World, load: Load) -> None:
    """Whoever asks for a link ends between its commit and the ring for it; only the outbox knows of the wish."""
    time.sleep(3)  # the mail to a new account comes first
    faults.at_place(world, Fault("after_commit_before_ring:edge", "self"), WITHIN_S, load.begin_to_ask)
    # The dispatcher's second, and not the next one's patience with a ring that it believes was made.
    world.write("letters", to="ada@example.com", subject="password", within_s=RUNG_WITHIN_S)
    time.sleep(4)


def lost_letter(world: World, load: Load) -> None:
    """The worker that was rung for a letter ends before it has written it; the bell says no more of it."""
    time.sleep(3)  # the mail to a new account comes first
    faults.at_place(world, Fault("after_enqueue:letter", "self"), WITHIN_S, load.begin_to_ask)
    world.write("letters", to="ada@example.com", subject="password")
    time.sleep(10)


def failed_upgrade(world: World, load: Load) -> None:
    """An upgrade fails when its release does not start, and its owner is killed while all is put back."""
    owners = Upgraders(load, people=1)
    deployment_id = owners.launched("owner")
    owners.move_on()  # to a version that runs on a copy of the data and nowhere else
    asking = threading.Thread(target=owners.release, args=("upgrade", "upgrade-owner", deployment_id))
    asking.start()
    faults.at_place(world, Fault("after_take_back:deploy", "horse"), WITHIN_S)
    asking.join()


def two_keepers(world: World, load: Load) -> None:
    """A second keeper of apps is started beside the first."""
    execution_id = load.launch("keepers")
    ended(load, execution_id)
    environ = Path(f"/proc/{world.pids()['apps']}/environ").read_bytes().split(b"\0")
    environment = dict(word.decode().split("=", 1) for word in environ if b"=" in word)
    second = subprocess.Popen(
        [sys.executable, "-m", "workers.child", "apps"], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    time.sleep(5)
    second.terminate()
    second.wait(20)


def dead_app(world: World, load: Load) -> None:
    """An app ends by itself."""
    ended(load, load.launch("mortal"))
    time.sleep(1)
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            words = (process / "cmdline").read_bytes() if process.name.isdigit() else b""
            environment = (process / "environ").read_bytes() if b"serve.py" in words else b""
            if b"http://mortal." in environment + words and b"serve.py" in words:
                faults.kill(int(process.name))
    time.sleep(4)
