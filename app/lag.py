"""How late this process's event loop is: measured while somebody looks, and no longer."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from statistics import median

from services.operations import WebView

EVERY_S = 0.25
OVER_S = 60.0
UNWATCHED_S = 90.0


@dataclass
class LagMeter:
    """Sleeps again and again, and remembers how much later than asked it woke up."""

    late_ms: deque[float] = field(default_factory=lambda: deque(maxlen=int(OVER_S / EVERY_S)))
    asked_at: float = 0.0
    task: asyncio.Task[None] | None = None

    def read(self) -> WebView | None:
        """Return what was measured so far, None before the first sample. Starts to measure when nobody did."""
        self.asked_at = time.monotonic()
        if self.task is None or self.task.done():
            self.late_ms.clear()
            self.task = asyncio.create_task(self.measure())
        if not self.late_ms:
            return None
        seen = list(self.late_ms)
        return WebView(round(median(seen), 2), round(max(seen), 2), round(len(seen) * EVERY_S, 1))

    async def measure(self) -> None:
        """Measure until nobody has looked for a while."""
        while time.monotonic() - self.asked_at < UNWATCHED_S:
            asleep = time.monotonic()
            await asyncio.sleep(EVERY_S)
            self.late_ms.append(max(0.0, (time.monotonic() - asleep - EVERY_S) * 1000))


meter = LagMeter()
