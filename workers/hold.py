"""Holding an execution: a thread that keeps the lease alive and sees when the work is to end."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models.db import transaction
from services.executions import lease
from services.executions.lease import Claim
from workers import horse

log = structlog.get_logger()

LOOK_EVERY_S = 0.25
# A cancelled step has this long to end by itself before everything that it started is killed.
GRACE_S = 1.0


class Hold:
    """The lease of one execution while it is worked on. Used as a context manager."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
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
        """Whether the work is to end: cancelled, taken over by another owner, or this process is told to go."""
        return self.cancelled.is_set() or self.lost.is_set() or horse.stopping.is_set()

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
            if self.stopped():
                seen_at = seen_at or time.monotonic()
                self._insist(seen_at)

    def _look(self, beaten_at: float) -> float:
        """Ask for a cancel, and extend the lease when it is time. Returns when it was last extended."""
        moment = time.monotonic()
        with transaction() as session:
            if moment - beaten_at >= lease.BEAT_S:
                if not lease.extend(session, self.claim):
                    self.lost.set()
                beaten_at = moment
            if not self.stopped() and lease.cancel_requested(session, self.claim):
                self.cancelled.set()
        return beaten_at

    def _insist(self, seen_at: float) -> None:
        """Kill what a step has started and does not end itself. Only in a process that does nothing else."""
        if horse.is_horse() and time.monotonic() - seen_at > GRACE_S:
            horse.kill_below(os.getpid())
