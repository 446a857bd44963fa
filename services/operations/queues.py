"""What waits: the queues, the outbox, and the executions themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from redis import RedisError
from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment, Observed, Wanted
from models.executions import Execution, State, real
from models.journal import OutboxRow
from services.deployments.views import seen_now
from services.queue import redis

QUEUES = ("build", "short")
LOOKED_BACK = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class QueueView:
    """One queue. `oldest_s` is None while it is empty; `workers` is how many listen to it."""

    name: str
    length: int
    oldest_s: float | None
    workers: int


@dataclass(frozen=True, slots=True)
class WorkView:
    """Work that is written down: open executions and those that ended within a day, by state; what was never rung."""

    states: dict[str, int]
    oldest_queued_s: float | None
    outbox_unsent: int
    outbox_oldest_s: float | None


@dataclass(frozen=True, slots=True)
class AppsView:
    """Deployed applications by what the last probe saw. `last_look_s` is the age of the oldest of these looks."""

    states: dict[str, int]
    last_look_s: float | None


def queues() -> list[QueueView] | None:
    """Return every queue; None while Valkey does not answer."""
    try:
        return [queue_view(name) for name in QUEUES]
    except RedisError:
        return None


def queue_view(name: str) -> QueueView:
    """Ask RQ about one queue."""
    from rq import Queue, Worker  # heavy, and only this asks
    from rq.serializers import JSONSerializer

    queue = Queue(name, connection=redis(), serializer=JSONSerializer)
    oldest = next(iter(queue.get_jobs(0, 1)), None)
    at = oldest.enqueued_at if oldest else None
    return QueueView(name, queue.count, age_s(at), Worker.count(queue=queue))


def work(session: Session) -> WorkView:
    """Return what is written down. Examples never ran, so they are not among it."""
    recent = or_(col(Execution.finished_at).is_(None), col(Execution.finished_at) > now() - LOOKED_BACK)
    by_state = select(col(Execution.state), func.count()).where(real(), recent).group_by(col(Execution.state))
    counted = dict(session.execute(by_state).tuples().all())
    waits = select(func.min(Execution.created_at)).where(
        real(), col(Execution.finished_at).is_(None), col(Execution.state) == State.QUEUED
    )
    unsent = select(func.count(), func.min(OutboxRow.created_at)).where(col(OutboxRow.sent_at).is_(None))
    number, oldest = session.execute(unsent).one()
    return WorkView(
        {state.value: counted.get(state.value, 0) for state in State},
        age_s(session.scalar(waits)),
        number,
        age_s(oldest),
    )


def applications(session: Session) -> AppsView:
    """Return the deployed applications over all teams."""
    live = col(Deployment.deleted_at).is_(None)
    seen = seen_now()
    counted = dict(session.execute(select(seen, func.count()).where(live).group_by(seen)).tuples().all())
    wanted = col(Deployment.wanted) == Wanted.RUNNING
    last = session.scalar(select(func.min(Deployment.observed_at)).where(live, wanted))
    return AppsView({state.value: counted.get(state.value, 0) for state in Observed}, age_s(last))


def age_s(at: datetime | None) -> float | None:
    """Return how long ago a moment was; None when there is none."""
    return None if at is None else max(0.0, round((now() - at).total_seconds(), 1))
