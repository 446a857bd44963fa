"""The outline of a log: everything of it but its lines of output, so that a reader can place a million of those.

An event's `seq` is its line number, so any part of a log is found by its place alone, and a link to it never changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, literal
from sqlmodel import Session, col, select

from models.executions import Event
from services.events.reader import read_events, read_heads
from services.events.view import Cursor, EventView, view_of

LINE = "log.line"
MOST_MARKS = 5_000
SAMPLES = 256  # places whose time is told, so that a reader finds the line of a moment
# How far behind the start of a failed step's log its first error is looked for.
SEARCHED = 20_000
ERRORS = (
    r"^E\s{2,}\S|^(FAILED|ERROR)\s|Traceback \(most recent call last\)|\m[A-Z]\w*(Error|Exception)\M|"
    r"\m(fatal|panic|error)(\[\w+\])?:"
)


@dataclass(frozen=True, slots=True)
class Outline:
    """What a reader needs before any line. `marks` are the events that are no output, in order.

    `samples` are (seq, moment) of evenly spread events, the first and the last among them. `errors` are the first
    error lines of failed steps, by the `seq` of the event that says the step failed.
    """

    last_seq: int
    epoch: int
    ended: bool
    marks: list[EventView]
    samples: list[tuple[int, datetime]]
    errors: dict[int, EventView] = field(default_factory=dict)
    tail: list[EventView] = field(default_factory=list)

    @property
    def place(self) -> str:
        """Where to go on from, as `Last-Event-ID`."""
        return str(Cursor(self.last_seq, self.epoch))


def read_outline(session: Session, execution_id: str, tail: int = 0, *, why: bool = False) -> Outline:
    """Return the outline of what is stored of a log now, with its last `tail` events.

    With `why` also `errors`: finding those reads thousands of lines, so who opens a log asks for them afterwards.
    """
    # The head first: what comes in between is behind `place`, where the reader goes on.
    head = read_heads(session, [execution_id])[execution_id]
    marks = read_marks(session, execution_id, head.last_seq)
    samples = read_samples(session, execution_id, head.last_seq)
    return Outline(
        head.last_seq,
        epoch_at(session, execution_id, head.last_seq),
        head.ended,
        marks,
        samples,
        {mark.seq: found for mark, found in first_errors(session, execution_id, marks if why else [])},
        read_events(session, execution_id, max(0, head.last_seq - tail), tail) if tail else [],
    )


def read_marks(session: Session, execution_id: str, until: int) -> list[EventView]:
    """Return the events that are no line of output, up to `until`."""
    statement = (
        select(Event)
        .where(col(Event.execution_id) == execution_id, col(Event.seq) <= until, col(Event.kind) != LINE)
        .order_by(col(Event.seq))
        .limit(MOST_MARKS)
    )
    return [view_of(row) for row in session.scalars(statement)]


def read_samples(session: Session, execution_id: str, until: int) -> list[tuple[int, datetime]]:
    """Return when evenly spread events were written."""
    wanted = sample_places(until)
    statement = (
        select(Event.seq, Event.at)
        .where(col(Event.execution_id) == execution_id, col(Event.seq).in_(wanted))
        .order_by(col(Event.seq))
    )
    return [(seq, at) for seq, at in session.execute(statement)] if wanted else []


def sample_places(until: int, most: int = SAMPLES) -> list[int]:
    """Return at most `most` evenly spread numbers from 1 to `until`, both among them."""
    if until <= most:
        return list(range(1, until + 1))
    return [1 + round(number * (until - 1) / (most - 1)) for number in range(most)]


def epoch_at(session: Session, execution_id: str, seq: int) -> int:
    """Return the owner that wrote an event; 0 where there is none."""
    statement = select(Event.epoch).where(col(Event.execution_id) == execution_id, col(Event.seq) == seq)
    return session.scalar(statement) or 0


def first_errors(
    session: Session, execution_id: str, marks: Sequence[EventView]
) -> list[tuple[EventView, EventView]]:
    """Return each failed step's end with the first line of its output that tells of an error."""
    pairs = []
    started: dict[str, int] = {}
    for mark in marks:
        if mark.kind == "step.started":
            started[mark.span] = mark.seq
        elif mark.kind == "step.failed":
            first = max(started.get(mark.span, 0), mark.seq - SEARCHED)
            if found := first_error(session, execution_id, mark.span, first, mark.seq):
                pairs.append((mark, found))
    return pairs


def first_error(session: Session, execution_id: str, span: str, after: int, before: int) -> EventView | None:
    """Return the first line of a step's output that tells of an error, or None."""
    words = func.coalesce(col(Event.plain), col(Event.text))
    statement = (
        select(Event)
        .where(
            col(Event.execution_id) == execution_id,
            col(Event.seq) > after,
            col(Event.seq) < before,
            col(Event.kind) == LINE,
            col(Event.span) == span,
            (col(Event.level) == "error") | words.regexp_match(literal(ERRORS)),
        )
        .order_by(col(Event.seq))
        .limit(1)
    )
    row = session.scalars(statement).first()
    return view_of(row) if row else None
