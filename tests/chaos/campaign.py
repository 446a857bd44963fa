"""One campaign: the load, the faults, the calm afterwards, the checker."""

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from tests.chaos import faults
from tests.chaos.campaign_database import database_of
from tests.chaos.load import Load
from tests.chaos.plan import AT_THE_START, Fault, is_rare
from tests.chaos.world import World, stop
from tests.product import ROOT

REACH_S, REACH_RARE_S = 40.0, 120.0
CALM_S = 90.0
AT_ONCE = 4  # faults that wait for somebody to come to their places, and as many of those that few come to
GATHER_S = 3.0  # so long processes come to their places before a supervisor is killed,
MAIL_EVERY = 8  # faults at random
ENOUGH = 3  # or until so many are there: as many as there are workers
SETTLED = """
SELECT (SELECT count(*) FROM executions WHERE state IN ('queued', 'running') AND NOT example)
     + (SELECT count(*) FROM messages WHERE state = 'queued')
     + (SELECT count(*) FROM outbox WHERE topic IN ('mail_sign_up', 'mail_reset_link'))
     + (SELECT count(*) FROM exports WHERE state NOT IN ('ready', 'failed'))
     + (SELECT count(*) FROM deployments WHERE deleted_at IS NULL AND wanted = 'running' AND
         (observed <> 'running' OR observed_release_id IS DISTINCT FROM wanted_release_id
          OR observed_at IS NULL OR observed_at < to_timestamp(%s)))
"""


class Campaign:
    """Faults in one world, one after the other, under load."""

    def __init__(self, world: World, seed: int, say: Callable[..., None] = lambda **_: None) -> None:
        self.world, self.chance, self.say = world, random.Random(seed), say
        self.unreached: list[Fault] = []
        self.busy: set[str] = set()
        self.turn = threading.Lock()
        self.database = database_of(world)
        (world.folder / "world.json").write_text(json.dumps({"database": self.database}))

    def at_places(self, wanted: Sequence[Fault], load: Load, at_once: int = AT_ONCE) -> None:
        """Make each fault at its place, some at once. What nobody came to, twice, is remembered."""
        self.once_at_places(wanted, load, at_once)
        again, self.unreached = self.unreached, []
        self.once_at_places(again, load, at_once)

    def once_at_places(self, wanted: Sequence[Fault], load: Load, at_once: int) -> None:
        """Make each fault at its place: those of the supervisor last, because all starts anew with it."""
        together = [fault for fault in wanted if fault.kind == "supervisor"]
        waiting = [fault for fault in wanted if fault.kind != "supervisor"]
        pools = [[fault for fault in waiting if is_rare(fault) == rare] for rare in (False, True)]
        threads = [
            threading.Thread(target=self.take_turns, args=(pool, load))
            for pool in pools
            for _ in range(at_once)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        while together:
            self.at_the_supervisor(together)

    def take_turns(self, waiting: list[Fault], load: Load) -> None:
        """Take fault after fault from what waits, never two at one place."""
        while fault := self.next_of(waiting):
            try:
                reached = faults.at_place(
                    self.world,
                    fault,
                    REACH_RARE_S if is_rare(fault) else REACH_S,
                    lambda fault=fault: self.provoke(fault, load),
                )  # type: ignore[misc]
                self.note(fault, reached)
            finally:
                self.busy.discard(fault.place)

    def next_of(self, waiting: list[Fault]) -> Fault | None:
        """Return the first fault whose place is free, and take it."""
        while waiting:
            with self.turn:
                for fault in waiting:
                    if fault.place not in self.busy:
                        self.busy.add(fault.place)
                        waiting.remove(fault)
                        return fault
            time.sleep(0.05)
        return None

    def at_the_supervisor(self, together: list[Fault]) -> None:
        """Arm every place that is left, and kill the supervisor once some processes stand at theirs."""
        for fault in together:
            (self.world.armed / fault.place).touch()
        until, found = time.monotonic() + REACH_S, {}
        while time.monotonic() < until and len(found) < min(ENOUGH, len(together)):
            if found and time.monotonic() > until - REACH_S + GATHER_S:
                break
            found = {fault: there for fault in together if (there := self.world.reached(fault.place))}
            time.sleep(0.01)
        for fault in together:
            (self.world.armed / fault.place).unlink(missing_ok=True)
        if found:
            faults.make(self.world, next(iter(found)), 0)
        for fault in found or list(together):
            together.remove(fault)
            self.note(fault, reached=fault in found)
        for _, taken in found.values():
            taken.unlink(missing_ok=True)

    def note(self, fault: Fault, reached: bool) -> None:
        """Say what was made, and remember what was not."""
        if not reached:
            self.unreached.append(fault)
        self.say(fault=f"{fault.place} {fault.kind}", made=self.world.faults, reached=reached)

    def provoke(self, fault: Fault, load: Load) -> None:
        """Do what brings a process to a place, where executions alone do not."""
        if fault.provoke == "mail":
            threading.Thread(target=load.mail, daemon=True).start()
        elif fault.provoke == "export":
            threading.Thread(target=load.export, daemon=True).start()
        elif fault.provoke == "lost_ring":
            faults.at_place(self.world, Fault("after_commit_before_ring:edge", "self"), REACH_S)
        elif fault.provoke == "dead_horse":
            faults.at_place(self.world, Fault("after_claim", "horse"), REACH_S)

    def at_random(self, seconds: float, load: Load) -> int:
        """Kill something again and again, now and then while a mail is on its way, and return how often."""
        made, until = 0, time.monotonic() + seconds
        while time.monotonic() < until:
            time.sleep(self.chance.uniform(0.1, 1.2))
            if made % MAIL_EVERY == 0:
                threading.Thread(target=load.mail, daemon=True).start()
            if kind := faults.at_random(self.world, self.chance):
                made += 1
                self.say(fault=f"random {kind}", made=made)
        return made

    def at_the_start(self) -> None:
        """Reach what only the first minute of a product's life reaches."""
        if not faults.at_place(self.world, AT_THE_START, REACH_S):
            self.unreached.append(AT_THE_START)

    def calm(self, load: Load, within_s: float = CALM_S, *, sweep: bool = True) -> bool:
        """Let everything come to its end. False when it does not in time: the checker says what."""
        begun = time.monotonic()
        load.done(within_s)
        if sweep:
            faults.kill_part(self.world, "apps")  # its next life removes what earlier ones left
        swept_at = time.time()  # what was seen before is of the keeper's former life
        while time.monotonic() - begun < within_s + 20:
            if self.open_work(swept_at) == 0:
                time.sleep(3)
                return True
            time.sleep(0.25)
        return False

    def open_work(self, since: float) -> int:
        """Return how much is not at its end yet, where every application was looked at since a moment."""
        try:
            with psycopg.connect(self.database, connect_timeout=2) as connection:
                return int(connection.execute(SETTLED, [since]).fetchone()[0])  # type: ignore[index]
        except psycopg.Error:
            return -1

    def verdict(self) -> dict[str, Any]:
        """Have the checker judge, stop the product, and have it look once more."""
        report = ask_checker(self.world)
        stop(self.world)
        after = ask_checker(self.world, "stopped")
        report["broken"] |= after["broken"]
        report["counts"] |= after["counts"]
        return report


def ask_checker(world: World, *words: str) -> dict[str, Any]:
    """Run the checker as a program of its own."""
    command = [sys.executable, "-m", "tests.chaos.checker", str(world.folder), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    if done.returncode not in (0, 1):
        raise RuntimeError(done.stderr)
    report: dict[str, Any] = json.loads(done.stdout)
    return report
