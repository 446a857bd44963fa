"""A light world for one story: PostgreSQL, Valkey, a clock and workers as forks of one process, steps that do little.

The walk, the queue, the lease, the mails, the clock and the workers are the product's own; web, door, keeper of apps
and sandbox are left out, so that a story takes seconds. `python -m tests.chaos.light [NAME …]` tells stories without a
fault (`story:…`) and with the seeded fault that they are aimed at, and prints a JSON line for each.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from redis import Redis
from sqlalchemy import text

from models.db import close_engine, dispose_after_fork, engine, transaction
from models.executions import Execution
from models.settings import Settings, reset_settings, settings
from models.tables import metadata
from services import accounts, catalog, credentials, executions
from services.crashpoints import ARMED, REACHED
from services.steps.base import StepContext, StepResult
from tests.chaos import faults, inside, scenarios
from tests.chaos.campaign import ask_checker
from tests.chaos.changes import CHANGES
from tests.chaos.evidence import lines_of
from tests.chaos.mail_record import recording_mail_server
from tests.chaos.tiny import write_templates
from workers import clock, jobs, mails, walk, worker  # noqa: F401 - read here once, for every fork
from workers.embedded.servers import running
from workers.migrate import migrate
from workers.processes import die_with_parent

NO_SYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "summarize_wal": "off"}
CALM_S = 10.0
OPEN = """SELECT (SELECT count(*) FROM executions WHERE state IN ('queued', 'running'))
               + (SELECT count(*) FROM messages WHERE state = 'queued')
               + (SELECT count(*) FROM outbox WHERE topic IN ('mail_sign_up', 'mail_reset_link'))"""


class LightWorld:
    """What stories and faults need of a world, with a tree of forks in place of the supervisor's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.faults = folder, 0
        self.armed = folder / "armed"
        self.armed.mkdir(parents=True, exist_ok=True)

    def write(self, record: str, **line: Any) -> None:
        """Append a line to one of the records."""
        with (self.folder / f"{record}.jsonl").open("a") as file:
            file.write(json.dumps({"at": time.time(), **line}) + "\n")

    def reached(self, place: str) -> tuple[int, Path] | None:
        """Return the process that waits for its fate at a place, and the file that holds it there."""
        for taken in self.armed.glob(f"{place}.*{REACHED}"):
            return int(taken.name.removesuffix(REACHED).rpartition(".")[2]), taken
        return None

    def redis(self) -> Redis:
        """Return a connection to Valkey."""
        return Redis.from_url(settings().redis_url)


class LightLoad:
    """The people of a light world: they use the services directly, each time in a process of their own."""

    def __init__(self, world: LightWorld, mutant: str) -> None:
        self.world, self.mutant = world, mutant
        with transaction() as session:
            catalog.sync(session)
            user = accounts.sign_up(session, email="ada@example.com", password="a long enough password")
            session.flush()
            self.actor = accounts.actor_for_user(session, user, via="session")

    def launch(self, name: str) -> str:
        """Launch one execution and return its id."""

        def launch() -> None:
            with transaction() as session:
                made = executions.launch(session, self.actor, "tiny", {"app_name": name}).id
            self.world.write("launches", id=made, name=name)

        os.waitpid(self.person(launch), 0)
        return str(lines_of(self.world.folder / "launches.jsonl")[-1]["id"])

    def state(self, execution_id: str) -> str:
        """Return the state of an execution."""
        with transaction() as session:
            return session.get_one(Execution, execution_id).state

    def begin_to_ask(self) -> None:
        """Have somebody ask for a new password, in a process that may be killed on the way."""
        self.person(ask_for_link)

    def person(self, work: Callable[[], object]) -> int:
        """Do something in a process of the product's, with its seeded fault, and return that process."""
        close_engine()

        def as_changed() -> None:
            mutate(self.mutant)
            work()

        return forked(as_changed)


def ask_for_link() -> None:
    """Do what the page "forgot password" does."""
    with transaction() as session:
        credentials.request_password_reset(session, "ada@example.com")


def forked(work: Callable[[], object]) -> int:
    """Run something in a child of this process, and return the child."""
    parent = os.getpid()
    child = os.fork()
    if child:
        return child
    try:
        dispose_after_fork()
        die_with_parent(parent)
        work()
    except BaseException as error:
        sys.stderr.write(f"{error!r}\n")
        os._exit(1)
    os._exit(0)


def parts() -> dict[str, Callable[[], object]]:
    """Return what runs."""

    def work(queue: str) -> Callable[[], object]:
        return lambda: worker.work(queue, worker.StopSignal())

    return {"build-1": work("build"), "build-2": work("build"), "short": work("short"), "clock": tick}


def tick() -> None:
    """Do what is urgent of the clock's duties."""
    import threading

    wanted = {"dispatch", "hand_back", "reap", "mails", "ring_again"}
    everything = [duty for duty in clock.duties() if duty.name in wanted]
    for duty in everything:
        duty.every_s = min(duty.every_s, 0.5)
    stop = threading.Event()
    while not stop.wait(0.1):
        for duty in everything:
            duty.tick(time.monotonic())


def tree(mutant: str) -> None:
    """Change what is to be changed, start every part, and start again whatever ends."""
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    for name in ("workers.jobs", "services.executions.lease", "services.messages.sending", "services.queue"):
        for alter in inside.ALWAYS[name]:
            apply(name, alter)
    apply("workers.walk", inside.record_claims)
    for step in list(walk.RUN):
        walk.RUN[step] = inside.recorded(step, little(step))  # type: ignore[index]
    mutate(mutant)
    wanted = parts()
    alive = {forked(work): name for name, work in wanted.items()}
    while True:
        ended, _ = os.waitpid(-1, 0)
        if name := alive.pop(ended, ""):
            time.sleep(0.2)
            alive[forked(wanted[name])] = name


