"""How often a caller may ask: so many requests in each minute, counted exactly."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_S = 60


@dataclass(frozen=True)
class Standing:
    """Where a caller stands: what is left, and in how many seconds the count begins anew."""

    allowed: bool
    limit: int
    left: int
    reset_s: int

    def headers(self) -> dict[str, str]:
        """Return the headers of the IETF draft "RateLimit header fields for HTTP"."""
        told = {
            "RateLimit-Policy": f'"minute";q={self.limit};w={WINDOW_S}',
            "RateLimit": f'"minute";r={self.left};t={self.reset_s}',
        }
        return told if self.allowed else {**told, "Retry-After": str(self.reset_s)}


class Budget:
    """Counts the requests of each caller in windows of a minute, each beginning with the caller's first request."""

    def __init__(self, limit: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self.clock = clock
        self._windows: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def take(self, caller: str) -> Standing:
        """Count one request and say whether it is within the limit."""
        with self._lock:
            moment = self.clock()
            begun, used = self._windows.get(caller, (moment, 0))
            if moment - begun >= WINDOW_S:
                self._forget_old(moment)
                begun, used = moment, 0
            self._windows[caller] = (begun, min(used + 1, self.limit + 1))
        reset_s = max(1, round(begun + WINDOW_S - moment + 0.499))
        return Standing(used < self.limit, self.limit, max(0, self.limit - used - 1), reset_s)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._windows.clear()

    def _forget_old(self, moment: float) -> None:
        self._windows = {who: seen for who, seen in self._windows.items() if moment - seen[0] < WINDOW_S}
