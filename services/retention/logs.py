"""Events of executions that ended long ago."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, insert, or_, text
from sqlmodel import Session, col, select

from models.clock import now
from models.executions import ENDED, Event, Execution, real
from models.provenance import LogEnd
from models.settings import settings
from services.events.chain import START, ChainEnd, chained
from services.events.reader import chain_end
from services.events.rows import row_of
from services.events.view import EventView
from services.retention.candidates import Candidate, Outcome

CHUNK = 5_000


def cutoff() -> datetime:
    """Return the end before which an execution's events go."""
    return now() - timedelta(days=settings().keep_logs_days)


def due() -> Any:
    """Return the condition that the time of an execution's events is over. A retry makes new ones: they count anew."""
    cleaned = col(Execution.log_cleaned_at)
    return (
        real()
        & col(Execution.state).in_(ENDED)
        & (col(Execution.finished_at) < cutoff())
        & or_(cleaned.is_(None), cleaned < col(Execution.finished_at))
    )


def find(session: Session) -> list[Candidate]:
    """Return the executions whose events go, with what those take."""
    size = func.coalesce(func.sum(func.pg_column_size(text("events.*"))), 0)
    statement = (
        select(col(Execution.id), size, func.count(col(Event.seq)))
        .join(Event, col(Event.execution_id) == col(Execution.id), isouter=True)
        .where(due())
        .group_by(col(Execution.id))
        .order_by(col(Execution.id))
    )
    return [Candidate(row[0], int(row[1]), row[2]) for row in session.execute(statement)]


def remove(session: Session, execution_id: str) -> Outcome:
    """Remove the last events of an execution, and with the first ones leave a line that says so.

    From the end, so that what is left has no gap wherever this is ended.
    """
    locked = select(Execution).where(col(Execution.id) == execution_id, due())
    row = session.scalars(locked.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return Outcome.KEPT
    last = chain_end(session, execution_id)
    ended = remembered_end(session, row, last)
    first_of_chunk = max(1, last.seq - CHUNK + 1)
    session.execute(
        delete(Event).where(col(Event.execution_id) == execution_id, col(Event.seq) >= first_of_chunk)
    )
    if first_of_chunk > 1:
        return Outcome.MORE
    if last.seq:
        ended.start_hash = ended.end_hash
        say_why(session, row, ChainEnd(0, ended.end_hash or START))
    row.log_cleaned_at = now()
    session.flush()
    return Outcome.REMOVED


def remembered_end(session: Session, execution: Execution, last: ChainEnd) -> LogEnd:
    """Keep how the log ended before anything of it is removed, so that what is left can still be verified."""
    row = session.get(LogEnd, execution.id)
    if row is None:
        row = LogEnd(execution_id=execution.id, team_id=execution.team_id, end_seq=last.seq)
        session.add(row)
    elif row.finished_at == execution.finished_at:
        return row  # a removal that was begun before
    row.finished_at = execution.finished_at
    row.end_seq, row.end_hash = last.seq, last.hash if last.hash != START else None
    return row


def say_why(session: Session, execution: Execution, end: ChainEnd) -> None:
    """Leave one event, which tells the reader of the log why it is empty. It follows the last that was removed."""
    words = f"This log was removed: logs are kept for {settings().keep_logs_days} days after the end."
    event = EventView(1, now(), "", "log.line", "note", words, {}, execution.epoch)
    ((_, link),) = chained(execution.id, end, [event])
    session.execute(insert(Event), [row_of(event, execution.id, execution.team_id, link.hash)])
