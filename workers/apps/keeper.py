"""The keeper's process: hears what is wanted, keeps one `App` for each deployment, writes down what was seen."""

import asyncio
import contextlib
import fcntl
import shutil
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import Session

from models.settings import Settings, settings
from services.crashpoints import AFTER_SEEN, crashpoint
from services.deployments import keeping
from services.deployments.keeping import WantedApp
from services.deployments.minutes import store_minutes
from services.deployments.places import routes_folder, sockets_folder
from services.deployments.returning import refuse_release
from services.structured_logs import configure
from workers.apps import memory
from workers.apps.app import App
from workers.apps.backups import Backups
from workers.apps.copies import Copies
from workers.apps.database import Database
from workers.apps.removal import sweep_releases
from workers.apps.routes import remove_route, routed_slugs
from workers.apps.seen import seen_of
from workers.apps.tally import Tally
from workers.apps.traffic import Report, read_report
from workers.apps.usage import Meter
from workers.embedded.folders import make_run_dir

log = structlog.get_logger()

POLL_S = 1.0
ROUND_S = 2.0
LOOKS_AT_ONCE = 50
COUNT_S = 1.0
STORE_S = 5.0
MEASURE_S = 6.0
TOGETHER_S = 0.01  # what changes in the same moment is written together


class Keeper:
    """Keeps all apps of this machine."""

    def __init__(self) -> None:
        self.database = Database()
        self.apps: dict[str, App] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.rung = asyncio.Event()
        self.news = asyncio.Event()
        self.looks = asyncio.Semaphore(LOOKS_AT_ONCE)
        self.refusals: dict[str, tuple[str, str | None]] = {}  # by release: why, and what serves instead
        self.report = Report()
        self.tally, self.meter = Tally(), Meter()
        self.copies = Copies()
        self.backups = Backups(self.database)

    async def run(self, stop: asyncio.Event) -> None:
        """Keep the apps until `stop` is set, then stop them all at once."""
        self.want(recalled())
        work = [
            self.database.listen(self.ring),
            self.hear_for_ever(),
            self.look_for_ever(),
            self.tell_for_ever(),
            self.count_for_ever(),
            self.measure_for_ever(),
            self.backups.urgent_for_ever(),
            self.backups.rest_for_ever(),
        ]
        tasks = [asyncio.create_task(one) for one in work]
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopping, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()  # raises: none of them ends by itself
        finally:
            await cancel([stopping, *tasks])
            await asyncio.gather(*(app.shut(self.tasks[one]) for one, app in self.apps.items()))

    def ring(self) -> None:
        """Hear that something is wanted."""
        self.rung.set()
        self.backups.ring()

    async def hear_for_ever(self) -> None:
        """Ask what is wanted at each ring, and every second for the rings that were lost."""
        known: list[WantedApp] | None = None
        while True:
            self.rung.clear()
            wanted = await self.database.ask(keeping.list_wanted)
            if wanted is not None:
                await self.copies.renew(self.database, wanted)
                self.want(wanted)
                if known is None:
                    await self.sweep()
                if wanted != known:
                    remember(wanted)
                    known = wanted
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_S):
                    await self.rung.wait()

    async def sweep(self) -> None:
        """Remove what an earlier life left half-done."""
        known = await self.database.ask(keeping.known_releases)
        if known is not None:
            try:
                await asyncio.to_thread(sweep_releases, known)
            except OSError as error:
                log.warning("apps.not_swept", reason=str(error))

    def want(self, wanted: Iterable[WantedApp]) -> None:
        """Hand each app what is wanted of it, begin to keep new ones, and stop those that nobody knows."""
        by_id = {one.deployment_id: one for one in wanted}
        for deployment_id, app in list(self.apps.items()):
            if app.gone:
                del self.apps[deployment_id], self.tasks[deployment_id]
            elif deployment_id not in by_id:
                app.abandon()
        for deployment_id, one in by_id.items():
            known = self.apps.get(deployment_id)
            if known is None:
                known = self.apps[deployment_id] = App(
                    one, self.news.set, self.refuse, self.is_busy, self.backups
                )
            if deployment_id not in self.tasks or self.tasks[deployment_id].done():
                self.tasks[deployment_id] = asyncio.create_task(known.keep())
            known.want(one)
        slugs = {one.slug for one in by_id.values()}
        for slug in routed_slugs():
            if slug not in slugs:
                remove_route(slug)

    async def look_for_ever(self) -> None:
        """Look at every app in each round, many at a time."""
        while True:
            await asyncio.sleep(ROUND_S)
            await asyncio.gather(*(self.look(app) for app in list(self.apps.values())))
            self.news.set()

    async def look(self, app: App) -> None:
        """Look at one app when it is its turn."""
        async with self.looks:
            await app.look()
        self.tally.note(app.wanted.deployment_id, app.state)

    async def tell_for_ever(self) -> None:
        """Write what was seen, all of it in one statement: after each round, and when a state has changed."""
        while True:
            await self.news.wait()
            await asyncio.sleep(TOGETHER_S)
            self.news.clear()
            await self.tell_refusals()
            seen = [seen_of(app) for app in self.apps.values() if not app.gone]
            await self.database.ask(lambda session, seen=seen: keeping.record_observed(session, seen))  # type: ignore[misc]
            crashpoint(AFTER_SEEN, "app")

    def refuse(self, release_id: str, reason: str, back_to: str | None) -> None:
        """Have it stored why a release does not serve, and what does instead: soon, or when the database is back."""
        self.refusals[release_id] = (reason, back_to)
        self.news.set()

    async def tell_refusals(self) -> None:
        """Store the refusals that are not stored yet."""
        for release_id, (reason, back_to) in list(self.refusals.items()):

            def store(
                session: Session, one: str = release_id, why: str = reason, to: str | None = back_to
            ) -> bool:
                refuse_release(session, one, why, to)
                return True

            if not await self.database.ask(store):
                return
            self.refusals.pop(release_id, None)

    def is_busy(self, socket: Path) -> bool:
        """Whether the door still waits for an answer from an old box."""
        return self.report.is_busy(socket)

    async def count_for_ever(self) -> None:
        """Take in what the door has counted, and store it now and then."""
        stored = time.monotonic()
        while True:
            try:
                self.take_in(await asyncio.to_thread(read_report))
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                # Counting wrong must not cost the apps that run.
                log.warning("apps.traffic_damaged", reason=str(error))
            if time.monotonic() - stored >= STORE_S:
                stored = time.monotonic()
                await self.store_counts()
            await asyncio.sleep(COUNT_S)

    def take_in(self, report: Report) -> None:
        """Tell the apps who is asked for, and count."""
        self.report = report
        for app in self.apps.values():
            idle_s = report.idle_s(app.wanted.slug) if report.is_fresh else 0.0
            if idle_s is not None:
                app.sleep.used(idle_s)
        self.tally.take(report.counts({app.wanted.slug: one for one, app in self.apps.items()}))

    async def store_counts(self) -> None:
        """Store the counts; while the database is away they wait."""
        unstored = [replace(one) for one in self.tally.unstored()]

        def write(session: Session) -> bool:
            store_minutes(session, unstored)
            return True

        if unstored:
            written = await self.database.ask(write)
            if written:
                self.tally.stored(unstored)

    async def measure_for_ever(self) -> None:
        """See what each app uses."""
        while True:
            boxes = {one: app.serving.process.pid if app.serving else None for one, app in self.apps.items()}
            for one, use in (await asyncio.to_thread(self.meter.look, boxes)).items():
                if one in self.apps:
                    self.apps[one].use = use
            await asyncio.sleep(MEASURE_S)


