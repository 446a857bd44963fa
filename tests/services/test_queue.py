"""The outbox and its doorbell."""

from datetime import timedelta
from typing import Any

import pytest
from redis import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from models.clock import now
from models.db import close_engine, transaction
from models.journal import OutboxRow
from models.settings import reset_settings, settings
from services import credentials, queue
from workers.clock import purge
from workers.jobs import mail_reset_link


@pytest.fixture(autouse=True)
def empty_queue(clean: Any) -> None:
    queue.redis().flushall()


def rung() -> list[dict[str, Any]]:
    jobs = Queue("build", connection=queue.redis(), serializer=JSONSerializer).jobs
    return [job.kwargs for job in jobs]


def unsent() -> int:
    with transaction() as session:
        return len(session.scalars(select(OutboxRow).where(col(OutboxRow.sent_at).is_(None))).all())


@pytest.fixture
def no_redis(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A Redis that is away, and back again afterwards."""
    monkeypatch.setenv("REDIS_URL", f"unix://{settings().run_dir}/nobody.sock")
    reset_settings()
    queue.redis.cache_clear()
    yield
    monkeypatch.undo()
    reset_settings()
    queue.redis.cache_clear()


def test_the_bell_is_rung_after_the_commit_and_not_before() -> None:
    with transaction() as session:
        queue.enqueue(session, "advance", {"execution_id": "exec_1"})
        assert rung() == []
    assert rung() == [{"execution_id": "exec_1"}]
    assert unsent() == 0


def test_nothing_is_rung_for_a_transaction_that_failed() -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        queue.enqueue(session, "advance", {"execution_id": "exec_1"})
        raise RuntimeError("no")
    assert rung() == []


def test_what_could_not_be_rung_is_kept_and_rung_later(
    no_redis: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        queue.enqueue(session, "advance", {"execution_id": "exec_1"})
    leave_unsent(age_s=2)
    assert unsent() == 2
    with pytest.raises(RedisError), transaction() as session:
        queue.dispatch(session)
    assert unsent() == 2


def leave_unsent(age_s: float) -> None:
    with transaction() as session:
        row = OutboxRow(topic="advance", payload={"execution_id": "exec_1"})
        row.created_at = now() - timedelta(seconds=age_s)
        session.add(row)


def test_what_was_committed_just_now_is_left_to_whoever_did_it() -> None:
    leave_unsent(age_s=0)
    with transaction() as session:
        assert queue.dispatch(session) == 0


def test_dispatch_rings_once_for_what_was_left() -> None:
    leave_unsent(age_s=2)
    for expected in (1, 0):
        with transaction() as session:
            assert queue.dispatch(session) == expected
    assert rung() == [{"execution_id": "exec_1"}]


def test_an_unknown_topic_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="unknown topic"), transaction() as session:
        queue.enqueue(session, "nonsense", {})


def ask_for_link() -> dict[str, Any]:
    """Ask for a reset link, of which nothing but the outbox knows, and return what is promised."""
    with transaction() as session:
        credentials.request_password_reset(session, "nobody@example.com")
        return dict(session.scalars(select(OutboxRow)).one().payload)


def rung_for_letters() -> list[dict[str, Any]]:
    jobs = Queue("short", connection=queue.redis(), serializer=JSONSerializer).jobs
    return [job.kwargs for job in jobs]


def later(**by: float) -> None:
    """Let time pass for the outbox."""
    with transaction() as session:
        for row in session.scalars(select(OutboxRow)):
            row.created_at -= timedelta(**by)
            row.sent_at = row.sent_at and row.sent_at - timedelta(**by)


def rung_again() -> int:
    with transaction() as session:
        return queue.ring_again(session)


def test_a_letter_that_was_rung_for_and_not_written_is_rung_for_again() -> None:
    promised = ask_for_link()
    queue.redis().flushall()
    assert rung_again() == 0  # the ring may still lie in the queue
    later(seconds=61)
    assert rung_again() == 1
    with transaction() as session:
        assert purge(session) == 0
        assert queue.dispatch(session) == 1
    assert rung_for_letters() == [promised]
    later(days=1)
    assert rung_again() == 0


def test_a_letter_that_is_written_is_never_rung_for_again() -> None:
    mail_reset_link(**ask_for_link())
    later(seconds=61)
    assert rung_again() == 0


def test_a_letter_whose_job_failed_is_still_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    promised = ask_for_link()
    close_engine()
    with monkeypatch.context() as away, pytest.raises(OperationalError):
        away.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        reset_settings()
        mail_reset_link(**promised)
    reset_settings()
    close_engine()
    later(seconds=61)
    assert rung_again() == 1


def test_what_its_own_row_remembers_is_left_to_its_reaper() -> None:
    with transaction() as session:
        queue.enqueue(session, "advance", {"execution_id": "exec_1"})
    later(seconds=61)
    assert rung_again() == 0
