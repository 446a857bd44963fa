"""How many actions on the pages may come: counted in this process's memory, before anything else is done for one.

An action comes by an open connection, which stays with one web process, and there are many of them: asking Redis for
each would cost more than most actions do. `limits` keeps such counts in memory too, but starts a thread whenever
something is counted. So a budget is a bucket here: it holds as many as the rate says, and fills up evenly.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from models.settings import settings
from services.rate_limits import hidden, item_of

# Whoever is forgotten begins with a full bucket: as many as this are remembered, the last used ones.
REMEMBERED = 20_000


class Bucket:
    """What is left of one budget, as of `at_s`."""

    __slots__ = ("at_s", "left", "most", "per_s")

    def __init__(self, rate: str, at_s: float) -> None:
        item = item_of(rate)
        self.most = self.left = float(item.amount)
        self.per_s = item.amount / item.get_expiry()
        self.at_s = at_s

    def wait_s(self, at_s: float) -> float:
        """Return the seconds until there is one left; 0 when there is one now."""
        self.left = min(self.most, self.left + (at_s - self.at_s) * self.per_s)
        self.at_s = at_s
        return 0.0 if self.left >= 1 else (1 - self.left) / self.per_s


class EventLimits:
    """The budgets of this process. `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.buckets: OrderedDict[tuple[str, str], Bucket] = OrderedDict()

    def use(self, session: str, address: str) -> float:
        """Count one action of a browser (its session token, empty for a visitor); return the seconds to wait, or 0.

        What is refused is counted nowhere: one who sends too much takes nothing from the others.
        """
        config, at_s = settings(), self.clock()
        found = [
            self.bucket(rate, name, who, at_s)
            for rate, name, who in (
                (config.limit_events_session if session else "", "session", session),
                (config.limit_events_address, "address", address),
                (config.limit_events_everybody, "everybody", ""),
            )
            if rate
        ]
        wait_s = max((bucket.wait_s(at_s) for bucket in found), default=0.0)
        if not wait_s:
            for bucket in found:
                bucket.left -= 1
        return wait_s

    def bucket(self, rate: str, name: str, who: str, at_s: float) -> Bucket:
        """Return a budget, full when it is not known."""
        key = (name, who)
        known = self.buckets.get(key)
        if known is None:
            known = self.buckets[key] = Bucket(rate, at_s)
            if len(self.buckets) > REMEMBERED:
                self.buckets.popitem(last=False)
        else:
            self.buckets.move_to_end(key)
        return known


def nameless(token: str) -> str:
    """Return what stands for a session token in memory; nothing for nothing."""
    return hidden(token) if token else ""
