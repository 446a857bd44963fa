"""Boxes that serve no more: they finish what they have begun, and one of them may be needed again."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from workers.apps.running import Running

DRAIN_S = 5.0  # how long an old version is kept at least: that long, returning to it takes no start
LONGEST_DRAIN_S = 30.0  # and at most, while the door still waits for an answer of it
LOOK_S = 0.2


class Leaving:
    """The old boxes of one app. `is_busy` says whether the door waits for an answer from a socket."""

    def __init__(self, is_busy: Callable[[Path], bool]) -> None:
        self.is_busy = is_busy
        self.tasks: dict[Running, asyncio.Task[None]] = {}

    def stop(self, box: Running) -> None:
        """Stop a box now, in the background."""
        self.follow(box, box.stop())

    def drain(self, box: Running) -> None:
        """Stop a box when it has finished, in the background."""
        self.follow(box, self.drained(box))

    def follow(self, box: Running, work: Coroutine[Any, Any, None]) -> None:
        """Keep a box known until it is gone."""
        task = self.tasks[box] = asyncio.create_task(work)

        def forget(done: asyncio.Task[None]) -> None:
            if self.tasks.get(box) is done:
                del self.tasks[box]

        task.add_done_callback(forget)

    async def drained(self, box: Running) -> None:
        """Wait until nobody needs the box any more, then stop it."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await asyncio.sleep(DRAIN_S)
        while self.is_busy(box.socket) and loop.time() < begun + LONGEST_DRAIN_S:  # noqa: ASYNC110 - a file says it
            await asyncio.sleep(LOOK_S)
        box.leaving = True
        await box.stop()

    def call_back(self, release_id: str) -> Running | None:
        """Return a box of a release that still runs, and do not stop it; None when there is none."""
        for box, task in self.tasks.items():
            if box.release_id == release_id and not box.leaving and box.exit_code() is None:
                del self.tasks[box]
                task.cancel()
                return box
        return None

    def take_all(self) -> list[Running]:
        """Return every box, each now left to the caller to stop."""
        boxes = list(self.tasks)
        for task in self.tasks.values():
            task.cancel()
        return boxes
