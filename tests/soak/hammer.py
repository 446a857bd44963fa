"""Visitors: a few connections that ask apps without a pause and count what was not answered well."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence

import aiohttp

TIMEOUT_S = 30.0


class Hammer:
    """Asks random slugs through the door, in a thread with a loop of its own, until it is stopped."""

    def __init__(
        self, port: int, slugs: Sequence[str], seed: int, connections: int = 8, pause_s: float = 0.0
    ) -> None:
        self.port, self.slugs, self.seed, self.connections = port, list(slugs), seed, connections
        self.pause_s = pause_s
        self.asked, self.failures = 0, Counter[str]()
        self.longest_s = 0.0
        self.done = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)

    def __enter__(self) -> "Hammer":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.thread.join(TIMEOUT_S)

    async def run(self) -> None:
        """Let every connection ask."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as client:
            await asyncio.gather(
                *(self.visit(client, random.Random(self.seed + n)) for n in range(self.connections))
            )

    async def visit(self, client: aiohttp.ClientSession, chance: random.Random) -> None:
        """Ask one after the other."""
        loop = asyncio.get_running_loop()
        while not self.done.is_set():
            slug = chance.choice(self.slugs)
            begun = loop.time()
            try:
                async with client.get(
                    f"http://127.0.0.1:{self.port}/", headers={"Host": f"{slug}.localhost"}
                ) as answer:
                    await answer.read()
                    outcome = "" if answer.status == 200 else str(answer.status)
            except (aiohttp.ClientError, TimeoutError) as error:
                outcome = type(error).__name__
            self.asked += 1
            self.longest_s = max(self.longest_s, loop.time() - begun)
            if outcome:
                self.failures[outcome] += 1
            await asyncio.sleep(self.pause_s)

    @property
    def failed(self) -> int:
        """How many were not answered with 200."""
        return sum(self.failures.values())

    def wait_for(self, asked: int, over: Callable[[], bool]) -> None:
        """Wait until so many were asked, or there is no time left."""
        while self.asked < asked and not over():
            self.done.wait(0.1)
