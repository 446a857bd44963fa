"""Exact search in a whole log: every hit is counted, and each is one step from the next.

PostgreSQL reads the lines once; the hits stay here as numbers (4 bytes each), and a log that grows is read on from
where the last search ended.
"""

import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import ColumnElement, Integer, Text, cast, func, literal, text
from sqlalchemy.exc import DataError, OperationalError
from sqlmodel import Session, col, select

from models.errors import InvalidInput
from models.executions import Event
from services.events.outline import read_marks
from services.events.reader import last_seq

REGEX_MS = 5_000
KEPT = 16  # searches of this process; the largest log that is kept has 4 MB of hits
LONGEST = 500
SHOWN = cast(func.coalesce(col(Event.plain), col(Event.text)), Text)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. `span` and `level` narrow it to a step, and to lines of that weight."""

    words: str
    regex: bool = False
    case: bool = False
    span: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Where the hits are. `number` counts from 1; `seq` and the others are 0 when there is none.

    `seq` is the hit at or behind the place that was asked for, from the top again when none follows.
    `folds` has the hits of each part of the log, by the `seq` of the event that begins it.
    """

    count: int
    until: int
    seq: int = 0
    number: int = 0
    previous: int = 0
    next: int = 0
    folds: dict[int, int] = field(default_factory=dict)


Last = Callable[[Session, str], int]
Read = Callable[[Session, str, Query, int, int], Iterable[int]]


class Hits:
    """The hits of one query in one log, as far as it was read."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seqs: array[int] = array("I")
        self.until = 0


class Searches:
    """The searches that this process remembers, in logs of one kind: how long one is, and how its hits are read."""

    def __init__(self, last: Last, read: Read) -> None:
        self._last, self._read = last, read
        self._lock = threading.Lock()
        self._hits: OrderedDict[tuple[str, Query], Hits] = OrderedDict()

    def hits(self, session: Session, execution_id: str, query: Query) -> Hits:
        """Return every hit in what is stored now.

        Raises:
            InvalidInput: nothing to look for, no regular expression, or one that takes too long.
        """
        check(query)
        with self._lock:
            hits = self._hits.setdefault((execution_id, query), Hits())
            self._hits.move_to_end((execution_id, query))
            while len(self._hits) > KEPT:
                self._hits.popitem(last=False)
        with hits.lock:
            until = self._last(session, execution_id)
            if until < hits.until:  # the retention has removed the log
                hits.seqs, hits.until = array("I"), 0
            if until > hits.until:
                hits.seqs.extend(self._read(session, execution_id, query, hits.until, until))
                hits.until = until
            return hits


def search_log(session: Session, execution_id: str, query: Query, near: int = 1) -> Found:
    """Return how often something stands in a log, and the hit at or behind `near` with its neighbours.

    Raises:
        InvalidInput: nothing to look for, no regular expression, or one that takes too long.
    """
    hits = searches.hits(session, execution_id, query)
    starts = [mark.seq for mark in read_marks(session, execution_id, hits.until) if begins(mark.kind)]
    return found_near(hits.seqs, hits.until, near, starts)


def begins(kind: str) -> bool:
    """Whether an event begins a part of the log that can be folded."""
    return kind == "step.started"


def found_near(seqs: Sequence[int], until: int, near: int, starts: list[int]) -> Found:
    """Return the hit at or behind `near`, the first one when none follows."""
    count = len(seqs)
    if not count:
        return Found(0, until)
    at = bisect_left(seqs, near) % count
    return Found(
        count, until, seqs[at], at + 1, seqs[at - 1], seqs[(at + 1) % count], by_fold(seqs, starts, until)
    )


def by_fold(seqs: Sequence[int], starts: list[int], until: int) -> dict[int, int]:
    """Return the number of hits from each start to the next, without the empty ones."""
    counts = {
        first: bisect_left(seqs, last) - bisect_left(seqs, first)
        for first, last in pairwise([*starts, until + 1])
    }
    return {first: count for first, count in counts.items() if count}


def check(query: Query) -> None:
    """Refuse what cannot be looked for."""
    if not query.words or len(query.words) > LONGEST or "\x00" in query.words:
        raise InvalidInput(f"Type 1 to {LONGEST} characters to look for.", "bad_search")


def read_hits(session: Session, execution_id: str, query: Query, after: int, until: int) -> list[int]:
    """Return the places of all hits behind `after`, in order."""
    # Four bytes a hit in one value: a million rows would take longer than finding them.
    packed = func.string_agg(func.int4send(cast(col(Event.seq), Integer)), literal(b""))
    statement = select(packed).where(
        col(Event.execution_id) == execution_id,
        col(Event.seq) > after,
        col(Event.seq) <= until,
        says(query, SHOWN),
    )
    if query.span:
        statement = statement.where(col(Event.span) == query.span)
    if query.level:
        statement = statement.where(col(Event.level) == query.level)
    with within_limits(session, query):
        found = array("I", bytes(session.scalar(statement) or b""))
    found.byteswap()  # PostgreSQL sends numbers with the high byte first
    return sorted(found)


@contextmanager
def within_limits(session: Session, query: Query) -> Iterator[None]:
    """Let PostgreSQL look for something, and say as a sentence why it could not."""
    try:
        with session.begin_nested():
            if query.regex:
                session.execute(text(f"SET LOCAL statement_timeout = {REGEX_MS}"))
            yield
    except DataError:
        raise InvalidInput("This is no regular expression. Check its brackets.", "bad_regex") from None
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", "") != "57014":
            raise
        words = f"Looking for this took longer than {REGEX_MS // 1000} s. Look for plain words instead."
        raise InvalidInput(words, "search_too_slow") from None


def says(query: Query, shown: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that a line, as people see it, has what is looked for."""
    if query.regex:
        return shown.regexp_match(query.words, flags=None if query.case else "i")
    if query.case:
        return func.strpos(shown, query.words) > 0
    return func.strpos(func.lower(shown), query.words.lower()) > 0


searches = Searches(last_seq, read_hits)
