"""The durable walk: killed anywhere, another finishes it; nothing is done twice, no late owner writes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import select

from models.clock import now
from models.db import transaction
from models.executions import STEP_NAMES, Event, Execution, State
from models.journal import AuditEntry
from services import executions
from services.accounts import Actor
from services.crashpoints import PLACES, VARIABLE
from services.events import EventWriter
from services.executions import ExecutionView, lease, turns
from services.executions.lease import Fenced
from services.queue import redis
from services.steps.base import workspace_of
from tests.note import LINES, launch, person, tiny_catalogue, traces
from tests.services.provenance.made import verified
from workers import horse
from workers.hold import Hold
from workers.walk import walk

ROOT = Path(__file__).parents[2]


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


def view(actor: Actor, execution_id: str) -> ExecutionView:
    with transaction() as session:
        return executions.get_execution(session, actor, execution_id)


def log_of(execution_id: str) -> list[Event]:
    with transaction() as session:
        statement = select(Event).where(Event.execution_id == execution_id).order_by(Event.seq)
        return list(session.scalars(statement))


def worker(execution_id: str, folder: Path, *words: str, crash_at: str = "") -> subprocess.Popen[bytes]:
    """Start a process that walks an execution, and ends as by kill -9 at a crash point."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: crash_at}
    command = [sys.executable, "-m", "tests.note", execution_id, str(folder), *words]
    return subprocess.Popen(command, env=environment, cwd=ROOT)


def until(met: Callable[[], object], patience_s: float = 10.0) -> None:
    """Wait for something that another process or thread brings about."""
    deadline = time.monotonic() + patience_s
    while not met():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


def end_lease(execution_id: str) -> None:
    """Let the time of a dead owner's lease be over."""
    with transaction() as session:
        session.execute(update(Execution).where(Execution.id == execution_id).values(lease_until=now()))


def assert_gapless(execution_id: str) -> None:
    rows = log_of(execution_id)
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    found = verified(execution_id)
    assert found.verified, found  # chained without a break over all its owners, and its end is signed


