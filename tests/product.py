"""The running product, for tests: started as a person starts it, looked at from outside."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
START_TIMEOUT_S = 150
LOG_LINES = 60
COPIED = (
    "Makefile",
    "pyproject.toml",
    "rxconfig.py",
    "bootstrap.lock",
    "requirements.lock",
    "requirements-dev.lock",
)
FOLDERS = ("app", "assets", "docs", "models", "reflex.lock", "services", "templates", "workers")


@dataclass
class Product:
    """One started tree: its first process, where it answers, where its data and its words are."""

    process: subprocess.Popen[bytes]
    url: str
    apps_port: int
    data: Path
    output: Path

    def log(self) -> str:
        """Return the last lines of everything that it wrote."""
        files = [self.output, *sorted((self.data / "logs").glob("*.log"))]
        parts = [f"--- {file.name}\n" + "\n".join(last_lines(file)) for file in files if file.exists()]
        return "\n".join(parts)

    def said(self) -> str:
        """Return what the person who started it has seen."""
        return self.output.read_text(errors="replace")

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Stop it and return how many seconds that took."""
        started = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(20)
        return time.monotonic() - started


def last_lines(file: Path) -> list[str]:
    """Return the last lines of a log."""
    return file.read_text(errors="replace").splitlines()[-LOG_LINES:]


def free_ports() -> tuple[int, int]:
    """Return two ports that nobody listens on just now."""
    with socket.socket() as first, socket.socket() as second:
        for probe in (first, second):
            probe.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]


def start(
    data: Path,
    *,
    command: list[str] | None = None,
    more: Mapping[str, str] | None = None,
    nothing_set: bool = False,
    project: Path = ROOT,
) -> Product:
    """Start the product; it is not ready yet. With `nothing_set` only what is needed stands in its environment."""
    port, apps_port = free_ports()
    ours = ("DATABASE_URL", "REDIS_URL", "IDEASMITH_RUN_DIR", "IDEASMITH_DATA")
    environment = (
        {} if nothing_set else {name: value for name, value in os.environ.items() if name not in ours}
    )
    environment |= {
        "PORT": str(port),
        "APPS_PORT": str(apps_port),
        "IDEASMITH_DATA": str(data),
        **(more or {}),
    }
    data.parent.mkdir(parents=True, exist_ok=True)
    output = data.with_name(f"{data.name}.out")
    with output.open("wb") as stream:
        process = subprocess.Popen(
            command or [sys.executable, "-m", "workers.supervisor"],
            cwd=project,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    return Product(process, f"http://127.0.0.1:{port}", apps_port, data, output)


def wait_ready(product: Product, timeout_s: float = START_TIMEOUT_S) -> Product:
    """Wait for the one line `Ready: …`.

    Raises:
        AssertionError: it ended, or took too long; with what it said.
    """
    deadline = time.monotonic() + timeout_s
    while not re.search(r"^Ready: http", product.said(), re.MULTILINE):
        ended = product.process.poll()
        assert ended is None, f"the product ended with {ended}:\n{product.log()}"
        assert time.monotonic() < deadline, f"the product was not ready in {timeout_s} s:\n{product.log()}"
        time.sleep(0.02)
    return product


@contextmanager
def running_product(data: Path, **how: Any) -> Iterator[Product]:
    """Have a product of its own for a while; `how` is what `start` takes."""
    product = start(data, **how)
    try:
        yield wait_ready(product)
    finally:
        if product.process.poll() is None:
            product.stop()


def copy_project(into: Path) -> Path:
    """Copy what `make run` needs."""
    into.mkdir(parents=True)
    for name in COPIED:
        shutil.copyfile(ROOT / name, into / name)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, into / name, ignore=shutil.ignore_patterns("__pycache__"))
    (into / "README.md").write_text("# Ideasmith\n")
    return into


@contextmanager
def passable_folder() -> Iterator[Path]:
    """Have a temporary folder that other users may pass: those of pytest are closed at every start of a pytest."""
    with tempfile.TemporaryDirectory(prefix="ism-test-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield Path(name)
