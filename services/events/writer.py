"""The owner's pen: numbers events, shows them at once, stores them in batches, and both in the same order."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import structlog
from redis import RedisError
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from models.clock import now
from models.executions import Event
from services.events.chain import ChainEnd, chained
from services.events.reader import chain_end
from services.events.rows import row_of
from services.events.stream import push, push_partial, tail
from services.events.view import PARTIAL, EventView
from services.redaction import presentable, presentable_line, tidy

log = structlog.get_logger()

BATCH_ROWS = 100
BATCH_S = 0.2
RETRY_S = 1.0
MOST_LINES = 1_000_000  # of one step
# A step that says more than can be stored waits for the database, rather than filling this process's memory.
MOST_UNSAVED, PATIENCE_S = 5_000, 1.0
OPEN_S = 0.2  # how often the state of a line that has no end yet is shown
STEP_ENDS = frozenset({"step.finished", "step.failed"})

Seal = Callable[[Session, ChainEnd], None]


class EventWriter:
    """Writes the events of one execution for the one owner that holds its lease.

    `open_transaction` opens a transaction that has passed the fence, or raises. The writer's own thread stores log
    lines through it, and so does `transaction()`, which stores what is pending, then what the step changes, in one
    commit. Used as a context manager: leaving it stores and shows what is left.
    """

    def __init__(
        self,
        execution_id: str,
        team_id: str,
        epoch: int,
        base: int,
        open_transaction: Callable[[], AbstractContextManager[Session]],
    ) -> None:
        self.execution_id, self.team_id, self.epoch, self.base = execution_id, team_id, epoch, base
        self._open = open_transaction
        self._seq = base
        self._changed = threading.Condition()
        self._unsaved: list[EventView] = []
        self._unshown: list[EventView] = []
        self._open_line: tuple[str, str] | None = None  # step and newest state of a line without an end
        self._opened_at = 0.0
        self._lines: dict[str, int] = {}
        self._saving = threading.RLock()  # one commit at a time, or a reader could see seq 8 before 7
        self._held_from: int | None = None  # what a transaction says is shown after its commit
        self._held_by = 0
        self._stated: set[int] = set()
        self._end: ChainEnd | None = None  # of what is stored, known from the first batch on
        self._sealing: Seal | None = None
        self._closing = False
        self._muted_until = self._retry_at = 0.0
        self._thread = threading.Thread(target=self._pump, name="events", daemon=True)

    def __enter__(self) -> "EventWriter":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout=5)

    def line(self, span: str, text: str) -> None:
        """Add one line of a step's output. The rest of an endless output is not kept, and the log says so."""
        self._wait_for_room()
        count = self._lines[span] = self._lines.get(span, 0) + 1
        if count < MOST_LINES:
            self.say("log.line", text, span=span)
        elif count == MOST_LINES:
            self.say(
                "log.line",
                f"More than {MOST_LINES:,} lines: the rest is not kept.",
                span=span,
                level="warning",
            )

    def open_line(self, span: str, text: str) -> None:
        """Show the newest state of a line that has no end yet. It is no event: it is not stored, and may be lost."""
        with self._changed:
            self._open_line = (span, text)
            self._changed.notify_all()

    def say(
        self,
        kind: str,
        text: str = "",
        *,
        span: str = "",
        level: str = "info",
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an event, without secrets and unseen characters. A line of output keeps its colours."""
        if kind in STEP_ENDS and (cut := self._lines.pop(span, 0) - MOST_LINES + 1) > 0:
            self.say("log.line", f"{cut:,} lines were not kept.", span=span, level="warning")
        clean = presentable_line(text) if kind == "log.line" else presentable(text)
        with self._changed:
            self._seq += 1
            event = EventView(self._seq, now(), span, kind, level, clean, tidy(dict(data or {})), self.epoch)
            self._unsaved.append(event)
            self._unshown.append(event)
            self._open_line = None
            if self._held_by == threading.get_ident():
                self._stated.add(event.seq)
            self._changed.notify_all()

    def _wait_for_room(self) -> None:
        """Wait until what is pending is stored, but not for ever, and not for a commit that this thread has to make."""
        with self._changed:
            if len(self._unsaved) >= MOST_UNSAVED and self._held_by != threading.get_ident():
                self._changed.wait_for(
                    lambda: len(self._unsaved) < MOST_UNSAVED or not self._thread.is_alive(), PATIENCE_S
                )

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a fenced transaction that also stores every pending event.

        What is said inside is shown after the commit, and forgotten when there is none.
        """
        with self._saving:
            with self._changed:
                self._held_from, self._held_by = self._seq + 1, threading.get_ident()
            rows: list[EventView] = []
            try:
                with self._open() as session:
                    yield session
                    with self._changed:
                        rows = list(self._unsaved)
                    end = self._insert(session, rows)
                    if self._sealing is not None:
                        self._sealing(session, end)
            except BaseException:
                self._forget_stated()
                raise
            finally:
                with self._changed:
                    self._held_from, self._held_by, self._sealing = None, 0, None
                    self._stated.clear()
                    self._changed.notify_all()
            self._end = end
            with self._changed:
                del self._unsaved[: len(rows)]
                self._changed.notify_all()

    def seal(self, seal: Seal) -> None:
        """Have `seal` called with the end of the log, just before the commit of the transaction that is open."""
        self._sealing = seal

    def _insert(self, session: Session, events: list[EventView]) -> ChainEnd:
        """Store events, chained to what is stored before them, and return where the log ends then."""
        end = self._end or chain_end(session, self.execution_id)
        rows = []
        for event, at in chained(self.execution_id, end, events):
            rows.append(row_of(event, self.execution_id, self.team_id, at.hash))
            end = at
        if rows:
            session.execute(insert(Event), rows)
        return end

    def _forget_stated(self) -> None:
        """Take back what a failed transaction said. Nothing from `_held_from` on was stored or shown."""
        with self._changed:
            first = self._held_from or 0
            before = [event for event in self._unsaved if event.seq < first]
            kept = [event for event in self._unsaved if event.seq >= first and event.seq not in self._stated]
            renumbered = [replace(event, seq=first + index) for index, event in enumerate(kept)]
            self._unsaved = before + renumbered
            self._unshown = [event for event in self._unshown if event.seq < first] + renumbered
            self._seq = first + len(renumbered) - 1

    def _pump(self) -> None:
        """Show events as they come; store them when a batch is full or old. Ends when fenced."""
        saved_at = time.monotonic()
        while True:
            with self._changed:
                # What wakes this thread may also bring the next moment nearer, so that is reckoned anew each time.
                while not (self._showable() or self._open_due() or self._closing):
                    if not self._changed.wait(self._pause(saved_at)):
                        break
                closing, events, partial = self._closing, self._take_showable(), self._take_open()
            self._show(events)
            self._show_partial(partial)
            if closing or self._due(saved_at):
                if not self._save():
                    return
                saved_at = time.monotonic()
            if closing:
                return

    def _showable(self) -> bool:
        return bool(self._unshown) and (self._held_from is None or self._unshown[0].seq < self._held_from)

    def _take_showable(self) -> list[EventView]:
        until = self._held_from
        events = [event for event in self._unshown if until is None or event.seq < until]
        del self._unshown[: len(events)]
        return events

    def _open_due(self) -> bool:
        waits = self._open_line is not None and not self._unshown
        return waits and time.monotonic() - self._opened_at >= OPEN_S

    def _take_open(self) -> EventView | None:
        """Return the state that is to be shown now, behind the last event that was; None before its time."""
        if self._open_line is None or not self._open_due():
            return None
        (span, text), self._open_line, self._opened_at = self._open_line, None, time.monotonic()
        return EventView(self._seq, now(), span, PARTIAL, "info", presentable_line(text), {}, self.epoch)

    def _pause(self, saved_at: float) -> float | None:
        moments = [self._opened_at + OPEN_S] if self._open_line is not None else []
        if self._unsaved:
            moments.append(max(saved_at + BATCH_S, self._retry_at))
        return max(0.01, min(moments) - time.monotonic()) if moments else None

    def _due(self, saved_at: float) -> bool:
        moment = time.monotonic()
        if not self._unsaved or moment < self._retry_at:
            return False
        return len(self._unsaved) >= BATCH_ROWS or moment - saved_at >= BATCH_S

    def _save(self) -> bool:
        """Store what is pending. False when another owner has taken over, so that nothing here counts any more."""
        try:
            with self.transaction():
                pass
        except OperationalError as error:
            # PostgreSQL is away. The rows wait; when it stays away the lease runs out and another owner goes on.
            log.warning("events.save_failed", execution_id=self.execution_id, error=str(error.orig))
            self._retry_at = time.monotonic() + RETRY_S
        except Exception as error:
            log.info("events.writer_ended", execution_id=self.execution_id, error=str(error))
            return False
        return True

    def _show(self, events: list[EventView]) -> None:
        """Append to the live tail. When it is away readers take the stored rows instead."""
        if events:
            self._push(lambda: push(tail(), self.execution_id, self.base, events))

    def _show_partial(self, partial: EventView | None) -> None:
        if partial is not None:
            self._push(lambda: push_partial(tail(), self.execution_id, partial))

    def _push(self, action: Callable[[], None]) -> None:
        if time.monotonic() < self._muted_until:
            return
        try:
            action()
        except RedisError as error:
            self._muted_until = time.monotonic() + RETRY_S
            log.warning("events.tail_away", execution_id=self.execution_id, error=str(error))
