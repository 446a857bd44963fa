"""Valkey for one machine: doorbells, live tails and page state. What it loses is rung or built again."""

import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from workers.embedded.passwords import password, write_private
from workers.preflight import CannotStart
from workers.processes import child_setup

SOCKET = "valkey.sock"


@dataclass
class Valkey:
    """One server: its data folder, the folder of its socket, its program."""

    data: Path
    run_dir: Path
    program: Path
    password_file: Path
    name: str = "valkey"
    stop_signal: int = signal.SIGTERM
    kill_signal: int = signal.SIGKILL

    @property
    def url(self) -> str:
        """Where it is, for redis-py."""
        return (
            f"unix://:{quote(password(self.password_file), safe='')}@{quote(str(self.run_dir / SOCKET))}?db=0"
        )

    def prepare(self) -> None:
        """Write the configuration. A file, since every user can read a command line."""
        self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.data / "valkey.conf"
        settings = {
            "port": "0",
            "unixsocket": str(self.run_dir / SOCKET),
            "unixsocketperm": "700",
            "requirepass": password(self.password_file),
            "dir": str(self.data),
            "appendonly": "yes",
            "appendfsync": "everysec",
            # RQ's keys must never be evicted; a full memory is an error that is seen.
            "maxmemory-policy": "noeviction",
            "save": "",
            "daemonize": "no",
        }
        write_private(file, "".join(f"{name} {quoted(value)}\n" for name, value in settings.items()))

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server; it ends with this process, however that ends."""
        with log.open("ab") as output:
            return subprocess.Popen(
                [self.program, self.data / "valkey.conf"],
                preexec_fn=child_setup(self.stop_signal),
                env={"PATH": os.defpath, "LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
            )

    def is_ready(self) -> bool:
        """Whether it answers with the password, its data read."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self.run_dir / SOCKET))
                connection.sendall(b"AUTH %s\r\nPING\r\n" % password(self.password_file).encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (more := connection.recv(200)):
                    answer += more
            except OSError:
                return False
        return answer == b"+OK\r\n+PONG\r\n"

    def has_data(self) -> bool:
        """Whether there is anything that could be damaged."""
        return any(self.data.glob("appendonlydir/*"))

    def set_aside(self) -> Path:
        """Move damaged data away, so that the next start is a clean one. Nothing acknowledged lives here alone."""
        aside = self.data.with_name(f"valkey.damaged-{int(time.time())}")
        self.data.rename(aside)
        for older in sorted(self.data.parent.glob("valkey.damaged-*"))[:-1]:
            shutil.rmtree(older, ignore_errors=True)
        self.prepare()
        return aside

    def failure(self, log: str) -> CannotStart:
        """Return the sentence for a server that ended while starting; `log` is what it wrote."""
        said = [line for line in log.splitlines() if line.strip()]
        return CannotStart(
            f"Valkey cannot start on {self.data} (it says: {said[-1].strip() if said else 'nothing'}). It holds "
            f"nothing that is lost: `mv '{self.data}' '{self.data}.damaged'`, then start again.",
            "valkey_failed",
        )

    def clean(self) -> None:
        """Remove what a killed server leaves in the socket folder."""
        (self.run_dir / SOCKET).unlink(missing_ok=True)


def quoted(value: str) -> str:
    """Return a value as the configuration file wants it."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
