"""The door: requests a second through it, against the same app's socket reached directly, in the same run."""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from models.settings import reset_settings, settings
from services import environments, sandbox
from services.health import held_socket
from services.sandbox.base import Bind, Box, Limits
from tests.bench.measure import Measure, percentile
from tests.parts import ROOT, DoorProcess, eventually

BAR = 0.6
CONNECTIONS, ROUNDS, ROUND_S = 8, 5, 1.5
PAGE_BYTES = 2200
# What templates run on: Flask behind waitress. The app itself does as little as an app can.
SERVE = f"""
import os
from flask import Flask
from waitress import create_server
app = Flask(__name__)
app.add_url_rule("/", "page", lambda: "x" * {PAGE_BYTES})
create_server(app, unix_socket=os.environ["APP_SOCKET"], unix_socket_perms="666", threads=8).run()
"""


class Client(asyncio.Protocol):
    """One connection that asks again as soon as it is answered."""

    def __init__(self, host: str, took_s: list[float]) -> None:
        self.request = f"GET / HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n".encode()
        self.took_s, self.buffer, self.at = took_s, b"", 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.at = time.perf_counter()
        self.transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, ended, body = self.buffer.partition(b"\r\n\r\n")
        if ended and len(body) >= PAGE_BYTES:
            assert head.startswith(b"HTTP/1.1 200"), head
            self.buffer = b""
            self.took_s.append(time.perf_counter() - self.at)
            self.ask()


async def load(path: str | None, port: int, host: str) -> list[float]:
    """Ask for one round and return how long each answer took."""
    loop, took_s = asyncio.get_running_loop(), list[float]()
    connections = []
    for _ in range(CONNECTIONS):
        if path is not None:
            made = await loop.create_unix_connection(lambda: Client(host, took_s), path)
        else:
            made = await loop.create_connection(lambda: Client(host, took_s), "127.0.0.1", port)
        connections.append(made[0])
    await asyncio.sleep(ROUND_S)
    for transport in connections:
        transport.abort()
    return took_s


@contextmanager
def boxed_app(folder: Path) -> Iterator[Path]:
    """An app in its box; gives its socket."""
    environment = environments.ensure(ROOT / "templates" / "landing" / "requirements.lock")
    (folder / "code").mkdir()
    (folder / "code" / "serve.py").write_text(SERVE)
    (folder / "run").mkdir()
    box = Box(
        argv=(environment.python, "serve.py"),
        workspace=folder / "code",
        workspace_writable=False,
        env={"APP_SOCKET": "/run/app/app.sock"},
        binds=(*environment.binds, Bind(folder / "run", "/run/app", writable=True)),
        limits=Limits(wall_s=None, cpu_s=None),
        trusted_template=True,
    )
    process = sandbox.current().start(box, log=folder / "app.log")
    try:
        eventually((folder / "run" / "app.sock").exists)
        yield folder / "run" / "app.sock"
    finally:
        process.kill()
        process.wait(5)


def measures() -> Sequence[Measure]:
    """Measure in turns, so that what else the machine does falls on both alike."""
    before = os.environ.get("IDEASMITH_DATA")
    with tempfile.TemporaryDirectory(prefix="ism-") as folder:
        os.environ["IDEASMITH_DATA"] = folder
        reset_settings()
        try:
            return [throughput(Path(folder))]
        finally:
            os.environ.pop("IDEASMITH_DATA")
            os.environ |= {"IDEASMITH_DATA": before} if before else {}
            reset_settings()


def throughput(folder: Path) -> Measure:
    """Return requests a second through the door as a share of those of the app itself."""
    direct: list[float] = []
    through: list[float] = []
    took_s: list[float] = []
    with boxed_app(folder) as socket, held_socket(socket) as path:
        door = DoorProcess(settings().data)
        try:
            door.route("bench", socket)
            for number in range(ROUNDS + 1):
                alone = asyncio.run(load(path, 0, "app"))
                handed_on = asyncio.run(load(None, door.port, "bench.localhost"))
                if number:  # the first round only warms up
                    direct.append(len(alone) / ROUND_S)
                    through.append(len(handed_on) / ROUND_S)
                    took_s += handed_on
        finally:
            door.stop()
    reference, value = statistics.median(direct), statistics.median(through)
    return Measure(
        name="door_throughput_ratio",
        value=round(value / reference, 3),
        unit="of the app reached directly",
        bar=BAR,
        at_most=False,
        reference=round(reference),
        ratio=round(value / reference, 3),
        n=len(took_s),
        p50=round(statistics.median(took_s) * 1000, 3),
        p95=round(percentile(took_s, 95) * 1000, 3),
        note=f"{value:.0f}/s through, {reference:.0f}/s directly, {CONNECTIONS} connections; p50 and p95 in ms",
    )
