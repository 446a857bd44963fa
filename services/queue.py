"""Work that starts after the commit: the outbox row is the promise, RQ is only the doorbell.

A ring may be lost, doubled or late. `dispatch` rings for what was left unsent, and every job may run twice.
A job whose wish stands in no other row strikes its promise off with what it has done; until then it is rung for again.
"""

import functools
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

import structlog
from redis import ConnectionPool, Redis, RedisError
from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from models.clock import now
from models.db import after_commit, transaction
from models.journal import OutboxRow
from models.settings import settings
from services.crashpoints import AFTER_RING, BEFORE_RING, crashpoint

log = structlog.get_logger()

# topic → (queue, job). Names are strings, so no service imports a worker.
TOPICS: dict[str, tuple[str, str]] = {
    "advance": ("build", "workers.jobs.advance"),
    "send_message": ("short", "workers.jobs.send_message"),
    "export_account": ("short", "workers.jobs.export_account"),
    "mail_reset_link": ("short", "workers.jobs.mail_reset_link"),
    "mail_sign_up": ("short", "workers.jobs.mail_sign_up"),
    "prove": ("build", "workers.jobs.prove"),
    "compare_idea": ("short", "workers.jobs.compare_idea"),
    "find_rings": ("short", "workers.jobs.find_rings"),
    "tell_followers": ("short", "workers.jobs.tell_followers"),
}
# What nothing but the outbox knows of: its row stays until the job has struck it off.
UNTIL_DONE = ("mail_reset_link", "mail_sign_up", "tell_followers")
# A younger ring of those may still lie in the queue. One that fails for a day is given up.
RING_PATIENCE = timedelta(seconds=60)
GIVEN_UP = timedelta(days=1)
BATCH = 200
# Whoever committed a row rings for it at once; a dispatcher that is faster would only ring twice.
GRACE = timedelta(seconds=1)


@functools.cache
def redis() -> Redis:
    """Return this process's connection to Redis. Nothing connects before the first use."""
    pool = ConnectionPool.from_url(settings().redis_url, socket_connect_timeout=2, health_check_interval=30)
    return Redis(connection_pool=pool)


def enqueue(session: Session, topic: str, payload: dict[str, Any]) -> OutboxRow:
    """Promise a job in the transaction of `session`; it is rung as soon as that has been committed."""
    return enqueue_all(session, topic, [payload])[0]


def enqueue_all(session: Session, topic: str, payloads: Iterable[dict[str, Any]]) -> list[OutboxRow]:
    """Promise many jobs of one kind."""
    if topic not in TOPICS:
        raise ValueError(f"unknown topic {topic!r}")
    rows = [OutboxRow(topic=topic, payload=payload) for payload in payloads]
    session.add_all(rows)
    session.flush()
    after_commit(session, lambda: ring_now(rows))
    return rows


def ring_now(rows: Sequence[OutboxRow]) -> None:
    """Ring for committed rows. When Redis is away they stay unsent, and `dispatch` rings later."""
    crashpoint(BEFORE_RING, "edge")
    rung = []
    try:
        for row in rows:
            ring(row)
            rung.append(row.id)
    except RedisError as error:
        log.warning("queue.ring_failed", outbox_id=rows[len(rung)].id, error=str(error))
    if rung:
        crashpoint(AFTER_RING, "edge")
        with transaction() as session:
            session.execute(update(OutboxRow).where(col(OutboxRow.id).in_(rung)).values(sent_at=now()))


def dispatch(session: Session) -> int:
    """Ring for what was never sent, oldest first, and return how many. Two dispatchers share the work.

    Raises:
        RedisError: the doorbell is away. Nothing is marked as sent.
    """
    statement = (
        select(OutboxRow)
        .where(
            col(OutboxRow.sent_at).is_(None),
            col(OutboxRow.created_at) < now() - GRACE,
            col(OutboxRow.topic).in_(TOPICS),  # others have no job to ring for
        )
        .order_by(col(OutboxRow.created_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.scalars(statement))
    for row in rows:
        ring(row)
        crashpoint(AFTER_RING, "dispatcher")
        row.sent_at = now()
    return len(rows)


def strike_off(session: Session, topic: str, payload: dict[str, Any]) -> None:
    """Remove a promise in the transaction that keeps it."""
    kept = delete(OutboxRow).where(col(OutboxRow.topic) == topic, col(OutboxRow.payload) == payload)
    session.execute(kept)


def ring_again(session: Session) -> int:
    """Let `dispatch` ring once more for what was rung for and not done, and return how much that was.

    A wiped queue, or a job that ended because its database was away, costs a minute and no mail.
    """
    statement = (
        update(OutboxRow)
        .where(
            col(OutboxRow.topic).in_(UNTIL_DONE),
            col(OutboxRow.sent_at) < now() - RING_PATIENCE,
            col(OutboxRow.created_at) > now() - GIVEN_UP,
        )
        .values(sent_at=None)
        .returning(col(OutboxRow.id))
    )
    return len(session.scalars(statement).all())


def ring(row: OutboxRow) -> None:
    """Put the job of an outbox row on its queue."""
    from rq import Queue  # heavy, and only the ringing needs it
    from rq.serializers import JSONSerializer

    queue, job = TOPICS[row.topic]
    Queue(queue, connection=redis(), serializer=JSONSerializer).enqueue(
        job, kwargs=row.payload, result_ttl=0, failure_ttl=3600, job_timeout=-1
    )
