"""Whose turn it is: a worker that becomes free takes a run of the user who is served least. Rows decide, no queue.

What was begun goes on first. After that comes the user with the fewest runs at work, and of those the one who was
served longest ago, so nobody waits behind another's hundred. The row of a user in `turns` is locked while their runs
are counted: two workers never give one user the same last place.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, and_, case, cast, func
from sqlalchemy import select as columns
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.executions import Execution, State, Turn
from models.settings import settings
from services import queue
from services.crashpoints import AFTER_REAP, crashpoint
from services.executions import lease
from services.executions.lease import OPEN, Claim

RUNG_AT_ONCE = 100
LINE_S = 1.0  # how old the line may be that a page shows


@dataclass(frozen=True, slots=True)
class Place:
    """Where a queued run stands: `position` counts from 1 over all users; `running` of its user's `limit` run."""

    position: int
    running: int
    limit: int

    @property
    def sentence(self) -> str:
        """Say it to the person who waits."""
        line = "Next in line" if self.position == 1 else f"{ordinal(self.position)} in line"
        places = "place is" if self.limit == 1 else "places are"
        return f"{line}; {self.running} of your {self.limit} {places} in use."


def join_in(session: Session, user_ids: Iterable[str]) -> None:
    """Give users a row each to take turns by, unless they have one."""
    rows = [{"user_id": user_id} for user_id in sorted(set(user_ids))]
    if rows:
        session.execute(insert(Turn).values(rows).on_conflict_do_nothing())


def let_all_join(session: Session) -> None:
    """Give everybody with a run that has not ended a row to take turns by: rows may come from elsewhere."""
    missing = (
        columns(col(Execution.user_id))
        .distinct()
        .where(col(Execution.state).in_(OPEN), col(Execution.user_id).not_in(columns(col(Turn.user_id))))
    )
    session.execute(insert(Turn).from_select(["user_id"], missing).on_conflict_do_nothing())


def claim_next(session: Session, owner: str) -> Claim | None:
    """Take the lease of the run whose turn it is. None: nobody waits, or another worker decides for them just now."""
    found = whose_turn().with_for_update(of=Turn, key_share=True, skip_locked=True)
    user_id = session.scalar(found)
    if user_id is None:
        return None
    # Counted anew under the lock: what was read before it may be old.
    if running_of(session, user_id) >= settings().user_executions:
        return None
    execution_id = session.scalar(waiting_of(user_id).with_for_update(key_share=True, skip_locked=True))
    taken = lease.claim(session, execution_id, owner) if execution_id else None
    if taken is not None:
        session.get_one(Turn, user_id).served_at = session.scalar(select(func.clock_timestamp()))
        session.flush()
    return taken


def somebody_waits(session: Session) -> bool:
    """Whether there is a run that could begin at once."""
    return session.scalar(whose_turn()) is not None


def ring_next(session: Session, user_id: str) -> None:
    """Ring for the run that has waited for the place which a user has just got back."""
    waiting = session.scalar(waiting_of(user_id))
    if waiting is not None and running_of(session, user_id) == settings().user_executions - 1:
        queue.enqueue(session, "advance", {"execution_id": waiting})


def reap(session: Session) -> int:
    """Ring for every run that could begin and that nobody rang for lately. Returns how many.

    The rows, not the queue, say what there is to do: a wiped Redis or a killed worker costs time, never work.
    """
    found = list(session.scalars(startable()))
    let_all_join(session)
    if not found:
        return 0
    rung = lease.rung_lately(session)
    waiting = [execution_id for execution_id in found if execution_id not in rung][:RUNG_AT_ONCE]
    # A second reaper skips what this one has locked.
    still = select(Execution.id).where(
        col(Execution.id).in_(waiting), col(Execution.state).in_(OPEN), lease.free()
    )
    locked = list(session.scalars(still.with_for_update(skip_locked=True, key_share=True)))
    queue.enqueue_all(session, "advance", [{"execution_id": one} for one in locked])
    if locked:
        crashpoint(AFTER_REAP, "reaper")
    return len(locked)


