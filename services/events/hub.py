"""One reader of the live tail a process, any number of followers: what each gets is the stored log, only sooner.

A follower first takes stored rows, then what the tail brings. Whenever the two do not join (the tail is away, a
follower is slow, another owner took over) it goes back to the stored rows, so nothing is lost and nothing doubled.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models.clock import now
from models.db import transaction
from models.settings import settings
from services.events.reader import Head, read_events, read_heads, rewound
from services.events.stream import STREAM, unpack
from services.events.view import END, REWIND, TERMINAL, Cursor, EventView

log = structlog.get_logger()
T = TypeVar("T")

QUEUED_EVENTS = 1_000  # a follower that is further behind takes stored rows instead
PAGE = 500
READS_AT_ONCE = 4
POLL_AWAY_S = 0.5  # how often stored rows are looked at while the tail is away
POLL_S = 2.0  # and while it is there: an event may have been stored and never shown
BLOCK_MS = 2_000
GAP_S = 0.1


class Follower:
    """What one reader still has to take of the live tail. Past its length the reader takes stored rows instead."""

    def __init__(self) -> None:
        self._items: deque[tuple[int | None, EventView]] = deque()
        self._behind = False
        self._changed = asyncio.Event()

    def offer(self, base: int | None, event: EventView) -> None:
        """Hand over one event, or note that the reader misses one."""
        if len(self._items) < QUEUED_EVENTS:
            self._items.append((base, event))
        else:
            self._behind = True
        self._changed.set()

    def wake(self) -> None:
        """Have the reader look at the stored rows."""
        self._behind = True
        self._changed.set()

    def put_back(self, base: int | None, event: EventView) -> None:
        """Keep an event for later: what comes before it is not here yet."""
        self._items.appendleft((base, event))

    async def next(self) -> tuple[int | None, EventView] | None:
        """Return the next event with its base, or None when stored rows are to be read."""
        while not self._items:
            if self._behind:
                self._behind = False
                return None
            self._changed.clear()
            await self._changed.wait()
        return self._items.popleft()


class EventHub:
    """The followers of this process. Its two tasks start with the first follower and end with `close`."""

    def __init__(self) -> None:
        self._followers: dict[str, set[Follower]] = {}
        self._shown: dict[str, int] = {}  # the last seq that this hub handed out, by execution
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tail_is_there = False
        self._position: bytes | str = "$"
        # Reads wait for each other here rather than in the database's pool, which pages need as well.
        self._reads = asyncio.Semaphore(READS_AT_ONCE)

    async def follow(
        self, execution_id: str, after_seq: int = 0, epoch: int = 0
    ) -> AsyncGenerator[EventView, None]:
        """Yield every event behind `after_seq`, stored ones first, then live ones, each exactly once and in order.

        Ends with an event of kind `END` once the execution has ended. An event of kind `REWIND` says that events
        behind its `seq` were shown by an owner that died before storing them: forget those, others follow.
        """
        self._start()
        follower = Follower()
        self._followers.setdefault(execution_id, set()).add(follower)
        cursor, waits = Cursor(after_seq, epoch), 0
        try:
            while True:
                async for event in self._stored(execution_id, cursor):
                    cursor, waits = moved(cursor, event), 0
                    yield event
                if await self._ended(execution_id, cursor):
                    yield signal(END, cursor.seq)
                    return
                # What is missing is stored within a moment; when its owner has died, not before another takes over.
                await asyncio.sleep(min(GAP_S * waits, POLL_S))
                async for event in self._live(follower, cursor):
                    cursor, waits = moved(cursor, event), 0
                    yield event
                waits += 1
        finally:
            self._leave(execution_id, follower)

    async def close(self) -> None:
        """End the hub's tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _stored(self, execution_id: str, cursor: Cursor) -> AsyncIterator[EventView]:
        """Yield the stored rows behind `cursor`, after a rewind if the reader saw what was never stored."""
        start = await self._read(lambda session: rewound(session, execution_id, cursor))
        if start != cursor:
            yield signal(REWIND, start.seq, start.epoch)
        seq = start.seq
        while True:
            stored = partial(read_events, execution_id=execution_id, after_seq=seq, limit=PAGE)
            rows = await self._read(stored)
            for row in rows:
                yield row
            if len(rows) < PAGE:
                return
            seq = rows[-1].seq

    async def _live(self, follower: Follower, cursor: Cursor) -> AsyncIterator[EventView]:
        """Yield what the tail brings as long as it joins what the reader has."""
        while (item := await follower.next()) is not None:
            base, event = item
            if event.epoch > cursor.epoch > 0:
                if base is None:  # a stored row: the stored log knows where its owner took over
                    return
                if cursor.seq > base:
                    cursor = Cursor(base)
                    yield signal(REWIND, base)
            if event.seq <= cursor.seq or event.epoch < cursor.epoch:
                continue
            if event.seq > cursor.seq + 1:
                follower.put_back(base, event)
                return
            cursor = moved(cursor, event)
            yield event
            if event.kind in TERMINAL:
                return

    async def _ended(self, execution_id: str, cursor: Cursor) -> bool:
        heads = await self._read(lambda session: read_heads(session, [execution_id]))
        head = heads.get(execution_id, Head(0, True))
        self._shown[execution_id] = max(self._shown.get(execution_id, 0), cursor.seq)
        return head.ended and head.last_seq <= cursor.seq

    async def _read(self, ask: Callable[[Session], T]) -> T:
        """Ask the database in a thread, a few at a time."""

        def in_thread() -> T:
            with transaction() as session:
                return ask(session)

        async with self._reads:
            return await asyncio.to_thread(in_thread)

    def _start(self) -> None:
        """Start the tasks, once for the loop that runs."""
        loop = asyncio.get_running_loop()
        if self._loop is loop and all(not task.done() for task in self._tasks) and self._tasks:
            return
        self._loop, self._position, self._tail_is_there = loop, "$", False
        self._reads = asyncio.Semaphore(READS_AT_ONCE)
        self._tasks = [loop.create_task(self._read_tail()), loop.create_task(self._poll())]

    def _leave(self, execution_id: str, follower: Follower) -> None:
        others = self._followers.get(execution_id, set())
        others.discard(follower)
        if not others:
            self._followers.pop(execution_id, None)
            self._shown.pop(execution_id, None)

    def _wake(self, execution_ids: Iterable[str]) -> None:
        for execution_id in execution_ids:
            for follower in self._followers.get(execution_id, ()):
                follower.wake()

    async def _read_tail(self) -> None:
        """Hand the tail's entries to whom they concern. While it is away the poll takes its place."""
        while True:
            redis = Redis.from_url(settings().redis_url, socket_connect_timeout=2, socket_timeout=10)
            try:
                await self._read_entries(redis)
            except (RedisError, OSError) as error:
                if self._tail_is_there:
                    log.warning("events.tail_away", error=str(error))
                self._tail_is_there = False
                await asyncio.sleep(POLL_AWAY_S)
            finally:
                with suppress(RedisError, OSError):
                    await redis.aclose()

    async def _read_entries(self, redis: Redis) -> None:
        if self._position == "$":
            # A fixed place, not "$" again and again: nothing may slip between two reads.
            newest: Any = await redis.xrevrange(STREAM, count=1)
            self._position = newest[0][0] if newest else "0-0"
        self._tail_is_there = True
        # What was shown while this process was not reading has been stored since.
        self._wake(list(self._followers))
        while True:
            answer: Any = await redis.xread({STREAM: self._position}, count=PAGE, block=BLOCK_MS)
            for _, entries in answer or ():
                for entry_id, fields in entries:
                    self._position = entry_id
                    self._hand_out(fields)

    def _hand_out(self, fields: dict[bytes, bytes]) -> None:
        followers = self._followers.get(fields[b"x"].decode())
        if not followers:
            return
        execution_id, base, event = unpack(fields)
        self._shown[execution_id] = event.seq
        for follower in followers:
            follower.offer(base, event)

    async def _poll(self) -> None:
        """Look for stored rows that were never shown, in one query for all executions that are followed."""
        while True:
            await asyncio.sleep(POLL_S if self._tail_is_there else POLL_AWAY_S)
            followed = list(self._followers)
            if not followed:
                continue
            try:
                heads = await self._read(partial(read_heads, execution_ids=followed))
            except DBAPIError as error:
                log.warning("events.poll_failed", error=str(error))
                continue
            for key, head in heads.items():
                if head.last_seq > self._shown.get(key, 0):
                    await self._hand_out_stored(key)

    async def _hand_out_stored(self, execution_id: str) -> None:
        """Read rows once for all who follow an execution."""
        after = self._shown.get(execution_id, 0)
        rows = await self._read(lambda session: read_events(session, execution_id, after, PAGE))
        for row in rows:
            self._shown[execution_id] = row.seq
            for follower in self._followers.get(execution_id, ()):
                follower.offer(None, row)


def signal(kind: str, seq: int, epoch: int = 0) -> EventView:
    """Return a word about the log itself."""
    return EventView(seq, now(), "", kind, "info", "", {}, epoch)


def moved(cursor: Cursor, event: EventView) -> Cursor:
    """Return where a reader stands after an event."""
    return Cursor(event.seq, event.epoch)
