"""The product under chaos: started whole on a data folder of its own, with everything outside of it recorded."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from redis import Redis

from services.crashpoints import ARMED, REACHED
from tests.chaos import inside
from tests.chaos.evidence import note_birth
from tests.chaos.mail_record import recording_mail_server
from tests.chaos.moving import write_moving
from tests.chaos.tiny import write_templates
from tests.product import ROOT, Product, free_ports, wait_ready

SITE = Path(__file__).parent / "site"


@dataclass
class World:
    """A product, its outside, and the record of what was done to it. `folder` holds all of it."""

    folder: Path
    environment: dict[str, str]
    product: Product
    faults: int = 0
    started: float = field(default_factory=time.time)

    @property
    def data(self) -> Path:
        """The product's data folder."""
        return self.folder / "data"

    @property
    def armed(self) -> Path:
        """Where a file arms a crash point."""
        return self.folder / "armed"

    def client(self) -> httpx.Client:
        """Return a client that is signed in as this machine."""
        key = (self.data / "local-key").read_text().strip()
        return httpx.Client(
            base_url=self.product.url, headers={"Authorization": f"Bearer {key}"}, timeout=httpx.Timeout(10)
        )

    def write(self, record: str, **line: Any) -> None:
        """Append a line to one of the records."""
        with (self.folder / f"{record}.jsonl").open("a") as file:
            file.write(json.dumps({"at": time.time(), **line}) + "\n")

    def pids(self) -> dict[str, int]:
        """Return the process of every part that runs, by name, and of the supervisor."""
        try:
            state = json.loads((self.data / "processes.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        found = {one["name"]: one["pid"] for one in state["processes"] if one["pid"]}
        return {"supervisor": state["supervisor"], **found}

    def redis(self) -> Redis:
        """Return a connection to the product's Valkey."""
        password = (self.data / "valkey-password").read_text().strip()
        sockets = list(Path(self.environment["IDEASMITH_RUN_DIR"]).glob("*.sock"))
        return Redis(unix_socket_path=str(sockets[0]), password=password, socket_timeout=2)

    def start_again(self) -> None:
        """Start the product anew, when its supervisor is gone."""
        for last in (False, False, True):  # what is killed while all starts ends that start
            self.product.process.wait(30)
            self.product = start(self.folder, self.environment)
            try:
                wait_ready(self.product)
                return
            except AssertionError:
                if last:
                    raise

    def reached(self, place: str) -> tuple[int, Path] | None:
        """Return the process that waits for its fate at a place, and the file that holds it there."""
        for taken in self.armed.glob(f"{place}.*{REACHED}"):
            return int(taken.name.removesuffix(REACHED).rpartition(".")[2]), taken
        return None


def start(folder: Path, environment: Mapping[str, str]) -> Product:
    """Start the product; it is not ready yet."""
    output = folder / "product.out"
    with output.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers.supervisor"], cwd=ROOT, env=dict(environment),
            stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT,
        )  # fmt: skip
    port, apps_port = environment["PORT"], environment["APPS_PORT"]
    return Product(process, f"http://127.0.0.1:{port}", int(apps_port), folder / "data", output)


def environment_for(folder: Path, smtp_port: int, more: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a product under chaos."""
    ours = ("DATABASE_URL", "REDIS_URL", "IDEASMITH_RUN_DIR", "IDEASMITH_DATA")
    port, apps_port = free_ports()
    return {
        **{name: value for name, value in os.environ.items() if name not in ours},
        "PYTHONPATH": str(SITE),
        "PORT": str(port),
        "APPS_PORT": str(apps_port),
        "IDEASMITH_DATA": str(folder / "data"),
        "IDEASMITH_RUN_DIR": str(folder / "run"),
        "IDEASMITH_BUILD_WORKERS": "3",
        "IDEASMITH_USER_EXECUTIONS": "64",
        "IDEASMITH_SMTP_HOST": "127.0.0.1",
        "IDEASMITH_SMTP_PORT": str(smtp_port),
        "IDEASMITH_MAIL_FROM": "Ideasmith <ideasmith@example.com>",
        "IDEASMITH_SMTP_SECURITY": "none",
        "IDEASMITH_SMTP_TIMEOUT_S": "5",
        "IDEASMITH_LIMIT_ADDRESS": "",
        "IDEASMITH_LIMIT_API_ADDRESS": "",
        "IDEASMITH_LIMIT_API_KEY": "",
        ARMED: str(folder / "armed"),
        inside.TEMPLATES: str(folder / "templates"),
        inside.OUTSIDE: str(folder / "outside.jsonl"),
        **more,
    }


@contextmanager
def world(keep: Path | None = None, **more: str) -> Iterator[World]:
    """Have a product under chaos for a while. With `keep` its folder stays."""
    folder = keep or Path(tempfile.mkdtemp(prefix="ism-chaos-"))
    for place in (folder, folder / "armed"):
        place.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    note_birth(folder)
    write_templates(folder / "templates")
    write_moving(folder / "templates", 1)
    with recording_mail_server(folder / "mails.jsonl") as smtp_port:
        environment = environment_for(folder, smtp_port, more)
        product = start(folder, environment)
        found = World(folder, environment, product)
        try:
            wait_ready(product)
            yield found
        finally:
            stop(found)
            if keep is None:
                shutil.rmtree(folder, ignore_errors=True)


def stop(found: World) -> None:
    """Stop the product, if it runs."""
    process = found.product.process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(30)
