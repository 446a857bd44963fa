"""The RQ worker: no orphan, nothing left behind, patient with Redis."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from redis import Redis
from rq import Queue
from rq.executions import Execution as RqExecution
from rq.job import Job
from rq.serializers import JSONSerializer

from models.settings import Settings
from services.queue import redis
from workers.worker import BuildWorker

ROOT = Path(__file__).parents[2]


@contextmanager
def worker(queue: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more}
    process = subprocess.Popen(
        [sys.executable, "-m", "workers.child", "worker", queue],
        env=environment,
        cwd=ROOT,
        stderr=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ask(queue: str, chore: str, path: Path) -> None:
    Queue(queue, connection=redis(), serializer=JSONSerializer).enqueue(
        f"tests.workers.chores.{chore}", kwargs={"path": str(path)}, job_timeout=-1
    )


def until(met: Callable[[], object], patience_s: float = 30.0) -> None:
    deadline = time.monotonic() + patience_s
    while not met():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(("queue", "forked"), [("build", True), ("short", False)])
def test_a_build_has_a_process_of_its_own_and_a_short_job_has_not(
    clean: Settings, tmp_path: Path, queue: str, forked: bool
) -> None:
    with worker(queue) as process:
        ask(queue, "note", tmp_path / "note")
        until((tmp_path / "note").exists)
        until((tmp_path / "note").read_text)
        pid, parent = map(int, (tmp_path / "note").read_text().split())
        assert (parent if forked else pid) == process.pid


def test_a_worker_killed_by_force_leaves_no_horse_at_work(clean: Settings, tmp_path: Path) -> None:
    with worker("build") as process:
        ask("build", "linger", tmp_path / "pids")
        until((tmp_path / "pids").exists)
        horse, child = map(int, (tmp_path / "pids").read_text().split())
        process.kill()
        until(lambda: not runs(horse), 2)
        if runs(child):
            os.kill(
                child, signal.SIGKILL
            )  # what a box is for: it dies with the horse, a plain child does not


def test_a_stopped_worker_takes_the_whole_tree_with_it(clean: Settings, tmp_path: Path) -> None:
    with worker("build") as process:
        ask("build", "linger", tmp_path / "pids")
        until((tmp_path / "pids").exists)
        pids = [int(word) for word in (tmp_path / "pids").read_text().split()]
        start = time.monotonic()
        process.terminate()
        process.wait(10)
        assert time.monotonic() - start < 5
        assert not any(runs(pid) for pid in pids)


def test_a_job_may_hand_its_work_back_when_the_worker_is_told_to_stop(
    clean: Settings, tmp_path: Path
) -> None:
    with worker("build") as process:
        ask("build", "hand_back", tmp_path / "handed")
        until((tmp_path / "handed.begun").exists)
        process.terminate()
        process.wait(10)
        assert (tmp_path / "handed").exists()


def test_an_unreachable_redis_is_waited_for_with_one_line(clean: Settings, tmp_path: Path) -> None:
    there = urlsplit(clean.redis_url)
    socket = tmp_path / "s"
    with worker("short", REDIS_URL=there._replace(path=str(socket)).geturl()) as process:
        ask("short", "note", tmp_path / "note")
        assert process.stderr is not None
        said = process.stderr.readline().decode()
        assert "worker.waits_for_redis" in said
        socket.symlink_to(there.path)
        until((tmp_path / "note").exists)
        process.terminate()
        rest = process.communicate(timeout=10)[0]
        assert process.returncode == 0 and not rest


def test_an_unknown_queue_is_refused_with_those_there_are(data_folder: Path) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "workers.child", "worker", "slow"], cwd=ROOT, capture_output=True, text=True
    )
    assert refused.returncode == 1 and "Choose one of: build, short" in refused.stderr


def test_a_heartbeat_that_nobody_hears_does_not_leave_the_horse_alone(tmp_path: Path) -> None:
    away = Redis(unix_socket_path=str(tmp_path / "nobody"))
    worker = BuildWorker(["build"], connection=away, serializer=JSONSerializer, prepare_for_work=False)
    job = Job.create("tests.workers.chores.note", connection=away, serializer=JSONSerializer)
    worker.maintain_heartbeats(job, RqExecution("one", job.id, connection=away))
