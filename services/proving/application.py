"""An application of a row, started in the sandbox the way a deployed one is."""

import contextlib
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services import sandbox
from services.catalog import TemplateFolder
from services.environments import Environment
from services.proving.visitor import ORIGIN, Answer, Visitor
from services.sandbox.base import Bind, Box, BoxProcess, Limits

SOCKET_FOLDER, DATA_FOLDER, SOCKET_NAME = "/run/app", "/data", "app.sock"
# Whoever started it ends it; the limits against a runaway are those of a deployed application.
LIMITS = Limits(wall_s=None, cpu_s=None, file_mb=512, disk_mb=1024)
START_S = 10.0  # so long it is waited for; how long it may take is the check's business
STOP_S = 5.0
LOOK_EVERY_S = 0.02


@dataclass
class StartedApp:
    """A running application. `ready_s`: from the start to the first 200 on its health path, None if there was none."""

    process: BoxProcess
    socket: Path
    data: Path
    log: Path
    ready_s: float | None

    def visitor(self, address: str = "203.0.113.1") -> Visitor:
        """Return somebody who was never here."""
        return Visitor(self.socket, address)

    def stop(self) -> tuple[float, int | None]:
        """Ask it to stop; return how many seconds that took, and the exit code (None: it had to be killed)."""
        started = time.monotonic()
        self.process.terminate()
        code = self.process.wait(STOP_S)
        seconds = time.monotonic() - started
        if code is None:
            self.process.kill()
            self.process.wait(STOP_S)
        return seconds, code

    def last_words(self) -> list[str]:
        """Return the end of what it printed."""
        return self.log.read_text("utf-8", "replace").splitlines()[-20:] if self.log.exists() else []


@contextlib.contextmanager
def started(
    template: TemplateFolder, environment: Environment, tree: Path, data: Path
) -> Iterator[StartedApp]:
    """Start an application on `tree` with its data in `data`; at the end nothing of it runs."""
    # A short path: that of a socket may have 108 bytes. The sandbox hands the folder over to the application.
    sockets = Path(tempfile.mkdtemp(prefix="ism-prove-"))
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = data.with_name(f"{data.name}.log")
    box = box_of(template, environment, tree, data, sockets)
    begun = time.monotonic()
    process = sandbox.current().start(box, log=log)
    try:
        app = StartedApp(process, sockets / SOCKET_NAME, data, log, None)
        app.ready_s = wait_ready(app, template.manifest["app"]["health"], begun)
        yield app
    finally:
        process.kill()
        process.wait(STOP_S)
        shutil.rmtree(sockets, ignore_errors=True)


def box_of(template: TemplateFolder, environment: Environment, tree: Path, data: Path, sockets: Path) -> Box:
    """Return the box of an application: its code read-only, its data and its socket's folder writable."""
    words = template.manifest["app"]["start"]
    return Box(
        argv=tuple(environment.python if word == "python" else word for word in words),
        workspace=tree,
        workspace_writable=False,
        env={
            "APP_SOCKET": f"{SOCKET_FOLDER}/{SOCKET_NAME}",
            "APP_DATA": DATA_FOLDER,
            "APP_URL": ORIGIN,
            "PYTHONUNBUFFERED": "1",
        },
        binds=(
            *environment.binds,
            Bind(data, DATA_FOLDER, writable=True),
            Bind(sockets, SOCKET_FOLDER, writable=True),
        ),
        limits=LIMITS,
        trusted_template=True,
    )


def wait_ready(app: StartedApp, health: str, begun: float) -> float | None:
    """Return the seconds until the application was well, None when it ended or took too long."""
    while time.monotonic() - begun < START_S and app.process.poll() is None:
        if app.socket.exists() and ask(app, health).status == 200:
            return time.monotonic() - begun
        time.sleep(LOOK_EVERY_S)
    return None


def ask(app: StartedApp, path: str) -> Answer:
    """Ask for one path as somebody who was never here."""
    visitor = app.visitor()
    try:
        return visitor.get(path)
    finally:
        visitor.close()
