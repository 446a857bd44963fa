"""The keeper's own counts of its looks, and all counts that wait to be stored."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from models.clock import now
from models.deployments import Observed
from services.deployments.minutes import Minute

ILL = frozenset({Observed.UNHEALTHY, Observed.CRASHED})
OFF = frozenset({Observed.STOPPED, Observed.SLEEPING})
KEPT = timedelta(hours=2)  # how long counts wait for a database that is away


class Tally:
    """Counts by deployment, minute and source. What changed is stored whole; a count that is stored may grow on."""

    def __init__(self) -> None:
        self.source = f"k{secrets.token_hex(4)}"
        self.minutes: dict[tuple[str, datetime, str], Minute] = {}
        self.changed: set[tuple[str, datetime, str]] = set()

    def note(self, deployment_id: str, state: Observed) -> None:
        """Count one look. One that is starting is neither well nor ill."""
        key = (deployment_id, now().replace(second=0, microsecond=0), self.source)
        minute = self.minutes.setdefault(key, Minute(*key))
        minute.well += state == Observed.RUNNING
        minute.ill += state in ILL
        minute.off += state in OFF
        self.changed.add(key)

    def take(self, counted: Iterable[Minute]) -> None:
        """Take what the door has counted."""
        for one in counted:
            key = (one.deployment_id, one.minute, one.source)
            if self.minutes.get(key) != one:
                self.minutes[key] = one
                self.changed.add(key)

    def unstored(self) -> list[Minute]:
        """Return what has changed since it was stored."""
        return [self.minutes[key] for key in sorted(self.changed, key=lambda key: (key[0], key[1], key[2]))]

    def stored(self, minutes: Iterable[Minute]) -> None:
        """Note that these were stored, and forget what is old."""
        for one in minutes:
            self.changed.discard((one.deployment_id, one.minute, one.source))
        oldest = now() - KEPT
        for key in [key for key in self.minutes if key[1] < oldest]:
            del self.minutes[key]
            self.changed.discard(key)
