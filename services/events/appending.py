"""Adds to the log of an execution that nobody owns: the transaction that holds its row is the only one who writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis import RedisError
from sqlalchemy import insert
from sqlmodel import Session

from models.clock import now
from models.db import after_commit
from models.executions import Event, Execution
from services.events.chain import ChainEnd, chained
from services.events.reader import chain_end, chain_ends
from services.events.rows import row_of
from services.events.stream import push, tail
from services.events.view import EventView
from services.redaction import presentable, tidy

log = structlog.get_logger()


def append_events(
    session: Session, executions: Sequence[Execution], kind: str, text: str = "", level: str = "info"
) -> dict[str, ChainEnd]:
    """Add one event to each of some executions that have no owner, in the transaction that holds their rows.

    Returns where their logs end then.
    """
    if not executions:
        return {}
    ends = chain_ends(session, [row.id for row in executions])
    events, rows = [], []
    for row in executions:
        before = ends.get(row.id, ChainEnd())
        event = EventView(before.seq + 1, now(), "", kind, level, text, {}, row.epoch)
        ((_, ends[row.id]),) = chained(row.id, before, [event])
        events.append((row.id, event))
        rows.append(row_of(event, row.id, row.team_id, ends[row.id].hash))
    session.execute(insert(Event), rows)
    after_commit(session, lambda: show(events))
    return ends


@dataclass(frozen=True, slots=True)
class Said:
    """An event without its place in the log."""

    kind: str
    text: str
    span: str = ""
    level: str = "info"
    data: Mapping[str, Any] = field(default_factory=dict)


def append_all(session: Session, execution: Execution, said: Sequence[Said]) -> None:
    """Add events to an execution that has no owner, in the transaction that holds its row."""
    before = chain_end(session, execution.id)
    moment = now()
    events = [
        EventView(
            before.seq + number,
            moment,
            one.span,
            one.kind,
            one.level,
            presentable(one.text),
            tidy(dict(one.data)),
            execution.epoch,
        )
        for number, one in enumerate(said, 1)
    ]
    rows = [
        row_of(event, execution.id, execution.team_id, end.hash)
        for event, end in chained(execution.id, before, events)
    ]
    session.execute(insert(Event), rows)
    after_commit(session, lambda: show([(execution.id, event) for event in events]))


def show(events: Sequence[tuple[str, EventView]]) -> None:
    """Append the first event since a stored one to each execution's live tail, if that is there."""
    try:
        for execution_id, event in events:
            push(tail(), execution_id, event.seq - 1, [event])
    except RedisError as error:
        log.warning("events.tail_away", execution_id=execution_id, error=str(error))
