"""The clean-up: every kind of the retention, candidate by candidate, each in a transaction of its own.

May be killed anywhere and may run beside itself: what one has locked or removed the other leaves alone.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import structlog

from models.db import transaction
from models.installation import FactName
from services.crashpoints import AFTER_CLEANED, AFTER_REMOVAL, crashpoint
from services.facts import keep_fact, this_host
from services.folders import size_of
from services.retention import KINDS, Candidate, Kind, Outcome, trash_folder
from workers.apps.removal import remove_tree

log = structlog.get_logger()

PAUSE_S = 0.005  # between two transactions, so that who works is never behind us for long


@dataclass(frozen=True, slots=True)
class Removed:
    """How many of one kind went, or would go, and what that frees."""

    kind: str
    count: int = 0
    size_bytes: int = 0


@dataclass(slots=True)
class CleanUp:
    """What a clean-up did, or with `dry_run` would do."""

    dry_run: bool
    removed: list[Removed] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        """What it frees over all kinds."""
        return sum(one.size_bytes for one in self.removed)

    def as_data(self) -> dict[str, Any]:
        """Return it as JSON can hold it."""
        return {**asdict(self), "size_bytes": self.size_bytes}


def clean(
    *, dry_run: bool = False, kinds: Sequence[Kind] = KINDS, stop: threading.Event | None = None
) -> CleanUp:
    """Remove what the retention no longer keeps, or with `dry_run` only say what that is."""
    report, ending = CleanUp(dry_run), stop or threading.Event()
    for kind in kinds:
        with transaction() as session:
            found = kind.find(session)
        gone = found if dry_run else [one for one in found if removed(kind, one, report, ending)]
        report.removed.append(
            Removed(kind.name, sum(one.count for one in gone), sum(one.size_bytes for one in gone))
        )
    if not dry_run:
        crashpoint(AFTER_CLEANED)
        report.problems += empty_trash()
        tell(report)
    return report


def removed(kind: Kind, candidate: Candidate, report: CleanUp, ending: threading.Event) -> bool:
    """Remove one candidate, part after part, and say whether it is gone."""
    outcome = Outcome.MORE
    while outcome == Outcome.MORE and not ending.is_set():
        try:
            with transaction() as session:
                outcome = kind.remove(session, candidate.id)
                crashpoint(AFTER_REMOVAL, kind.name)
        except OSError as problem:
            report.problems.append(f"{kind.name} {candidate.id}: {problem.strerror}")
            return False
        time.sleep(PAUSE_S)
    return outcome == Outcome.REMOVED


def empty_trash() -> list[str]:
    """Remove what lies in the trash, from earlier runs too, and return what could not be removed."""
    problems = []
    for folder in sorted(trash_folder().glob("*")):
        try:
            remove_tree(folder)
        except OSError as problem:
            problems.append(f"trash {folder.name}: {problem.strerror}")
    return problems


def tell(report: CleanUp) -> None:
    """Write one line into the log, and keep the same for the overview."""
    counts = {one.kind: one.count for one in report.removed}
    log.info("retention.cleaned", **counts, size_bytes=report.size_bytes, problems=len(report.problems))
    data = {**report.as_data(), "trash_bytes": size_of(trash_folder())}
    with transaction() as session:
        keep_fact(session, FactName.CLEAN_UP, data, this_host())
