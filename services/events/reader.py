"""Reads stored events: the log is what PostgreSQL has, everything else is only sooner."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, true
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.executions import ENDED, Event, Execution
from services.events.batch import Batch
from services.events.chain import START, ChainEnd
from services.events.view import Cursor, EventView

MOST = 1_000
# What a view is made of, in its order: whole rows with their ids would take three times as long.
COLUMNS = (
    col(Event.seq),
    col(Event.at),
    col(Event.span),
    col(Event.kind),
    col(Event.level),
    col(Event.text),
    col(Event.data),
    col(Event.epoch),
)


@dataclass(frozen=True, slots=True)
class Head:
    """How far the stored log of an execution goes, and whether more can come."""

    last_seq: int
    ended: bool


def read_events(session: Session, execution_id: str, after_seq: int = 0, limit: int = 500) -> list[EventView]:
    """Return up to `limit` stored events with a higher `seq`, in order."""
    statement = (
        select_columns(*COLUMNS)
        .where(col(Event.execution_id) == execution_id, col(Event.seq) > after_seq)
        .order_by(col(Event.seq))
        .limit(max(1, min(limit, MOST)))
    )
    return [EventView(*row) for row in session.execute(statement)]


def read_heads(session: Session, execution_ids: Sequence[str]) -> dict[str, Head]:
    """Return the head of each log in one query."""
    last = select(func.max(Event.seq)).where(col(Event.execution_id) == col(Execution.id)).scalar_subquery()
    statement = select(col(Execution.id), col(Execution.state), last).where(
        col(Execution.id).in_(execution_ids)
    )
    return {row[0]: Head(row[2] or 0, row[1] in ENDED) for row in session.execute(statement)}


def last_seq(session: Session, execution_id: str) -> int:
    """Return the highest stored `seq`, 0 before the first event."""
    return session.scalar(select(func.max(Event.seq)).where(col(Event.execution_id) == execution_id)) or 0


def chain_end(session: Session, execution_id: str) -> ChainEnd:
    """Return where the stored log of an execution ends."""
    return chain_ends(session, [execution_id]).get(execution_id, ChainEnd())


def chain_ends(session: Session, execution_ids: Sequence[str]) -> dict[str, ChainEnd]:
    """Return where each stored log ends, in one query that reads one event of each."""
    last = (
        select(col(Event.seq), col(Event.chain_hash))
        .where(col(Event.execution_id) == col(Execution.id))
        .order_by(col(Event.seq).desc())
        .limit(1)
        .lateral("last")
    )
    statement = select(col(Execution.id), last.c.seq, last.c.chain_hash).join(last, true())
    rows = session.execute(statement.where(col(Execution.id).in_(execution_ids)))
    return {row[0]: ChainEnd(row[1], row[2] or START) for row in rows}


def rewound(session: Session, execution_id: str, cursor: Cursor) -> Cursor:
    """Return where a reader who stands at `cursor` must go on.

    That is the cursor itself, unless another owner has taken over since and the reader saw events that the one
    before never stored: then it is the last event before the takeover.
    """
    if cursor.seq == 0 or cursor.epoch == 0:
        return cursor
    taken_over_at = session.scalar(
        select(func.min(Event.seq)).where(
            col(Event.execution_id) == execution_id,
            col(Event.seq) <= cursor.seq,
            col(Event.epoch) > cursor.epoch,
        )
    )
    if taken_over_at is None:
        return cursor
    before = select(Event.epoch).where(
        col(Event.execution_id) == execution_id, col(Event.seq) == taken_over_at - 1
    )
    return Cursor(taken_over_at - 1, session.scalar(before) or 0)


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored behind a reader's place: where it must go on (`start`), some rows, and how far the log goes."""

    start: Cursor
    batch: Batch
    head: Head


def read_behind(session: Session, execution_id: str, cursor: Cursor, limit: int) -> Stored:
    """Return the next stored rows for a reader at `cursor`.

    The head is read last. Were it first, an execution that is retried in between would be taken for ended.
    """
    start = rewound(session, execution_id, cursor)
    rows = read_events(session, execution_id, start.seq, limit)
    heads = read_heads(session, [execution_id])
    return Stored(start, Batch(rows), heads.get(execution_id, Head(0, True)))