def test_an_execution_goes_through_its_steps_and_says_everything_in_order(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    assert walk(execution_id, traces(tmp_path))
    seen = view(ada, execution_id)
    assert seen.state == "succeeded" and seen.url == "http://note.localhost"
    assert [(step.name, step.state, step.attempt) for step in seen.steps] == [
        (name, "succeeded", 1) for name in STEP_NAMES
    ]
    kinds = [row.kind for row in log_of(execution_id)]
    assert kinds[0] == "execution.started" and kinds[-1] == "execution.succeeded"
    assert Counter(kinds)["log.line"] == LINES * len(STEP_NAMES)
    assert kinds.count("step.started") == kinds.count("step.finished") == len(STEP_NAMES)
    assert_gapless(execution_id)


def test_a_second_ring_for_the_same_execution_does_nothing(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    assert walk(execution_id, traces(tmp_path))
    before = log_of(execution_id)
    assert not walk(execution_id, traces(tmp_path))
    assert log_of(execution_id) == before


def test_a_failure_says_what_why_and_the_next_action(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    walk(execution_id, traces(tmp_path, fails="scan"))
    seen = view(ada, execution_id)
    assert (seen.state, seen.error_code) == ("failed", "it_broke")
    assert (seen.error_message, seen.next_action) == ("The step scan broke.", "Mend it, then retry.")
    scan = seen.steps[4]
    assert (scan.state, scan.error_message, scan.data) == ("failed", "The step scan broke.", {"why": "test"})
    assert {step.state for step in seen.steps[5:]} == {"queued"}
    assert [row.kind for row in log_of(execution_id)][-2:] == ["step.failed", "execution.failed"]


def test_a_retry_does_only_what_was_not_done(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    walk(execution_id, traces(tmp_path, fails="scan"))
    with transaction() as session:
        executions.retry(session, ada, execution_id)
    walk(execution_id, traces(tmp_path))
    seen = view(ada, execution_id)
    assert seen.state == "succeeded" and seen.error_message == ""
    assert [step.attempt for step in seen.steps] == [1, 1, 1, 1, 2, 1, 1, 1]
    assert_gapless(execution_id)


def test_an_unexpected_error_fails_the_step_with_a_sentence_and_no_secret(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    table = traces(tmp_path)

    def broken(context: object) -> None:
        raise ZeroDivisionError("password=hunter2hunter2")

    walk(execution_id, {**table, "test": broken})  # type: ignore[dict-item]
    seen = view(ada, execution_id)
    assert seen.error_code == "internal_error" and "Nothing is lost" in seen.error_message
    assert "hunter2" not in " ".join(row.text for row in log_of(execution_id))


@pytest.mark.parametrize(
    "place", [*PLACES[1:2], *(f"{place}:test" for place in PLACES[2:]), "after_commit:verify"]
)
def test_a_worker_killed_at_a_crash_point_is_followed_by_another(
    ada: Actor, tmp_path: Path, place: str
) -> None:
    execution_id = launch(ada)
    killed = worker(execution_id, tmp_path, crash_at=place)
    assert killed.wait(20) == -signal.SIGKILL
    end_lease(execution_id)
    walk(execution_id, traces(tmp_path))
    assert view(ada, execution_id).state == "succeeded"
    effects = [path.name for path in tmp_path.iterdir() if path.name.startswith("exec_")]
    assert sorted(effects) == sorted(f"{execution_id}:{name}" for name in STEP_NAMES)
    finished = [row.span for row in log_of(execution_id) if row.kind == "step.finished"]
    assert finished == list(STEP_NAMES)
    assert_gapless(execution_id)


def test_the_next_owner_removes_what_a_killed_one_left_half_written(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    assert worker(execution_id, tmp_path, crash_at="after_begin:package").wait(20) == -signal.SIGKILL
    workspace = workspace_of(execution_id)
    (workspace / ".repository.git.4711").mkdir()
    (workspace / ".app.zip.4711").touch()
    end_lease(execution_id)
    walk(execution_id, traces(tmp_path))
    assert view(ada, execution_id).state == "succeeded"
    assert [path.name for path in workspace.iterdir()] == ["tree"]


def test_killed_in_mid_log_the_numbers_stay_gapless(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    killed = worker(execution_id, tmp_path, "test")
    until(lambda: any(row.span == "test" and row.kind == "log.line" for row in log_of(execution_id)))
    killed.kill()
    killed.wait()
    end_lease(execution_id)
    walk(execution_id, traces(tmp_path))
    assert view(ada, execution_id).state == "succeeded"
    assert_gapless(execution_id)
    assert {row.epoch for row in log_of(execution_id)} == {1, 2}


def test_an_owner_that_was_taken_for_dead_writes_nothing_any_more(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        zombie = lease.claim(session, execution_id, "zombie")
    assert zombie is not None
    end_lease(execution_id)
    walk(execution_id, traces(tmp_path))
    before = log_of(execution_id)
    hold = Hold(zombie)
    with EventWriter(execution_id, ada.personal_team_id, zombie.epoch, 0, hold.transaction) as writer:
        writer.line("test", "said by a zombie")
        with pytest.raises(Fenced), writer.transaction() as session:
            session.get_one(Execution, execution_id).state = State.FAILED
    assert log_of(execution_id) == before
    assert view(ada, execution_id).state == "succeeded"


def test_a_stopped_process_that_wakes_up_late_changes_nothing(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    sleeper = worker(execution_id, tmp_path, "scan")
    until(lambda: view(ada, execution_id).steps[4].state == "running")
    sleeper.send_signal(signal.SIGSTOP)
    end_lease(execution_id)
    walk(execution_id, traces(tmp_path))
    before = log_of(execution_id)
    sleeper.send_signal(signal.SIGCONT)
    assert sleeper.wait(10) == 0
    assert log_of(execution_id) == before
    assert view(ada, execution_id).state == "succeeded"


def test_cancel_ends_a_running_step_within_two_seconds(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    working = worker(execution_id, tmp_path, "install")
    until(lambda: view(ada, execution_id).steps[2].state == "running")
    start = time.monotonic()
    with transaction() as session:
        executions.cancel(session, ada, execution_id)
    assert working.wait(10) == 0
    assert time.monotonic() - start < 2
    seen = view(ada, execution_id)
    assert seen.state == "cancelled" and seen.steps[2].state == "cancelled" and seen.url == ""
    assert log_of(execution_id)[-1].kind == "execution.cancelled"
    with transaction() as session:
        trail = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == execution_id))
        assert {"execution.cancel_requested", "execution.cancelled"} <= set(trail)


def test_a_cancelled_execution_can_be_retried(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        executions.cancel(session, ada, execution_id)
        executions.retry(session, ada, execution_id)
    walk(execution_id, traces(tmp_path))
    assert view(ada, execution_id).state == "succeeded"
    assert_gapless(execution_id)


def test_a_worker_told_to_go_hands_its_work_back(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    walking = threading.Thread(target=walk, args=(execution_id, traces(tmp_path, waits="test")))
    walking.start()
    try:
        until(lambda: view(ada, execution_id).steps[3].state == "running")
        horse.stopping.set()
        walking.join(5)
        assert not walking.is_alive()
    finally:
        horse.stopping.clear()
    with transaction() as session:
        assert session.get_one(Execution, execution_id).lease_until is None
    walk(execution_id, traces(tmp_path))
    assert view(ada, execution_id).state == "succeeded"


def test_wiping_redis_in_mid_walk_loses_nothing(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    walking = worker(execution_id, tmp_path, "test")
    until(lambda: view(ada, execution_id).steps[3].state == "running")
    redis().flushall()
    walking.kill()
    walking.wait()
    end_lease(execution_id)
    with transaction() as session:
        session.execute(update(lease.OutboxRow).values(created_at=now().replace(year=2000)))
    with transaction() as session:
        assert turns.reap(session) == 1
    walk(execution_id, traces(tmp_path))
    assert view(ada, execution_id).state == "succeeded"
    assert_gapless(execution_id)


def test_a_step_that_ends_every_worker_is_given_up(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        step = executions.progress.list_steps(session, execution_id)[0]  # type: ignore[attr-defined]
        step.state, step.attempt = State.RUNNING, 10
    walk(execution_id, traces(tmp_path))
    assert view(ada, execution_id).error_code == "gave_up"


def test_code_that_is_gone_is_written_again_before_a_retry_goes_on(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    walk(execution_id, traces(tmp_path, fails="scan"))
    with transaction() as session:
        executions.retry(session, ada, execution_id)
    from services.steps.base import workspace_of

    (workspace_of(execution_id) / "tree").rmdir()
    walk(execution_id, traces(tmp_path))
    seen = view(ada, execution_id)
    assert seen.state == "succeeded"
    assert [step.attempt for step in seen.steps] == [1, 2, 2, 2, 2, 1, 1, 1]
