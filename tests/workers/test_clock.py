"""The clock: what was promised is rung, what is stale goes, and an absent server is waited for."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from models.clock import now
from models.db import transaction
from models.journal import OutboxRow
from services.accounts import Actor
from services.queue import redis
from tests.note import launch, person, tiny_catalogue
from workers.clock import Duty, purge, run


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


def rung() -> list[str]:
    queue = Queue("build", connection=redis(), serializer=JSONSerializer)
    return [job.kwargs["execution_id"] for job in queue.jobs]


def age(**by: float) -> None:
    """Make everything in the outbox older."""
    with transaction() as session:
        for row in session.scalars(select(OutboxRow)):
            row.created_at = now() - timedelta(**by)
            row.sent_at = row.sent_at and now() - timedelta(**by)


def test_it_rings_again_for_a_launch_whose_ring_was_lost(ada: Actor) -> None:
    execution_id = launch(ada)
    redis().flushall()
    age(seconds=60)
    stop = threading.Event()
    clock = threading.Thread(target=run, args=(stop,))
    clock.start()
    deadline = time.monotonic() + 10
    while execution_id not in rung() and time.monotonic() < deadline:
        time.sleep(0.02)
    stop.set()
    clock.join(5)
    assert rung() == [execution_id]


def test_old_promises_that_were_kept_are_deleted_and_others_stay(ada: Actor) -> None:
    launch(ada)
    age(hours=1)
    with transaction() as session:
        session.add(OutboxRow(topic="advance", payload={}, created_at=now() - timedelta(days=2)))
    with transaction() as session:
        assert purge(session) == 1
    with transaction() as session:
        assert [row.payload for row in session.scalars(select(OutboxRow))] == [{}]


@pytest.mark.parametrize("error", [OperationalError("select", {}, Exception("gone")), RedisError("gone")])
def test_a_duty_whose_server_is_away_is_tried_again(clean: object, error: Exception) -> None:
    calls: list[float] = []

    def do(_: Session) -> int:
        calls.append(1)
        if len(calls) < 3:
            raise error
        return 1

    duty = Duty("test", 1.0, do)
    for moment in (0.0, 0.5, 1.0, 2.0):
        duty.tick(moment)
    assert len(calls) == 3 and not duty.failing
