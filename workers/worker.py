"""Our RQ worker: short heartbeats, no orphan, the whole tree killed, and patience when Redis is away.

RQ is only the doorbell. What a worker that dies leaves undone is found by the reaper in PostgreSQL, never by RQ.
"""

import gc
import importlib
import logging
import os
import signal
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Any

import structlog
from redis import ConnectionPool, Redis, RedisError
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import StopRequested
from rq.executions import Execution as RqExecution
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.orm import configure_mappers

from models.db import close_engine, dispose_after_fork
from models.settings import settings
from services.scanner import secrets
from services.structured_logs import configure
from workers import horse, owners
from workers.processes import adopt_orphans, reap

log = structlog.get_logger()

QUEUES = ("build", "short")
HEARTBEAT_S = 5  # how often a busy worker says that it lives; it is taken for dead after three of them
WORKER_TTL_S = 20
# How long a job has to hand its work back when the worker is told to stop. The supervisor waits a little longer.
HAND_BACK_S = 1.5
WAIT_FOR_REDIS_S = 1.0
# What the steps need, imported once here so that every horse is born with it (forked memory is shared).
WARM = (
    "workers.jobs",
    "ruff",
    "services.sandbox",
    "services.environments",
)


class Quiet(logging.Filter):
    """Lets RQ's complaint about an unreachable Redis through once, until it was reached again."""

    def __init__(self) -> None:
        super().__init__()
        self.said = False

    def filter(self, record: logging.LogRecord) -> bool:
        if "could not connect to Redis" not in record.getMessage():
            return True
        first, self.said = not self.said, True
        return first


class Ours:
    """What both kinds of worker share."""

    max_connection_wait_time = 2.0
    log_result_lifespan = False
    log_job_description = False

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        """RQ adds a constant 60 s here, which keeps a dead worker's job for 13 minutes (measured)."""
        return 3 * HEARTBEAT_S

    def subscribe(self) -> None:
        """Leave RQ's command channel alone: cancelling is a column, and its thread would delay every stop by 1 s."""

    def unsubscribe(self) -> None:
        """There is nothing to leave."""


class BuildWorker(Ours, Worker):
    """Does each job in a process of its own, which lives and dies with this one."""

    horse_exit: int | None = None  # the exit status of the last horse

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Become the horse: bound to this worker's life, with connections of its own."""
        horse.become_horse(self.pid or os.getppid())
        dispose_after_fork()
        super().main_work_horse(job, queue)

    def wait_for_horse(self) -> tuple[int | None, int | None, Any]:
        """Wait for the horse's end, and remember how it ended."""
        ended = super().wait_for_horse()
        self.horse_exit = ended[1]
        return ended

    def monitor_work_horse(self, job: Job, queue: Queue, execution: RqExecution) -> None:
        """Wait for the horse, end what it leaves behind, and hand on at once what a dead one has held.

        In this order: its tools would work beside the next owner.
        """
        try:
            super().monitor_work_horse(job, queue, execution)
        finally:  # also when nobody can be told how it went: what is left would be taken for the next horse's
            horse.kill_below(os.getpid())
            reap()
            if self.horse_exit != os.EX_OK:
                owners.hand_back_now()

    def maintain_heartbeats(self, job: Job, execution: RqExecution) -> None:
        """Say that the worker lives, if anybody hears it. RQ would leave a horse at work, and take the next job."""
        with suppress(RedisError):
            super().maintain_heartbeats(job, execution)

    def setup_work_horse_signals(self) -> None:
        """Leave Ctrl-C to the worker, and keep the horse's own answer to SIGTERM."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def kill_horse(self, sig: signal.Signals = signal.SIGKILL) -> None:
        """Kill the horse with all that it started, also what has left its process group."""
        if self.horse_pid:
            horse.kill_tree(self.horse_pid)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Have the job hand its work back, then stop. A job that does not is killed; another worker does it again."""
        self._stop_requested = True
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if not self.horse_pid:
            raise StopRequested
        try:
            os.kill(self.horse_pid, signal.SIGTERM)
        except ProcessLookupError:
            return
        until = time.monotonic() + HAND_BACK_S
        while time.monotonic() < until and alive(self.horse_pid):
            time.sleep(0.05)
        self.kill_horse()


class ShortWorker(Ours, SimpleWorker):
    """Does short jobs in this process."""


def alive(pid: int) -> bool:
    """Whether a child runs. Its exit code is left for whoever waits for it."""
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def main(queue: str) -> None:
    """Work on a queue until told to stop. An unreachable Redis is waited for."""
    if queue not in QUEUES:
        sys.exit(f"There is no queue {queue!r}. Choose one of: {', '.join(QUEUES)}.")
    configure(settings(), f"worker-{queue}")
    quiet_rq()
    if queue == "build":
        warm_up()
    stop = StopSignal()
    waiting = False
    while not stop.asked:
        try:
            work(queue, stop)
            waiting = False
        except RedisError as error:
            if not waiting:
                log.warning("worker.waits_for_redis", error=str(error))
            waiting = True
        stop.wait(WAIT_FOR_REDIS_S)


class StopSignal:
    """Remembers that this process was told to stop, also between two lives of the RQ worker."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, *_: Any) -> None:
        self.asked = True

    def wait(self, seconds: float) -> None:
        """Wait, but not longer than until told to stop."""
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(0.05)


def work(queue: str, stop: StopSignal) -> None:
    """Work until told to stop, or until Redis is gone."""
    pool = ConnectionPool.from_url(settings().redis_url, socket_connect_timeout=2)
    kind = BuildWorker if queue == "build" else ShortWorker
    if kind is BuildWorker:
        adopt_orphans()  # what a horse that dies leaves behind comes to us, to be ended
    worker = kind(
        [queue],
        connection=Redis(connection_pool=pool),
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_S,
        job_monitoring_interval=HEARTBEAT_S,
        maintenance_interval=60,
    )
    remember = worker.request_stop

    def request_stop(signum: int, frame: FrameType | None) -> None:
        stop.asked = True
        remember(signum, frame)

    worker.request_stop = request_stop  # type: ignore[method-assign]
    worker.work(logging_level=None)


def warm_up() -> None:
    """Do once what every horse would do again. Nothing connects: a horse must not share its parent's connection."""
    for name in WARM:
        importlib.import_module(name)
    configure_mappers()
    secrets.warm_up()
    close_engine()
    # Else the first collection in a horse writes into every object, and so copies the memory that they share.
    gc.collect()
    gc.freeze()


def quiet_rq() -> None:
    """Keep RQ's logs to what matters: its own handlers and colours stay away."""
    logger = logging.getLogger("rq.worker")
    logger.addFilter(Quiet())
    for name in ("rq.worker", "rq.job"):
        logging.getLogger(name).setLevel(logging.WARNING)
