"""Holding an execution: a thread that keeps the lease alive and sees when the work is to end."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models.db import transaction
from services.executions import lease, progress
from services.executions.lease import Claim
from workers import horse

log = structlog.get_logger()

LOOK_EVERY_S = 0.25
# A cancelled step has this long to end by itself before everything that it started is killed.
GRACE_S = 1.0
# A step that is over its limit, and has not even noticed that all it started is gone, is left after this long.
ABANDON_S = 3.0


@dataclass(frozen=True, slots=True)
class Timer:
    """How long a step may take, and how much of it is used."""

    step: str
    limit_s: float
    spent_s: float
    begun_at: float

    def used_s(self) -> float:
        """Return the seconds that all owners have worked on it."""
        return self.spent_s + time.monotonic() - self.begun_at


class Hold:
    """The lease of one execution while it is worked on. Used as a context manager."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.overdue = threading.Event()
        # Called when a step does not come back; only in a process that does nothing else.
        self.abandon: Callable[[], None] = lambda: None
        self._timer: Timer | None = None
        self.cancelled = threading.Event()
        self.lost = threading.Event()
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="lease", daemon=True)
        if claim.cancel_requested:
            self.cancelled.set()

    def __enter__(self) -> "Hold":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._thread.join(timeout=5)

    def stopped(self) -> bool:
        """Whether the work is to end: cancelled, over its limit, taken over, or this process is told to go."""
        return self.overdue.is_set() or self.ending()

    def ending(self) -> bool:
        """Whether the walk is to end for a reason that is not the step's own."""
        return self.cancelled.is_set() or self.lost.is_set() or horse.stopping.is_set()

    @contextmanager
    def limited(self, step: str, limit_s: float, spent_s: float) -> Iterator[None]:
        """Hold a step to its limit, of which earlier owners have used `spent_s`."""
        self._timer = Timer(step, limit_s, spent_s, time.monotonic())
        try:
            yield
        finally:
            self._timer = None
            self.overdue.clear()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction that has passed the fence."""
        with transaction() as session:
            lease.fence(session, self.claim)
            yield session

    def _keep(self) -> None:
        beaten_at = time.monotonic()
        seen_at: float | None = None
        while not self._left.wait(LOOK_EVERY_S):
            try:
                beaten_at = self._look(beaten_at)
            except DBAPIError as error:
                if time.monotonic() - beaten_at > lease.LEASE_S:
                    log.error("lease.lost", execution_id=self.claim.execution_id, error=str(error.orig))
                    self.lost.set()
            self._watch_limit()
            if self.stopped():
                seen_at = seen_at or time.monotonic()
                self._insist(seen_at)
            else:
                seen_at = None

    def _watch_limit(self) -> None:
        timer = self._timer
        if timer is not None and timer.used_s() >= timer.limit_s:
            self.overdue.set()

    def _look(self, beaten_at: float) -> float:
        """Ask for a cancel, and extend the lease when it is time. Returns when it was last extended."""
        moment = time.monotonic()
        with transaction() as session:
            if moment - beaten_at >= lease.BEAT_S:
                if not lease.extend(session, self.claim):
                    self.lost.set()
                if timer := self._timer:
                    progress.spend(
                        session, self.claim.execution_id, self.claim.epoch, timer.step, timer.used_s()
                    )
                beaten_at = moment
            if not self.ending() and lease.cancel_requested(session, self.claim):
                self.cancelled.set()
        return beaten_at

    def _insist(self, seen_at: float) -> None:
        """Kill what a step has started and does not end itself. Only in a process that does nothing else."""
        if not horse.is_horse():
            return
        if time.monotonic() - seen_at > GRACE_S:
            horse.kill_below(os.getpid())
        if time.monotonic() - seen_at > ABANDON_S and self.overdue.is_set() and not self.ending():
            self.abandon()
