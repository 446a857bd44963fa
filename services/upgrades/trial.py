"""Starting an application on a copy of its data, in the box that a deployed one has, with an address of nobody's."""

import contextlib
import http.client
import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services import sandbox
from services.deployments.boxes import DATA_FOLDER, SOCKET_FOLDER, SOCKET_NAME
from services.deployments.limits import LIMITS
from services.environments import Environment
from services.sandbox.base import Bind, Box, BoxProcess, Tier
from services.variables.carrying import Variables, open_copy

START_S, STOP_S, LOOK_EVERY_S = 20.0, 5.0, 0.05
HOST = "trial.localhost"
MOST_BYTES = 1_000_000
# No network in them: what waits to be sent in the copied data goes nowhere.
WITHOUT_NETWORK = (Tier.STRONG, Tier.GOOD)


@dataclass(frozen=True, slots=True)
class App:
    """What is started: its code, its packages, how, and whether somebody else than a template wrote of it."""

    tree: Path
    environment: Environment
    manifest: Mapping[str, Any]  # the [app] table
    edited: bool
    variables: Variables = field(default_factory=Variables)


@dataclass(frozen=True, slots=True)
class Trial:
    """What was seen. `reason` is why it failed, "" when it did not."""

    reason: str
    last_words: tuple[str, ...] = ()
    ready_ms: float = 0.0


def variables_for(deployment_id: str) -> Variables:
    """Return what a trial is told of the application's variables: all of them, but nothing where it has a network.

    Raises:
        VariablesKeyMissing: they cannot be opened.
    """
    return open_copy(deployment_id) if sandbox.current().tier in WITHOUT_NETWORK else Variables()


def try_out(app: App, data: Path, go_on: Callable[[], None]) -> Trial:
    """Start an application on `data`, ask for its health and its front page, and stop it as a deployed one is."""
    log = data.with_name(f"{data.name}.log")
    log.unlink(missing_ok=True)
    with running(app, data, log) as (process, place):
        begun = time.monotonic()
        reason = wait_well(process, place, str(app.manifest["health"]), go_on)
        ready_ms = (time.monotonic() - begun) * 1000
        if not reason:
            status = ask(place, "/")
            reason = "" if 0 < status < 500 else f"Its front page answers {status or 'nothing'}."
        if process.poll() is None:
            process.terminate()
            process.wait(STOP_S)
    words = tuple(log.read_text("utf-8", "replace").splitlines()[-20:]) if log.is_file() else ()
    return Trial(reason, words if reason else (), round(ready_ms, 1))


@contextlib.contextmanager
def running(app: App, data: Path, log: Path) -> Iterator[tuple[BoxProcess, Path]]:
    """Have it run; at the end nothing of it does."""
    # A short path: that of a socket may have 108 bytes.
    sockets = Path(tempfile.mkdtemp(prefix="ism-trial-"))
    process = None
    try:
        process = sandbox.current().start(box_of(app, data, sockets), log=log)
        yield process, sockets / SOCKET_NAME
    finally:
        if process is not None:
            process.kill()
            process.wait(STOP_S)
        shutil.rmtree(sockets, ignore_errors=True)


def box_of(app: App, data: Path, sockets: Path) -> Box:
    """Return the box of a trial: what a deployed application has, but no address of its own."""
    words = app.manifest["start"]
    return Box(
        argv=tuple(app.environment.python if word == "python" else word for word in words),
        workspace=app.tree,
        workspace_writable=False,
        env={
            "APP_SOCKET": f"{SOCKET_FOLDER}/{SOCKET_NAME}",
            "APP_DATA": DATA_FOLDER,
            "APP_URL": f"http://{HOST}",
            "PYTHONUNBUFFERED": "1",
        },
        variables=app.variables.plain,
        secrets=app.variables.secret,
        binds=(
            *app.environment.binds,
            Bind(data, DATA_FOLDER, writable=True),
            Bind(sockets, SOCKET_FOLDER, writable=True),
        ),
        limits=LIMITS,
        trusted_template=not app.edited,
    )


def wait_well(process: BoxProcess, place: Path, health: str, go_on: Callable[[], None]) -> str:
    """Wait for the health check to answer; return why it did not, "" when it did."""
    until, status = time.monotonic() + START_S, 0
    while time.monotonic() < until:
        go_on()
        if (code := process.poll()) is not None:
            return f"It ended while it was starting (exit code {code})."
        if place.exists() and (status := ask(place, health)) == 200:
            return ""
        time.sleep(LOOK_EVERY_S)
    said = f"answers {status}" if status else "does not answer"
    return f"Its health check {said} after {START_S:.0f} s."


class OverSocket(http.client.HTTPConnection):
    """HTTP through a unix socket."""

    def __init__(self, place: Path) -> None:
        super().__init__(HOST, timeout=5)
        self.place = place

    def connect(self) -> None:
        """Open the socket."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(os.fspath(self.place))


def ask(place: Path, path: str) -> int:
    """Ask for a path and return the status, 0 when nothing answered."""
    connection = OverSocket(place)
    try:
        connection.request("GET", path, headers={"User-Agent": "ideasmith-upgrade"})
        answer = connection.getresponse()
        answer.read(MOST_BYTES)
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
