"""Single parts of the product as processes of their own, as the supervisor starts them."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.product import free_ports

ROOT = Path(__file__).parents[1]


def eventually(claim: Callable[[], Any], within_s: float = 30) -> float:
    """Wait until `claim` holds, and return how long that took."""
    begun = time.monotonic()
    while not claim():
        assert time.monotonic() < begun + within_s, "it did not come true in time"
        time.sleep(0.01)
    return time.monotonic() - begun


def start_part(call: str, more: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start `call` (`workers.door:main`) in a process with a bare environment."""
    module, _, name = call.partition(":")
    environment = {"PATH": os.environ["PATH"], "LOG_LEVEL": "WARNING", **more}
    return subprocess.Popen(
        [sys.executable, "-c", f"from {module} import {name}; {name}()"], cwd=ROOT, env=environment
    )


class DoorProcess:
    """The door as users reach it: libc does not know `*.localhost`, so the address is dialled and the host named."""

    def __init__(self, data: Path, call: str = "workers.door:main", **more: str) -> None:
        self.data, self.port = data, free_ports()[1]
        (data / "routes").mkdir(exist_ok=True)
        self.process = start_part(call, {"IDEASMITH_DATA": str(data), "APPS_PORT": str(self.port), **more})
        eventually(lambda: self.get("localhost", "/healthz")[0] == 200)

    def stop(self) -> int:
        """Stop it as the supervisor does, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(4)

    def route(self, slug: str, path: Path | None, state: str = "running", name: str = "") -> None:
        """Write a route as the keeper does."""
        file = self.data / "routes" / f"{slug}.json"
        draft = file.with_suffix(".new")
        draft.write_text(
            json.dumps({"socket": path and str(path), "state": state, "release": 1, "name": name or slug})
        )
        draft.rename(file)

    def get(
        self, host: str, path: str = "/", method: str = "GET", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """Ask once; status 0 when nobody listens."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, headers={"Host": host, **sent})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except ConnectionRefusedError:
            return 0, http.client.HTTPMessage(), b""
        finally:
            connection.close()

    def send(self, raw: bytes) -> bytes:
        """Send bytes as they are and return what comes until the door closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(raw)
            received = b""
            while piece := connection.recv(65536):
                received += piece
            return received
