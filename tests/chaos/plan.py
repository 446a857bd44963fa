"""Which fault is made at which crash point, and what makes a process come to that point."""

import random
from typing import NamedTuple

from models.executions import STEP_NAMES, UPGRADE_STEP_NAMES
from services.crashpoints import (
    AFTER_BEGIN,
    AFTER_CLAIM,
    AFTER_CLEANED,
    AFTER_COMMIT,
    AFTER_EFFECT,
    AFTER_ENQUEUE,
    AFTER_PUBLISH,
    AFTER_REAP,
    AFTER_RING,
    AFTER_ROUTE,
    AFTER_SEEN,
    AFTER_START,
    AFTER_TAKE_BACK,
    BEFORE_RING,
)

# The process at the place, its parent, both; then one that has nothing to do with the place.
AT_THE_PLACE = ("horse", "parent", "both")
ELSEWHERE = ("web", "clock", "apps", "valkey", "wiped", "postgres", "supervisor")
EVERYTHING = (*AT_THE_PLACE, *ELSEWHERE)
STEPS = tuple(dict.fromkeys((*STEP_NAMES, *UPGRADE_STEP_NAMES)))
RARE = {*UPGRADE_STEP_NAMES} - {*STEP_NAMES}
WALK = (
    AFTER_ENQUEUE,
    AFTER_CLAIM,
    *(f"{place}:{step}" for step in STEPS for place in (AFTER_BEGIN, AFTER_EFFECT, AFTER_COMMIT)),
    f"{AFTER_PUBLISH}:deploy",
)


class Fault(NamedTuple):
    """One fault: what is killed, where, and what is done first so that somebody comes to that place."""

    place: str
    kind: str
    provoke: str = "launch"  # or "mail", "export", "lost_ring", "dead_horse"


def is_rare(fault: Fault) -> bool:
    """Whether only an upgrade, or what is provoked, comes to a place: it is waited for longer, beside the others."""
    return fault.place.rpartition(":")[2] in RARE or fault.place.startswith(AFTER_TAKE_BACK)


def of(place: str, kinds: tuple[str, ...], provoke: str = "launch") -> list[Fault]:
    """Return one fault of each kind at a place."""
    return [Fault(place, kind, provoke) for kind in kinds]


ROUND_ABOUT: list[Fault] = [
    *of(f"{AFTER_TAKE_BACK}:deploy", ("horse", "parent", "both", "postgres", "supervisor")),
    *of(f"{BEFORE_RING}:edge", ("self", "valkey", "wiped", "postgres")),
    *of(f"{AFTER_RING}:edge", ("self", "valkey", "wiped", "postgres")),
    *of(f"{AFTER_RING}:dispatcher", ("self", "wiped", "postgres"), "lost_ring"),
    *of(f"{AFTER_REAP}:reaper", ("self", "wiped", "postgres"), "dead_horse"),
    *of(f"{AFTER_ENQUEUE}:letter", ("self", "wiped", "postgres"), "mail"),
    *of(f"{AFTER_CLAIM}:mail", ("self", "wiped", "postgres"), "mail"),
    *of(f"{AFTER_EFFECT}:mail", ("self", "wiped", "postgres"), "mail"),
    *of(f"{AFTER_START}:app", ("self", "postgres", "valkey", "supervisor")),
    *of(f"{AFTER_ROUTE}:app", ("self", "postgres", "valkey", "supervisor")),
    *of(f"{AFTER_SEEN}:app", ("self", "postgres", "valkey", "supervisor")),
    *of(f"{AFTER_CLAIM}:export", ("self", "postgres"), "export"),
    *of(f"{AFTER_EFFECT}:export", ("self", "postgres"), "export"),
]
# Reached once in the life of a product, soon after its first start.
AT_THE_START = Fault(AFTER_CLEANED, "self")


def systematic(seed: int) -> list[Fault]:
    """Return every fault at every place, in an order of its own for each seed."""
    faults = [fault for place in WALK for fault in of(place, EVERYTHING)] + ROUND_ABOUT
    random.Random(seed).shuffle(faults)
    return faults


def short(seed: int) -> list[Fault]:
    """Return a few of them that differ from one another, for `make test`."""
    chosen = [
        Fault(f"{AFTER_EFFECT}:deploy", "horse"),
        Fault(f"{AFTER_BEGIN}:test", "both"),
        Fault(f"{AFTER_COMMIT}:package", "parent"),
        Fault(f"{BEFORE_RING}:edge", "self"),
        Fault(f"{AFTER_CLAIM}", "wiped"),
        Fault(f"{AFTER_EFFECT}:render", "postgres"),
        Fault(f"{AFTER_START}:app", "self"),
        Fault(f"{AFTER_EFFECT}:mail", "self", "mail"),
        Fault(f"{AFTER_EFFECT}:merge", "horse"),
    ]
    random.Random(seed).shuffle(chosen)
    return chosen


def reached_names() -> set[str]:
    """Return every place that a campaign comes to, as crash points write it."""
    return {fault.place for fault in systematic(0)} | {AT_THE_START.place}
