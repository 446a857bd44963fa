"""What the door counts: requests and errors by app and minute, handed to the keeper in one small file.

The counts live in memory; the file holds the last minutes and is replaced once a second. What
is lost with a killed door is what it counted since.
"""

import asyncio
import json
import logging
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

log = logging.getLogger("ideasmith.door")

WRITE_S = 1.0
MINUTES = 5
FILE = "traffic.state"  # beside the routes, and none of them


class Traffic:
    """Counts. `source` names this life of the door, so that counting up from nothing again is told apart."""

    def __init__(self, clock: Callable[[], float] = time.time, source: str = "") -> None:
        self.clock, self.source = clock, source or secrets.token_hex(4)
        self.minutes: dict[int, dict[str, list[int]]] = {}
        self.last: dict[str, float] = {}

    def begin(self, slug: str) -> None:
        """Note that somebody asks for an app: from now on it is not idle."""
        self.last[slug] = self.clock()

    def note(self, slug: str, status: int) -> None:
        """Count one answered request. Errors are what visitors see as such: 500 and above."""
        moment = self.clock()
        minute = int(moment // 60) * 60
        if minute not in self.minutes:
            self.minutes[minute] = defaultdict(lambda: [0, 0])
            for old in sorted(self.minutes)[:-MINUTES]:
                del self.minutes[old]
        counts = self.minutes[minute][slug]
        counts[0] += 1
        counts[1] += status >= 500
        self.last[slug] = moment

    def report(self, open_requests: Mapping[str, int], open_sockets: Mapping[str, int]) -> dict[str, object]:
        """Return what the keeper reads; `open_sockets` counts the requests that each socket still answers."""
        return {
            "source": self.source,
            "at": self.clock(),
            "minutes": self.minutes,
            "last": self.last,
            "open": dict(open_requests),
            "sockets": dict(open_sockets),
        }


async def write_for_ever(
    traffic: Traffic, folder: Path, open_requests: Counter[str], open_sockets: Callable[[], dict[str, int]]
) -> None:
    """Write the file once a second, also when nothing changed: its age says whether the door lives."""
    while True:
        write_report(folder, traffic.report(open_requests, open_sockets()))
        await asyncio.sleep(WRITE_S)


def write_report(folder: Path, report: dict[str, object]) -> None:
    """Replace the file in one step. A full disk must not end the door."""
    draft = folder / f".{FILE}"
    try:
        draft.write_text(json.dumps(report))
        draft.rename(folder / FILE)
    except FileNotFoundError:
        return  # no app was ever deployed here
    except OSError as error:
        log.warning("traffic not written: %s", error)