def place_of(session: Session, execution: Execution) -> Place | None:
    """Return where a queued run stands in the line of all users; None when it does not wait for a place."""
    if execution.state != State.QUEUED:
        return None
    position = the_line.position_of(session, execution.id)
    if position is None:
        return None
    return Place(position, running_of(session, execution.user_id), settings().user_executions)


class Line:
    """The line as it was a moment ago: a thousand pages that wait ask for the same."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._read_at = -LINE_S
        self._positions: dict[str, int] = {}

    def position_of(self, session: Session, execution_id: str) -> int | None:
        """Return the place of a run, counted from 1. One that has just come is looked for at once."""
        with self._lock:
            if self._clock() - self._read_at >= LINE_S or execution_id not in self._positions:
                self._positions = read_line(session)
                self._read_at = self._clock()
            return self._positions.get(execution_id)


the_line = Line()


def read_line(session: Session) -> dict[str, int]:
    """Return the places of all who wait, in one query."""
    waiting = in_line().subquery()
    ids = session.scalars(columns(waiting.c.id).order_by(*line_order(waiting.c)))
    return {execution_id: position for position, execution_id in enumerate(ids, 1)}


def whose_turn() -> Select[Any]:
    """Return the statement for the user whose turn it is."""
    users = at_work().subquery()
    return (
        columns(col(Turn.user_id))
        .join(users, users.c.user_id == Turn.user_id)
        .where(users.c.waiting > 0, users.c.running < settings().user_executions)
        .order_by(users.c.begun.desc(), users.c.running, col(Turn.served_at).nulls_first(), col(Turn.user_id))
        .limit(1)
    )


def at_work() -> Any:
    """Return the statement for how many runs of each user are at work, how many wait, and whether one was begun."""
    begun = and_(lease.free(), col(Execution.state) == State.RUNNING)
    return (
        columns(
            col(Execution.user_id),
            func.count().filter(~lease.free()).label("running"),
            func.count().filter(lease.free()).label("waiting"),
            cast(func.bool_or(begun), Integer).label("begun"),
        )
        .where(col(Execution.state).in_(OPEN))
        .group_by(col(Execution.user_id))
    )


def waiting_of(user_id: str) -> Select[Any]:
    """Return the statement for the run of a user that goes on next."""
    return (
        columns(col(Execution.id))
        .where(col(Execution.user_id) == user_id, col(Execution.state).in_(OPEN), lease.free())
        .order_by(begun_first(), col(Execution.created_at), col(Execution.id))
        .limit(1)
    )


def running_of(session: Session, user_id: str) -> int:
    """Return how many runs of a user are at work."""
    statement = columns(func.count()).where(
        col(Execution.user_id) == user_id, col(Execution.state).in_(OPEN), ~lease.free()
    )
    return session.scalar(statement) or 0


def in_line() -> Any:
    """Return the statement for every run that waits, with its round: how many of its user's go before it or run."""
    users = at_work().subquery()
    number = func.row_number().over(
        partition_by=col(Execution.user_id),
        order_by=(begun_first(), col(Execution.created_at), col(Execution.id)),
    )
    return (
        columns(
            col(Execution.id),
            col(Execution.user_id),
            begun_first().label("late"),
            (users.c.running + number).label("round"),
            col(Turn.served_at).label("served_at"),
        )
        .join(users, users.c.user_id == Execution.user_id)
        .outerjoin(Turn, col(Turn.user_id) == Execution.user_id)
        .where(col(Execution.state).in_(OPEN), lease.free())
    )


def line_order(line: Any) -> tuple[Any, ...]:
    """Return the order in which those who wait will be served."""
    return (line.late, line.round, line.served_at.nulls_first(), line.user_id)


def startable() -> Select[Any]:
    """Return the statement for the runs that fit into their users' places."""
    line = in_line().subquery()
    return (
        columns(line.c.id)
        .where(line.c.round <= settings().user_executions)
        .order_by(*line_order(line.c))
        .limit(RUNG_AT_ONCE)
    )


def begun_first() -> Any:
    """Return 0 for what was begun before, 1 for what is new."""
    return case((col(Execution.state) == State.RUNNING, 0), else_=1)


def ordinal(number: int) -> str:
    """Return "3rd" for 3."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
