"""PostgreSQL 18 for one machine: made, started and watched by ourselves, not by the wheel's own starter.

The wheel's own makes a system user, opens every parent folder to all, and leaves the server behind when its parent is
killed. Here `postgres` itself is started: the pid is ours, and the kernel ends it with us.
"""

import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from workers.embedded.binaries import POSTGRES_FLOOR, major_version
from workers.embedded.identity import Identity, choose
from workers.embedded.passwords import password, write_private
from workers.preflight import CannotStart
from workers.processes import is_alive, name_of, send

USER = DATABASE = "ideasmith"
PORT = 5432  # part of the socket's name only: nothing listens on TCP
MEGABYTE = 1024 * 1024


@dataclass
class Postgres:
    """One server: its data folder, the folder of its socket, the folder of its programs."""

    data: Path
    run_dir: Path
    programs: Path
    password_file: Path
    options: dict[str, str] = field(default_factory=dict)
    name: str = "postgres"
    stop_signal: int = signal.SIGINT  # "fast": ends the clients, writes a checkpoint
    kill_signal: int = signal.SIGQUIT  # "immediate": the next start reads the journal

    @cached_property
    def identity(self) -> Identity:
        """Who the server runs as."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        return choose(self.programs / "postgres", self.data.parent)

    @property
    def sockets(self) -> Path:
        """Where it listens: a folder of its own, since it may run as another user than we."""
        return self.run_dir / "pg"

    @property
    def url(self) -> str:
        """Where its database is, for psycopg and SQLAlchemy."""
        secret = quote(password(self.password_file), safe="")
        host = quote(str(self.sockets), safe="")
        return f"postgresql+psycopg://{USER}:{secret}@/{DATABASE}?host={host}&port={PORT}"

    def is_new(self) -> bool:
        """Whether there is no data yet."""
        return not self.data.exists()

    def prepare(self) -> None:
        """Make the data folder at the first start; see that a later one finds what it needs.

        Raises:
            CannotStart: the folder is damaged or of another version.
        """
        if self.is_new():
            self.initialise()
        self.check()
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        for folder in (self.data, self.sockets):
            self.identity.own(folder)
        self.end_stray()

    def initialise(self) -> None:
        """Run initdb into a folder beside, and put it in place when it is whole."""
        partial = self.data.with_name(f"{self.data.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700, parents=True)
        secret = self.run_dir / "initial-password"
        write_private(secret, password(self.password_file))
        for path in (partial, secret):
            os.chown(path, self.identity.owner, -1)
        try:
            done = self.run(
                "initdb", "--pgdata", str(partial), "--username", USER, "--pwfile", str(secret),
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions",
                # The same order on every machine: the C library's changes with its version.
                "--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8",
                *(["--no-sync"] if self.options.get("fsync") == "off" else []),
            )  # fmt: skip
        finally:
            secret.unlink(missing_ok=True)
        if done.returncode != 0:
            raise CannotStart(f"The database could not be made in {self.data}: {last_line(done.stderr)}")
        partial.rename(self.data)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs under its identity."""
        return subprocess.run(
            [self.programs / program, *arguments],
            preexec_fn=self.identity.setup(signal.SIGKILL),
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def check(self) -> None:
        """Refuse a folder that no server of ours can start on, before it tries."""
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise self.damaged("its PG_VERSION is missing") from None
        ours = major_version(self.programs)
        if version != str(ours):
            raise CannotStart(
                f"The database in {self.data} was made by PostgreSQL {version}, and the programs here are of "
                f"{ours}. Set IDEASMITH_PG_BIN to those of {version}, or restore a backup into a new data folder.",
                "data_version",
            )
        if ours < POSTGRES_FLOOR:
            raise CannotStart(
                f"PostgreSQL {POSTGRES_FLOOR} or newer is needed; found {ours}.", "old_postgres"
            )

    def damaged(self, reason: str) -> CannotStart:
        """Return the sentence for a folder that no server starts on."""
        return CannotStart(
            f"The database in {self.data} is damaged (PostgreSQL says: {reason}). Put a backup in its place, "
            f"or begin with an empty one: `mv '{self.data}' '{self.data}.damaged'`, then start again.",
            "data_damaged",
        )

    def end_stray(self) -> None:
        """End a server that outlived a killed start, and forget the pid of one that is gone.

        The caller holds the lock of the data folder, so whoever still works in it is of no living start. PostgreSQL
        itself would take any process that has got the old pid by now for the owner.
        """
        file = self.data / "postmaster.pid"
        try:
            pid = int(file.read_text().splitlines()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return
        for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not self.is_ours(pid):
                break
            send(pid, number)
            wait_for_end(pid, 4.0)
        file.unlink(missing_ok=True)

    def is_ours(self, pid: int) -> bool:
        """Whether a process is a server that works in our data folder."""
        try:
            return (
                is_alive(pid) and name_of(pid) == "postgres" and Path(f"/proc/{pid}/cwd").samefile(self.data)
            )
        except OSError:
            return False

    def command(self) -> list[str]:
        """Return the command of the server. Nothing in it is secret: every user can read it."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
            "max_connections": "200",
            "shared_buffers": f"{shared_buffers_mb()}MB",
            "random_page_cost": "1.1",
            "jit": "off",
            "summarize_wal": "on",
            # Before it recovers: one call for the file system instead of one for each of its 1,500 files.
            "recovery_init_sync_method": "syncfs",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
        }
        if any(self.programs.parent.rglob("pg_stat_statements.so")):
            settings["shared_preload_libraries"] = "pg_stat_statements"
        settings |= self.options
        # Inside quotes a quote is doubled: the list of socket folders is parsed, and a path may hold anything.
        settings["unix_socket_directories"] = (
            '"' + settings["unix_socket_directories"].replace('"', '""') + '"'
        )
        arguments = [argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *arguments]

    def start(self, log: Path) -> subprocess.Popen[bytes]:
        """Start the server; it ends with this process, however that ends."""
        with log.open("ab") as output:
            return subprocess.Popen(
                self.command(),
                preexec_fn=self.identity.setup(self.stop_signal),
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
            )

    def is_ready(self) -> bool:
        """Whether the server says of itself that it takes connections (the eighth line of its pid file)."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"

    def failure(self, log: str) -> CannotStart:
        """Return the sentence for a server that ended while starting; `log` is what it wrote."""
        said = [line for line in log.splitlines() if "FATAL:" in line or "PANIC:" in line]
        reason = said[-1].partition(": ")[2].strip() if said else last_line(log)
        if "No space left" in log:
            return CannotStart(
                f"The disk is full at {self.data}. Free some space, then start again.", "disk_full"
            )
        return self.damaged(reason)

    def clean(self) -> None:
        """Remove what a killed server leaves in the socket folder."""
        shutil.rmtree(self.sockets, ignore_errors=True)
        (self.run_dir / "initial-password").unlink(missing_ok=True)


def shared_buffers_mb() -> int:
    """Return a sixteenth of the machine's memory, between 64 and 512 MB."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min(max(total // 16 // MEGABYTE, 64), 512)


def wait_for_end(pid: int, timeout_s: float) -> None:
    """Wait until a process has ended, or the time is over."""
    deadline = time.monotonic() + timeout_s
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "nothing")
