"""One box that runs a release: start it, look at it, stop it."""

import asyncio
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from services import environments, sandbox
from services.deployments.app_logs.writing import AppLog, BoxLog
from services.deployments.boxes import SOCKET_NAME, make_box
from services.deployments.keeping import WantedApp
from services.deployments.places import release_folder, sockets_folder
from services.deployments.releases import LOCK
from services.health import ProbeResult, probe
from services.sandbox.base import BoxProcess
from services.variables.carrying import Variables, open_copy

STOP_S = 2.0


@dataclass(eq=False)
class Running:
    """A started box. `version` says what it was started for: the release, and the restart that was asked for."""

    app: WantedApp
    release_id: str
    process: BoxProcess
    folder: Path
    variables: Variables = field(default_factory=Variables)
    started: float = field(default_factory=time.monotonic)
    served_since: float | None = None  # when requests were first sent to it
    leaving: bool = False  # it is being stopped

    @property
    def version(self) -> tuple[str | None, str]:
        """What of the wish this box fulfils."""
        return (self.app.release_id, self.app.restart_requested_at)

    @property
    def socket(self) -> Path:
        """Where the app listens."""
        return self.folder / SOCKET_NAME

    @property
    def up_s(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started

    def exit_code(self) -> int | None:
        """Return how it ended (negative: by a signal), or None while it runs."""
        return self.process.poll()

    async def look(self) -> ProbeResult:
        """Ask its health path once."""
        return await probe(self.socket, self.app.health, self.app.host)

    async def stop(self) -> None:
        """Ask it to stop, end it when it does not within `STOP_S`, and remove its socket."""
        if self.process.poll() is None:
            self.process.terminate()
            if not await self.ended(STOP_S):
                self.process.kill()
                await self.ended(STOP_S)
        shutil.rmtree(self.folder, ignore_errors=True)

    async def ended(self, within_s: float) -> bool:
        """Wait for its end, and say whether it came in time. Takes no thread: many stop at once."""
        deadline = time.monotonic() + within_s
        while self.process.poll() is None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.02)
        return True


async def start(
    app: WantedApp, log: AppLog, cancelled: Callable[[], bool], variables: Variables | None = None
) -> Running:
    """Start the wanted release of an app in a box of its own. What it prints goes to `log`.

    It gets the variables that lie on this machine, or those that are given.

    The environment exists, as a rule; when it has to be built, `cancelled` ends that.

    Raises:
        EnvironmentCancelled: `cancelled` said so.
        IdeasmithError: there is no environment or no sandbox for it, or its variables cannot be opened.
        OSError: its files are not there or the disk is full.
    """
    return await asyncio.to_thread(start_now, app, log, cancelled, variables)


def start_now(
    app: WantedApp, log: AppLog, cancelled: Callable[[], bool], variables: Variables | None = None
) -> Running:
    """Start a box from whatever thread: the sandbox's launcher, not the thread, is the parent of the box."""
    assert app.release_id is not None  # noqa: S101 - the caller asked for a release
    lock = release_folder(app.release_id) / LOCK
    environment = environments.ensure(lock, cancelled=cancelled)
    # Short, because the path of a socket may have 108 bytes; random, because the old box keeps its own meanwhile.
    folder = sockets_folder() / secrets.token_hex(4)
    variables = variables or open_copy(app.deployment_id)
    box = make_box(app, app.release_id, environment, folder, variables)
    log.say_start(app.release_number)
    try:
        process = sandbox.current().start(box, log=BoxLog(log))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return Running(app, app.release_id, process, folder, variables)
