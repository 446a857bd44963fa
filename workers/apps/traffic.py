"""What the door tells the keeper, read from its file: who is asked for, what is still being answered, the counts."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.deployments.minutes import Minute
from services.deployments.places import routes_folder

FRESH_S = 5.0  # the door writes every second
FILE = "traffic.state"


@dataclass(frozen=True, slots=True)
class Report:
    """One reading. An old one says nothing about the present, but its counts are still true."""

    source: str = ""
    at: float = 0.0
    minutes: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    sockets: dict[str, int] = field(default_factory=dict)

    @property
    def is_fresh(self) -> bool:
        """Whether it tells of now. Otherwise nobody can say that an app is idle."""
        return abs(time.time() - self.at) < FRESH_S

    def idle_s(self, slug: str) -> float | None:
        """Return for how long nobody has asked for an app; None when nobody ever did, as far as the door knows."""
        if self.open.get(slug):
            return 0.0
        return self.at - self.last[slug] if slug in self.last else None

    def is_busy(self, socket: Path) -> bool:
        """Whether a socket that gets no new requests still answers old ones."""
        return self.is_fresh and self.sockets.get(str(socket), 0) > 0

    def counts(self, ids: dict[str, str]) -> Iterator[Minute]:
        """Yield the counts, for slugs that have a deployment's id in `ids`."""
        for minute, by_slug in self.minutes.items():
            moment = datetime.fromtimestamp(int(minute), UTC)
            for slug, (requests, errors) in by_slug.items():
                if slug in ids:
                    yield Minute(ids[slug], moment, f"d{self.source}", requests=requests, errors=errors)


def read_report() -> Report:
    """Return what the door wrote last; an empty report when it has not, or not well."""
    try:
        found: dict[str, Any] = json.loads((routes_folder() / FILE).read_bytes())
        return Report(**found)
    except (OSError, ValueError, TypeError):
        return Report()
