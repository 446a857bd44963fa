"""How long a request waits for its app: safe ones while it comes back, any one while it wakes."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workers.door.routes import Route

LOOK_S = 0.05
# An app that starts has 20 s to answer (`workers.apps.app.START_S`); a little more for the door to hear of it.
WAKE_S = 22.0
# An outage that nobody met for so long is another one.
FORGOTTEN_S = 30.0
# RFC 9110 §9.2.1: nothing is asked for but to read, so that asking twice harms nothing.
SAFE = frozenset({"GET", "HEAD"})
SLEEPING = "sleeping"
# What the keeper is about to change. "stopped" is somebody's wish.
COMING = frozenset({"starting", "unknown", "crashed", "unhealthy", "running", SLEEPING})


@dataclass
class Outage:
    """Since when an app has not been reached, and when somebody tried last."""

    since: float
    tried: float


class Outages:
    """Remembers which apps are away, so that all requests of one outage give up at the same moment.

    One that comes late does not wait again for an app that has been away for longer.
    """

    def __init__(self, patience_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.patience_s, self.clock = patience_s, clock
        self._known: dict[str, Outage] = {}
        self._woken: dict[str, float] = {}

    def met(self, slug: str) -> float:
        """Note that an app could not be reached now, and return the moment until which requests wait for it."""
        moment = self.clock()
        known = self._known.get(slug)
        if known is None or moment - known.tried > FORGOTTEN_S:
            known = self._known[slug] = Outage(moment, moment)
        known.tried = moment
        return known.since + self.patience_s

    def wakes(self, slug: str, state: str) -> bool:
        """Whether an app in `state` is on its way out of sleep: nobody has failed, so that anybody may wait."""
        moment = self.clock()
        since = self._woken.get(slug, float("-inf"))
        if state == SLEEPING and moment - since > WAKE_S + FORGOTTEN_S:
            since = self._woken[slug] = moment
        return moment < since + WAKE_S

    def over(self, slug: str) -> None:
        """Note that an app has answered."""
        self._known.pop(slug, None)
        self._woken.pop(slug, None)


class Patience:
    """What one request may still do."""

    def __init__(self, outages: Outages, slug: str, *, safe: bool) -> None:
        self.outages, self.slug, self.safe = outages, slug, safe
        self.resent = False

    def may_wait(self, state: str) -> bool:
        """Whether it waits for an app in `state`, to which nothing of it was sent."""
        if state not in COMING:
            return False
        if self.outages.wakes(self.slug, state):
            return True
        return self.safe and self.outages.clock() < self.outages.met(self.slug)

    def may_resend(self) -> bool:
        """Whether it may be sent again after the app broke off: once, lest it is what breaks the app."""
        if not self.safe or self.resent:
            return False
        self.resent = True
        return True


async def pause(folder: Path, route: Route) -> None:
    """Wait a moment, having knocked at the door of an app that sleeps."""
    if route.state == SLEEPING:
        knock(folder, route.slug)
    await asyncio.sleep(LOOK_S)


def knock(folder: Path, slug: str) -> None:
    """Leave a note for the keeper that somebody asks for a sleeping app. It removes the note when it wakes it."""
    notes = folder / "wake"
    notes.mkdir(exist_ok=True)
    (notes / slug).touch()
