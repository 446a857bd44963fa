"""What a dead process has held: its machine hands it on at once, another machine waits for the end of the lease."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rq import Queue
from rq.serializers import JSONSerializer
from sqlmodel import Session

from models.db import transaction
from models.executions import Execution
from models.settings import Settings
from services.accounts import Actor
from services.executions import lease
from services.queue import redis
from tests.note import launch, person, tiny_catalogue
from tests.workers.test_worker import ask, runs, until, worker
from workers import owners, processes
from workers.clock import duties


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


def name_of_a_dead() -> str:
    """Return the name of an owner that was killed, and that its parent has not buried yet or has."""
    code = "from workers import owners; print(owners.owner(), flush=True); import time; time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        assert not owners.is_dead(name)
        process.kill()
    return name


def claimed(ada: Actor, owner: str) -> str:
    execution_id = launch(ada)
    redis().flushall()
    with transaction() as session:
        assert lease.claim(session, execution_id, owner)
    return execution_id


def is_free(session: Session, execution_id: str) -> bool:
    return session.get_one(Execution, execution_id).lease_until is None


def rung() -> list[str]:
    queue = Queue("build", connection=redis(), serializer=JSONSerializer)
    return [job.kwargs["execution_id"] for job in queue.jobs]


def test_the_clock_hands_on_what_a_dead_process_of_this_machine_holds(ada: Actor) -> None:
    execution_id = claimed(ada, name_of_a_dead())
    duty = next(duty for duty in duties() if duty.name == "hand_back")
    duty.tick(time.monotonic())
    with transaction() as session:
        assert is_free(session, execution_id)
        assert session.get_one(Execution, execution_id).epoch == 1  # the fence stands as it was
        assert lease.claim(session, execution_id, owners.owner())
    assert rung() == [execution_id]


def test_what_lives_or_is_of_another_machine_keeps_its_lease(ada: Actor) -> None:
    pid, born = os.getpid(), processes.born_at(os.getpid())
    elsewhere = name_of_a_dead().rpartition(":")[0] + ":0123456789ab.4026531836"
    names = [owners.owner(), elsewhere, f"{'h' * 60}:{pid}:{born}:{owners.ground()}", "bench", f"vm:{pid}"]
    held = [claimed(ada, name) for name in names]
    with transaction() as session:
        assert owners.hand_back_dead(session) == 0
        assert not any(is_free(session, execution_id) for execution_id in held)


def test_a_process_that_got_the_id_of_a_dead_one_is_not_taken_for_it() -> None:
    name = f"vm:{os.getpid()}:1:{owners.ground()}"
    assert owners.is_dead(name)


def test_one_death_is_rung_for_once_however_many_look(ada: Actor) -> None:
    claimed(ada, name_of_a_dead())
    with transaction() as session:
        assert owners.hand_back_dead(session) == 1
    with transaction() as session:
        assert owners.hand_back_dead(session) == 0


def test_a_dead_horses_work_is_handed_back_at_once_and_its_tools_end(
    clean: Settings, ada: Actor, tmp_path: Path
) -> None:
    with worker("build") as process:
        ask("build", "linger", tmp_path / "pids")
        until((tmp_path / "pids").exists)
        horse, child = map(int, (tmp_path / "pids").read_text().split())
        execution_id = claimed(ada, owner_named(horse))
        killed_at = time.monotonic()
        os.kill(horse, signal.SIGKILL)
        until(lambda: freed(execution_id), 5)
        assert time.monotonic() - killed_at < lease.LEASE_S - lease.BEAT_S
        assert not runs(child) and runs(process.pid)


def owner_named(pid: int) -> str:
    return f"vm:{pid}:{processes.born_at(pid)}:{owners.ground()}"


def freed(execution_id: str) -> bool:
    with transaction() as session:
        return is_free(session, execution_id)


def test_a_silent_owner_is_followed_within_eight_seconds() -> None:
    # The lease, the period of the reaper, and what a worker takes to hear and to fork.
    reaper = next(duty for duty in duties() if duty.name == "reap")
    assert lease.LEASE_S + reaper.every_s + 1 <= 8
    assert lease.BEAT_S * 4 <= lease.LEASE_S and lease.RING_PATIENCE_S <= lease.LEASE_S
