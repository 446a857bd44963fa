"""`make chaos`: every fault at every place, then at random for SECONDS, then the mutants. JSON lines; 1 when missed.

ONLY= chooses among: places, random, stories, mutants. SEED= gives the order and the chance. KEEP= names a folder that
stays for a look.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.chaos import mutants, plan
from tests.chaos.campaign import Campaign
from tests.chaos.load import Load
from tests.chaos.world import world

PARTS = ("places", "random", "stories", "mutants")
LEAST_FAULTS = 500


def say(**line: Any) -> None:
    """Print one line of JSON."""
    sys.stdout.write(json.dumps(line, default=str) + "\n")
    sys.stdout.flush()


class Suite:
    """What was met, what was missed, what nobody looked at."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.met: list[str] = []
        self.missed: list[str] = []
        self.not_measured: list[str] = []

    def claim(self, name: str, holds: bool, **more: Any) -> None:
        """Say whether something holds."""
        say(name=name, met=holds, **more)
        (self.met if holds else self.missed).append(name)

    def end(self) -> int:
        """Print the closing line, and return the exit status."""
        say(suite="chaos", met=self.met, missed=self.missed, not_measured=self.not_measured, seed=self.seed)
        return 1 if self.missed else 0


def main() -> int:
    """Run what ONLY asks for."""
    only = [name for name in os.environ.get("ONLY", "").replace(",", " ").split() if name]
    suite = Suite(int(os.environ.get("SEED") or 1))
    suite.not_measured = [name for name in PARTS if only and name not in only]
    wanted = [name for name in PARTS if name not in suite.not_measured]
    if "places" in wanted or "random" in wanted:
        campaign(suite, wanted, float(os.environ.get("SECONDS") or 600))
    if "stories" in wanted:
        light_stories(suite, mutants.STORIES)
        report = mutants.control()
        suite.claim("stories_of_apps", not report["broken"], broken=report["broken"])
    if "mutants" in wanted:
        light_stories(suite, mutants.AIMED)
        for name in mutants.IN_THE_PRODUCT:
            report = mutants.caught(name)
            suite.claim(name, bool(report["broken"]), broken=report["broken"])
    return suite.end()


def light_stories(suite: Suite, names: Iterable[str]) -> None:
    """Have stories told in a light world, which is a program of its own, and repeat what it says."""
    command = [sys.executable, "-m", "tests.chaos.light", *names]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as teller:
        for line in teller.stdout or ():
            if not line.startswith("{"):  # the database says that it is made
                continue
            told = json.loads(line)
            suite.claim(told.pop("name"), told.pop("met"), **told)


def campaign(suite: Suite, wanted: Sequence[str], seconds: float) -> None:
    """Kill everything everywhere in one product, then ask the checker."""
    begun, keep = time.monotonic(), os.environ.get("KEEP")
    with world(Path(keep) if keep else None) as made:
        run = Campaign(made, suite.seed, say)
        with Load(made) as load:
            if "places" in wanted:
                run.at_the_start()
                run.at_places(plan.systematic(suite.seed), load)
            if "random" in wanted:
                run.at_random(seconds, load)
            calm = run.calm(load)
        report = run.verdict()
    judge(suite, run, report, calm, wanted, time.monotonic() - begun)


def judge(
    suite: Suite, run: Campaign, report: dict[str, Any], calm: bool, wanted: Sequence[str], took_s: float
) -> None:
    """Turn the checker's report into lines."""
    broken = report.pop("broken")
    say(report=report, took_s=round(took_s), load=os.getloadavg(), calm=calm)
    if "places" in wanted:
        names = [f"{fault.place} {fault.kind}" for fault in run.unreached]
        suite.claim("every_place_was_reached", not names, unreached=names)
    if {"places", "random"} <= set(wanted):
        suite.claim("faults", report["faults"] >= LEAST_FAULTS, value=report["faults"], at_least=LEAST_FAULTS)
    for rule in rule_names():
        suite.claim(rule, rule not in broken, broken=broken.get(rule, []), n=report["counts"].get(rule, 0))


def rule_names() -> list[str]:
    """Return the names of the checker's rules."""
    from tests.chaos.checker import RULES

    rules: Sequence[Callable[..., object]] = RULES
    return [rule.__name__ for rule in rules] + ["orphan_processes", "sockets_left"]


if __name__ == "__main__":
    sys.exit(main())
