"""One reader of the live tail a process, any number of followers: what each gets is the stored log, only sooner.

A follower first takes stored rows, then what the tail brings. Whenever the two do not join (the tail is away, a
follower is slow, another owner took over) it goes back to the stored rows, so nothing is lost and nothing doubled.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Sequence
from contextlib import aclosing, suppress
from functools import partial
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from models.clock import now
from models.settings import settings
from services.events.asking import Asking, in_transaction
from services.events.batch import Batch, in_batches
from services.events.follower import Follower
from services.events.reader import Stored, read_behind, read_heads
from services.events.stream import STREAM, unpack
from services.events.view import END, REWIND, Cursor, EventView, parse_event

log = structlog.get_logger()

PAGE = 500
READS_AT_ONCE = 4
POLL_AWAY_S = 0.5  # how often stored rows are looked at while the tail is away
POLL_S = 2.0  # and while it is there: an event may have been stored and never shown
BLOCK_MS = 2_000
GAP_S = 0.1
CLOSE_S = 0.1
ROUNDS = 4  # of the event loop until every reader has written what it was given
LONGEST_PAUSE_S = 0.05


class EventHub:
    """The followers of this process. Its two tasks start with the first follower and end with `close`."""

    def __init__(self) -> None:
        self._followers: dict[str, set[Follower]] = {}
        self._shown: dict[str, int] = {}  # the last seq that this hub handed out, by execution
        self._tasks: list[asyncio.Task[None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tail_is_there = False
        self._position: bytes | str = "$"
        self._asking = Asking(READS_AT_ONCE)

    async def follow(
        self, execution_id: str, after_seq: int = 0, epoch: int = 0
    ) -> AsyncGenerator[EventView, None]:
        """Yield every event behind `after_seq`, as `follow_batches` does, one by one."""
        batches = self.follow_batches(execution_id, after_seq, epoch)
        async with aclosing(batches):
            async for batch in batches:
                for event in () if batch.passing else batch.events:
                    yield event

    async def follow_batches(
        self, execution_id: str, after_seq: int = 0, epoch: int = 0
    ) -> AsyncGenerator[Batch, None]:
        """Yield every event behind `after_seq`, stored ones first, then live ones, each exactly once and in order.

        Between them come states of kind `PARTIAL`, which are no events of the log: each replaces the one before.
        Ends with an event of kind `END` once the execution has ended. An event of kind `REWIND` says that events
        behind its `seq` were shown by an owner that died before storing them: forget those, others follow.
        """
        self._start()
        follower = Follower()
        self._followers.setdefault(execution_id, set()).add(follower)
        cursor, waits = Cursor(after_seq, epoch), 0
        try:
            while True:
                stored = await self._stored(execution_id, cursor)
                for batch in found_in(stored, cursor):
                    cursor, waits = batch.end, 0
                    yield batch
                if len(stored.batch) == PAGE:
                    continue
                self._shown[execution_id] = max(self._shown.get(execution_id, 0), cursor.seq)
                if stored.head.ended and stored.head.last_seq <= cursor.seq:
                    yield signal(END, cursor.seq)
                    return
                # What is missing is stored within a moment; when its owner has died, not before another takes over.
                await asyncio.sleep(min(GAP_S * waits, POLL_S))
                async for batch in self._live(follower, cursor):
                    if not batch.passing:
                        cursor, waits = batch.end, 0
                    yield batch
                waits += 1
        finally:
            self._leave(execution_id, follower)

    async def close(self) -> None:
        """End the hub's tasks."""
        waiting = set(self._tasks)
        while waiting:
            for task in waiting:
                task.cancel()
            # The client of Redis may take a cancel for itself, when an answer comes in the same moment: say it again.
            _, waiting = await asyncio.wait(waiting, timeout=CLOSE_S)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    async def _stored(self, execution_id: str, cursor: Cursor) -> Stored:
        """Return the stored rows behind `cursor`. All who stand there are answered by one reading."""
        question = partial(read_behind, execution_id=execution_id, cursor=cursor, limit=PAGE)
        return await self._asking.ask((execution_id, cursor), question)

    async def _live(self, follower: Follower, cursor: Cursor) -> AsyncIterator[Batch]:
        """Yield what the tail brings as long as it joins what the reader has."""
        while (batch := await follower.next()) is not None:
            if batch.passing:
                if batch.first == cursor.seq:
                    yield batch
                continue
            if batch.epoch > cursor.epoch > 0:
                if batch.base is None:  # a stored row: the stored log knows where its owner took over
                    return
                if cursor.seq > batch.base:
                    cursor = Cursor(batch.base)
                    yield signal(REWIND, batch.base)
            batch = batch.behind(cursor)
            if not batch.events:
                continue
            if batch.first > cursor.seq + 1:
                follower.put_back(batch)
                return
            cursor = batch.end
            yield batch
            if batch.ends:
                return

    def _start(self) -> None:
        """Start the tasks, once for the loop that runs."""
        loop = asyncio.get_running_loop()
        if self._loop is loop and all(not task.done() for task in self._tasks) and self._tasks:
            return
        self._loop, self._position, self._tail_is_there = loop, "$", False
        self._asking = Asking(READS_AT_ONCE)
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
            entries = [entry for _, entries in answer or () for entry in entries]
            if not entries:
                continue
            self._position = entries[-1][0]
            clock = asyncio.get_running_loop().time
            begun = clock()
            self._hand_out([fields for _, fields in entries])
            for _ in range(ROUNDS):
                await asyncio.sleep(0)
            # To write to many readers takes its time. As long again is left to others; what comes meanwhile is
            # written together.
            await asyncio.sleep(min(clock() - begun, LONGEST_PAUSE_S))

    def _hand_out(self, entries: Iterable[dict[bytes, bytes]]) -> None:
        """Give events to those who follow their executions."""
        said: dict[str, list[tuple[int | None, EventView]]] = {}
        partial: dict[str, EventView] = {}
        for fields in entries:
            execution_id = fields[b"x"].decode()
            if execution_id not in self._followers:
                continue
            if b"p" in fields:
                partial[execution_id] = parse_event(fields[b"p"].decode(), int(fields[b"e"]))
            else:
                _, base, event = unpack(fields)
                said.setdefault(execution_id, []).append((base, event))
        for execution_id, events in said.items():
            self._shown[execution_id] = events[-1][1].seq
            self._offer(execution_id, events)
        for execution_id, event in partial.items():
            self._offer(execution_id, [(None, event)])

    def _offer(self, execution_id: str, events: Sequence[tuple[int | None, EventView]]) -> None:
        for batch in in_batches(events):
            for follower in self._followers.get(execution_id, ()):
                follower.offer(batch)

    async def _poll(self) -> None:
        """Look for stored rows that were never shown, in one query for all executions that are followed."""
        while True:
            await asyncio.sleep(POLL_S if self._tail_is_there else POLL_AWAY_S)
            followed = list(self._followers)
            if not followed:
                continue
            try:
                heads = await asyncio.to_thread(in_transaction, partial(read_heads, execution_ids=followed))
            except DBAPIError as error:
                log.warning("events.poll_failed", error=str(error))
                continue
            for key, head in heads.items():
                if head.last_seq > self._shown.get(key, 0):
                    await self._hand_out_stored(key)

    async def _hand_out_stored(self, execution_id: str) -> None:
        """Read rows once for all who follow an execution."""
        after = Cursor(self._shown.get(execution_id, 0))
        rows = (await self._stored(execution_id, after)).batch.events
        if rows and execution_id in self._followers:
            self._shown[execution_id] = rows[-1].seq
            self._offer(execution_id, [(None, row) for row in rows])


def found_in(stored: Stored, cursor: Cursor) -> Iterator[Batch]:
    """Yield what a reader at `cursor` is told of what is stored."""
    if stored.start != cursor:
        yield signal(REWIND, stored.start.seq, stored.start.epoch)
    if stored.batch.events:
        yield stored.batch


def signal(kind: str, seq: int, epoch: int = 0) -> Batch:
    """Return a word about the log itself."""
    return Batch([EventView(seq, now(), "", kind, "info", "", {}, epoch)])
