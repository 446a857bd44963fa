"""The two servers of a data folder, as the settings want them: ours, or none where a URL names another."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from models.settings import Settings
from workers.data_lock import data_lock
from workers.embedded.binaries import postgres_bin, valkey_server
from workers.embedded.folders import make_run_dir
from workers.embedded.postgres import Postgres, wait_for_end
from workers.embedded.valkey import Valkey
from workers.processes import send

START_TIMEOUT_S = 60.0
LOG_TAIL_BYTES = 20_000
Server = Postgres | Valkey


def postgres_for(config: Settings, options: dict[str, str] | None = None) -> Postgres:
    """Return the PostgreSQL of a data folder."""
    return Postgres(
        data=config.data / "postgres",
        run_dir=config.run_dir,
        programs=postgres_bin(config.pg_bin),
        password_file=config.data / "postgres-password",
        options=options or {},
    )


def valkey_for(config: Settings) -> Valkey:
    """Return the Valkey of a data folder."""
    return Valkey(
        data=config.data / "valkey",
        run_dir=config.run_dir,
        program=valkey_server(config.redis_bin),
        password_file=config.data / "valkey-password",
    )


def servers_for(config: Settings, options: dict[str, str] | None = None) -> list[Server]:
    """Return the servers that this data folder needs: those whose URL nobody set."""
    found: list[Server] = []
    if not config.database_url:
        found.append(postgres_for(config, options))
    if not config.redis_url:
        found.append(valkey_for(config))
    return found


def server_environment(config: Settings, servers: list[Server]) -> dict[str, str]:
    """Return the variables by which every part finds the servers."""
    urls = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
    found = {"DATABASE_URL": config.database_url, "REDIS_URL": config.redis_url}
    return found | {urls[server.name]: server.url for server in servers}


def start_all(servers: list[Server], logs: Path) -> dict[str, subprocess.Popen[bytes]]:
    """Start the servers and return once all of them take connections.

    Raises:
        CannotStart: one of them ended, or did not get ready; all are stopped again.
    """
    logs.mkdir(parents=True, exist_ok=True)
    sizes = {server.name: size_of(logs / f"{server.name}.log") for server in servers}
    started = {server.name: server.start(logs / f"{server.name}.log") for server in servers}
    try:
        for server in servers:
            started[server.name] = wait_until_ready(server, started[server.name], logs, sizes[server.name])
    except BaseException:
        stop_all(servers, started)
        raise
    return started


def wait_until_ready(
    server: Server, process: subprocess.Popen[bytes], logs: Path, log_from: int
) -> subprocess.Popen[bytes]:
    """Wait until a server takes connections, and return its process.

    A Valkey that cannot read its own data is started once more without it: everything in it is rung or built again.
    """
    log = logs / f"{server.name}.log"
    deadline = time.monotonic() + START_TIMEOUT_S
    while not server.is_ready():
        if process.poll() is not None:
            if isinstance(server, Valkey) and server.has_data():
                server.set_aside()
                process = server.start(log)
                continue
            raise server.failure(read_from(log, log_from))
        if time.monotonic() > deadline:
            raise server.failure(read_from(log, log_from))
        time.sleep(0.01)
    return process


def stop_all(
    servers: list[Server], started: dict[str, subprocess.Popen[bytes]], *, grace_s: float = 2.0
) -> None:
    """Stop the servers, gently first, and leave no socket behind."""
    running = [server for server in servers if server.name in started and started[server.name].poll() is None]
    for server in running:
        send(started[server.name].pid, server.stop_signal)
    deadline = time.monotonic() + grace_s
    for server in running:
        wait_for_end(started[server.name].pid, max(deadline - time.monotonic(), 0.1))
        if started[server.name].poll() is None:
            send(started[server.name].pid, server.kill_signal)
            started[server.name].wait(3)
    for server in servers:
        server.clean()


@contextmanager
def running(config: Settings, options: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """Have the servers run for a while, for one command or for tests. Gives the variables that name them.

    Those of a supervisor that is at work on the same data folder are used as they are.
    """
    servers = servers_for(config, options)
    if all(server.is_ready() for server in servers):
        yield server_environment(config, servers)
        return
    with ExitStack() as stack:
        stack.enter_context(data_lock(config.data))
        stack.callback(shutil.rmtree, make_run_dir(config.run_dir), ignore_errors=True)
        for server in servers:
            server.prepare()
        started = start_all(servers, config.data / "logs")
        stack.callback(stop_all, servers, started)
        yield server_environment(config, servers)


def size_of(file: Path) -> int:
    """Return the size of a file, 0 where there is none."""
    return file.stat().st_size if file.exists() else 0


def read_from(file: Path, offset: int) -> str:
    """Return what was written to a log after `offset`, its end at most."""
    with file.open("rb") as stream:
        stream.seek(max(offset, size_of(file) - LOG_TAIL_BYTES))
        return stream.read().decode(errors="replace")


def tail(file: Path) -> str:
    """Return the last line of a log that says something, or nothing."""
    lines = read_from(file, 0).splitlines() if file.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
