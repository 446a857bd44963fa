"""Who owns an execution: one UPDATE claims it and raises the epoch, and every later write proves that epoch."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, text, update
from sqlmodel import Session, col, select

from models.errors import Conflict
from models.executions import Execution, State
from models.journal import OutboxRow
from services import queue

# With the second of the reaper and the start of the next owner: a run goes on 8 s after its owner fell silent.
LEASE_S = 6
BEAT_S = 1.5
# A younger ring may still lie in the queue. Not longer than a lease, or a killed worker would be noticed later.
RING_PATIENCE_S = 6

OPEN = (State.QUEUED, State.RUNNING)


class Fenced(Conflict):
    """Another owner has taken the execution over. Whatever this one still holds must not be written."""

    default_code = "fenced"


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on an execution, as long as no higher epoch exists."""

    execution_id: str
    team_id: str
    epoch: int
    cancel_requested: bool


def seconds(count: float) -> Any:
    """Return an interval. Leases are compared by the database's clock alone: hosts may disagree about the time."""
    return text(f"interval '{count} seconds'")


def free() -> Any:
    """Return the condition that nobody holds the lease."""
    return or_(col(Execution.lease_until).is_(None), col(Execution.lease_until) < func.clock_timestamp())


def claim(session: Session, execution_id: str, owner: str) -> Claim | None:
    """Take the lease, or return None: the execution has ended, waits for a person, or somebody works on it."""
    statement = (
        update(Execution)
        .where(col(Execution.id) == execution_id, col(Execution.state).in_(OPEN), free())
        .values(
            epoch=Execution.epoch + 1,
            lease_until=func.clock_timestamp() + seconds(LEASE_S),
            lease_owner=owner[:120],
            state=State.RUNNING,
            started_at=func.coalesce(Execution.started_at, func.clock_timestamp()),
        )
        .returning(col(Execution.team_id), col(Execution.epoch), col(Execution.cancel_requested_at))
    )
    row = session.execute(statement).one_or_none()
    return Claim(execution_id, row[0], row[1], row[2] is not None) if row else None


def extend(session: Session, claim: Claim) -> bool:
    """Hold the lease for another `LEASE_S`. False when it belongs to somebody else by now, or was given back.

    A beat that comes just behind the end must not take the lease again: a retry would wait for a dead owner.
    """
    statement = (
        update(Execution)
        .where(
            col(Execution.id) == claim.execution_id,
            col(Execution.epoch) == claim.epoch,
            col(Execution.lease_until).is_not(None),
        )
        .values(lease_until=func.clock_timestamp() + seconds(LEASE_S))
        .returning(col(Execution.epoch))
    )
    return session.execute(statement).one_or_none() is not None


def release(session: Session, claim: Claim) -> bool:
    """Give the lease back, so that the next owner need not wait for its end. False when it was lost before."""
    statement = (
        update(Execution)
        .where(
            col(Execution.id) == claim.execution_id,
            col(Execution.epoch) == claim.epoch,
            col(Execution.lease_until).is_not(None),
        )
        .values(lease_until=None)
        .returning(col(Execution.epoch))
    )
    return session.execute(statement).one_or_none() is not None


def fence(session: Session, claim: Claim) -> Execution:
    """Lock the execution's row and return it, if `claim` still holds.

    Raises:
        Fenced: another owner has taken over.
    """
    statement = (
        select(Execution).where(col(Execution.id) == claim.execution_id).with_for_update(key_share=True)
    )
    row = session.scalars(statement).one_or_none()
    if row is None or row.epoch != claim.epoch:
        raise Fenced("Another worker has taken this execution over. Nothing of this one is kept.")
    return row


def cancel_requested(session: Session, claim: Claim) -> bool:
    """Whether a person asked to stop. Also true when the execution is no longer this owner's."""
    statement = select(col(Execution.cancel_requested_at), col(Execution.epoch)).where(
        col(Execution.id) == claim.execution_id
    )
    row = session.execute(statement).one_or_none()
    return row is None or row[0] is not None or row[1] != claim.epoch


def hand_back(session: Session, claim: Claim) -> bool:
    """Give up the lease and ring for the next owner: its process is told to stop, or dead. False: it was lost."""
    released = release(session, claim)
    if released:
        queue.enqueue(session, "advance", {"execution_id": claim.execution_id})
    return released


@dataclass(frozen=True, slots=True)
class Held:
    """A lease, and who has it."""

    owner: str
    claim: Claim


def held(session: Session, ground: str) -> list[Held]:
    """Return the leases that have not run out, of owners whose names end with `ground`."""
    statement = select(
        col(Execution.lease_owner), col(Execution.id), col(Execution.team_id), col(Execution.epoch)
    ).where(
        col(Execution.state).in_(OPEN),
        col(Execution.lease_until) > func.clock_timestamp(),
        col(Execution.lease_owner).endswith(f":{ground}", autoescape=True),
    )
    return [Held(row[0], Claim(row[1], row[2], row[3], False)) for row in session.execute(statement)]


def rung_lately(session: Session) -> set[str]:
    """Return the executions for which a ring may still lie in the queue."""
    since = func.clock_timestamp() - seconds(RING_PATIENCE_S)
    payload = col(OutboxRow.payload)["execution_id"].astext
    statement = select(payload).where(col(OutboxRow.topic) == "advance", col(OutboxRow.created_at) > since)
    return set(session.scalars(statement))