def remember(wanted: list[WantedApp]) -> None:
    """Keep what is wanted for the next start. Failing at that must not cost the apps that run."""
    try:
        memory.remember(wanted)
    except OSError as error:
        log.warning("apps.not_remembered", reason=str(error))


def recalled() -> list[WantedApp]:
    """Return what was wanted last, or nothing when the file is damaged: the database knows better."""
    try:
        return memory.recall()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("apps.memory_damaged", reason=str(error))
        return []


async def cancel(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are over."""
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.contextmanager
def alone(config: Settings) -> Iterator[None]:
    """Make the folders and hold the lock: two keepers would start every app twice."""
    for folder in (config.data / "apps", routes_folder()):
        folder.mkdir(parents=True, exist_ok=True)
    with (config.data / "apps" / "keeper.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Another keeper of apps works in {config.data}. Stop it first.")
        make_run_dir(config.run_dir)
        # What lies here belonged to boxes that ended with the keeper before this one.
        shutil.rmtree(sockets_folder(), ignore_errors=True)
        # Passable, not listable: in the tier `weak` a box reaches its own folder by its path on the host.
        sockets_folder().mkdir(mode=0o711)
        yield


async def run() -> None:
    """Keep the apps until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await Keeper().run(stop)


def main() -> None:
    """Run the keeper of apps (`ideasmith apps`)."""
    config = settings()
    configure(config, "apps")
    with alone(config):
        asyncio.run(run())
