"""Questions to the database that many readers have at the same time: asked once, a few at a time, in threads."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlmodel import Session

from models.db import transaction

T = TypeVar("T")


class Asking:
    """Shares answers among those who asked before the question was put: an answer is never older than its asking.

    Readers wait for each other here rather than in the database's pool, which pages need as well.
    """

    def __init__(self, at_once: int) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._next: dict[Hashable, asyncio.Task[Any]] = {}  # not put yet: whoever comes waits for the same
        self._put: dict[Hashable, asyncio.Task[Any]] = {}

    async def ask(self, key: Hashable, question: Callable[[Session], T]) -> T:
        """Return the answer to the question that `key` stands for."""
        task = self._next.get(key)
        if task is None:
            task = self._next[key] = asyncio.create_task(self._answer(key, question))
        # A reader who leaves must not take the answer from the others.
        found: T = await asyncio.shield(task)
        return found

    async def _answer(self, key: Hashable, question: Callable[[Session], T]) -> T:
        try:
            if before := self._put.get(key):
                await asyncio.wait([before])
            async with self._places:
                self._put[key] = self._next.pop(key)
                return await asyncio.to_thread(in_transaction, question)
        finally:
            # Cancelled before it was put, or done: either way nobody may wait for it any more.
            me = asyncio.current_task()
            for tasks in (self._next, self._put):
                if tasks.get(key) is me:
                    del tasks[key]


def in_transaction(question: Callable[[Session], T]) -> T:
    """Ask in a transaction of its own."""
    with transaction() as session:
        return question(session)
