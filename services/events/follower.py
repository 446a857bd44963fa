"""What one reader of a live log still has to take."""

import asyncio
from collections import deque

from services.events.batch import Batch

QUEUED_EVENTS = 1_000  # a follower that is further behind takes stored rows instead


class Follower:
    """What one reader still has to take of the live tail. Past its length the reader takes stored rows instead."""

    def __init__(self) -> None:
        self._batches: deque[Batch] = deque()
        self._held = 0  # events in them
        self._behind = False
        self._changed = asyncio.Event()

    def offer(self, batch: Batch) -> None:
        """Hand over some events, or note that the reader misses them."""
        if self._held < QUEUED_EVENTS:
            self._batches.append(batch)
            self._held += len(batch)
        else:
            self._behind = True
        self._changed.set()

    def wake(self) -> None:
        """Have the reader look at the stored rows."""
        self._behind = True
        self._changed.set()

    def put_back(self, batch: Batch) -> None:
        """Keep events for later: what comes before them is not here yet."""
        self._batches.appendleft(batch)
        self._held += len(batch)

    async def next(self) -> Batch | None:
        """Return the next events, or None when stored rows are to be read."""
        while not self._batches:
            if self._behind:
                self._behind = False
                return None
            self._changed.clear()
            await self._changed.wait()
        batch = self._batches.popleft()
        self._held -= len(batch)
        return batch
