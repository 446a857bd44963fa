"""An application that was made in a test, started and looked at."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.templates.made import Subject


@dataclass
class Running:
    """A started application."""

    process: subprocess.Popen[str]
    url: str
    port: int
    data: Path


@contextlib.contextmanager
def serve(subject: Subject, tree: Path, data: Path) -> Iterator[Running]:
    """Start an application by the second command of its README, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    environment = {**kept, "PORT": str(port), "APP_DATA": str(data), "APP_URL": url}
    process = subprocess.Popen(
        [subject.python, "serve.py"],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # As a shell starts what runs in the background; the application has to end all the same.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    try:
        until = time.monotonic() + 30
        while not answers(port) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.02)
        yield Running(process, url, port, data)
    finally:
        process.kill()
        process.communicate()


def answers(port: int) -> bool:
    """Whether somebody listens there."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def get(app: Running, path: str, **headers: str) -> tuple[int, str]:
    """Ask the application for a page."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def check(page: Any, axe: Axe) -> None:
    """Look at a page with the eyes of axe-core, in both themes, and at its width down to 320."""
    page.wait_for_load_state()
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        found = axe.run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == [], (page.url, scheme, width)