def mutate(mutant: str) -> None:
    """Seed a fault into this process."""
    for name, alter in CHANGES.get(mutant, ()):
        if name in sys.modules:
            apply(name, alter)


def little(name: str) -> Callable[[StepContext], StepResult]:
    """Return a step that says a few lines and leaves a folder."""

    def run(context: StepContext) -> StepResult:
        context.tree.mkdir(parents=True, exist_ok=True)
        for number in range(3):
            context.line(f"{name} line {number}")
        time.sleep(0.02)
        context.go_on()
        return StepResult(f"{name} done", {"url": "http://tiny.localhost"})

    return run


def apply(name: str, alter: Callable[[Any], None]) -> None:
    """Change a module, and what others have already taken from it by name."""
    module = sys.modules[name]
    before = dict(vars(module))
    alter(module)
    for key, new in dict(vars(module)).items():
        old = before.get(key)
        if callable(old) and old is not new:
            for other in list(sys.modules.values()):
                if (
                    getattr(other, "__name__", "").startswith(("services", "workers"))
                    and vars(other).get(key) is old
                ):
                    setattr(other, key, new)


@contextmanager
def light_servers() -> Iterator[Path]:
    """Have PostgreSQL and Valkey, those that the environment names or some of our own, and a folder for the records."""
    folder = Path(tempfile.mkdtemp(prefix="ism-light-"))
    folder.chmod(0o711)
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        os.environ["IDEASMITH_DATA"] = str(folder / "data")
        if not os.environ.get("DATABASE_URL"):
            os.environ["IDEASMITH_RUN_DIR"] = str(folder / "run")
            reset_settings()
            os.environ |= stack.enter_context(running(settings(), NO_SYNC))
        smtp = stack.enter_context(recording_mail_server(folder / "now" / "mails.jsonl"))
        os.environ |= {
            "IDEASMITH_SMTP_HOST": "127.0.0.1",
            "IDEASMITH_SMTP_PORT": str(smtp),
            "IDEASMITH_MAIL_FROM": "Ideasmith <ideasmith@example.com>",
            "IDEASMITH_SMTP_SECURITY": "none",
            inside.SHORT_LEASE: "2",
            # Longer than a ring that was never made may wait: what mends both must not hide that one guard is gone.
            inside.PATIENCE: "6",
            inside.TEMPLATES: str(write_templates(folder / "templates")),
            inside.OUTSIDE: str(folder / "now" / "outside.jsonl"),
            ARMED: str(folder / "now" / "armed"),
            "LOG_LEVEL": "ERROR",
        }
        reset_settings()
        catalog.templates_folder.set(folder / "templates")
        migrate()
        yield folder
        close_engine()


def empty(config: Settings) -> None:
    """Empty the database and Valkey."""
    with engine().begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("; ".join(f'DELETE FROM "{table.name}"' for table in metadata.sorted_tables)))
    with Redis.from_url(config.redis_url) as redis:
        redis.flushall()
    close_engine()


def told(folder: Path, story: scenarios.Scenario, mutant: str = "") -> dict[str, Any]:
    """Tell one story to a product with a seeded fault, or to the product as it is, and return the checker's report."""
    empty(settings())
    shutil.rmtree(folder / "now", ignore_errors=True)
    world = LightWorld(folder / "now")
    database = settings().database_url.replace("+psycopg://", "://", 1)
    (world.folder / "world.json").write_text(json.dumps({"database": database}))
    load = LightLoad(world, mutant)
    close_engine()
    root = forked(lambda: tree(mutant))
    try:
        story(world, load)  # type: ignore[arg-type]
        settle(database)
    finally:
        faults.kill(root)
        os.waitpid(root, 0)
    return ask_checker(world, "runs")  # type: ignore[arg-type]


def settle(database: str) -> None:
    """Wait until nothing is open, but not for ever."""
    until = time.monotonic() + CALM_S
    time.sleep(0.5)
    with psycopg.connect(database, autocommit=True) as connection:
        while time.monotonic() < until and connection.execute(OPEN).fetchone()[0]:  # type: ignore[arg-type, index]
            time.sleep(0.1)
    time.sleep(0.3)


def main() -> int:
    """Tell the stories that the words name, or all of them; 1 when a fault was not seen or a story ended badly."""
    from tests.chaos.mutants import AIMED, STORIES

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    names = sys.argv[1:] or [*STORIES, *AIMED]
    wrong = 0
    with light_servers() as folder:
        for name in names:
            begun = time.monotonic()
            story = AIMED[name] if name in AIMED else STORIES[name]
            try:
                report = told(folder, story, name if name in AIMED else "")
            except TimeoutError as error:  # the story did not come about, so nothing is known
                report = {"broken": {}, "error": str(error)}
            good = "error" not in report and bool(report["broken"]) == (name in AIMED)
            wrong += not good
            told_in_s = round(time.monotonic() - begun, 1)
            line = {"name": name, "met": good, "s": told_in_s, "broken": report["broken"]}
            line |= {"error": report["error"]} if "error" in report else {}
            sys.stdout.write(json.dumps(line, default=str) + "\n")
            sys.stdout.flush()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
