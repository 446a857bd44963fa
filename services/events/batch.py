"""Events that follow each other: handed to any number of readers, and made into what they read only once."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from services.events.view import PARTIAL, TERMINAL, Cursor, EventView

T = TypeVar("T")


class Batch:
    """Some events in order. `base` is None for stored ones; else what their owner found stored when it took over.

    A batch of the live tail has no gap and one owner, so a reader who stands before its first event takes it whole.
    """

    __slots__ = ("_made", "base", "events")

    def __init__(self, events: Sequence[EventView], base: int | None = None) -> None:
        self.events, self.base = events, base
        self._made: dict[str, Any] = {}

    def __len__(self) -> int:
        return len(self.events)

    @property
    def first(self) -> int:
        """The number of its first event."""
        return self.events[0].seq

    @property
    def epoch(self) -> int:
        """The owner of its last event."""
        return self.events[-1].epoch

    @property
    def end(self) -> Cursor:
        """Where a reader stands behind it."""
        return Cursor(self.events[-1].seq, self.epoch)

    @property
    def passing(self) -> bool:
        """Whether it is a state that the next one replaces, and no event of the log."""
        return self.events[-1].kind == PARTIAL

    @property
    def ends(self) -> bool:
        """Whether it has the end of an execution."""
        return any(event.kind in TERMINAL for event in self.events)

    def behind(self, cursor: Cursor) -> "Batch":
        """Return what a reader at `cursor` does not have: all of it, the same object, in the usual case."""
        if self.first > cursor.seq and self.epoch >= cursor.epoch:
            return self
        kept = [event for event in self.events if event.seq > cursor.seq and event.epoch >= cursor.epoch]
        return Batch(kept, self.base)

    def made(self, name: str, make: Callable[["Batch"], T]) -> T:
        """Return what `make` makes of it, made once for all who ask for it by this name."""
        if name not in self._made:
            self._made[name] = make(self)
        found: T = self._made[name]
        return found


def in_batches(events: Sequence[tuple[int | None, EventView]]) -> Iterator[Batch]:
    """Yield events with their bases as batches, each without a gap and of one owner."""
    gathered: list[EventView] = []
    of_base: int | None = None
    for base, event in events:
        last = gathered[-1] if gathered else None
        if last and (base, event.seq, event.epoch) != (of_base, last.seq + 1, last.epoch):
            yield Batch(gathered, of_base)
            gathered = []
        of_base = base
        gathered.append(event)
    if gathered:
        yield Batch(gathered, of_base)
