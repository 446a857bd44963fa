"""PostgreSQL and Valkey: whether they answer, which version, how large, how busy."""

from dataclasses import dataclass
from typing import Any

from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from services.queue import redis


@dataclass(frozen=True, slots=True)
class ServerView:
    """One server. `log_bytes` is its write-ahead log or append-only file; None where it may not be asked."""

    name: str
    answers: bool
    version: str = ""
    size_bytes: int | None = None
    connections: int | None = None
    most_connections: int | None = None
    log_bytes: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class WebView:
    """How late the event loop of this web process was, over the last `over_s` seconds."""

    lag_ms: float
    worst_ms: float
    over_s: float


def postgres(session: Session) -> ServerView:
    """Return the database's own view of itself. It answers, or nobody would be here."""
    row = session.execute(
        text(
            "SELECT current_setting('server_version'), pg_database_size(current_database()),"
            " (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),"
            " current_setting('max_connections')::integer"
        )
    ).one()
    return ServerView("PostgreSQL", True, str(row[0]).split()[0], row[1], row[2], row[3], wal_bytes(session))


def wal_bytes(session: Session) -> int | None:
    """Return the size of the write-ahead log; None where this account may not look (`pg_monitor` may)."""
    try:
        with session.begin_nested():
            found: int | None = session.scalar(text("SELECT sum(size)::bigint FROM pg_ls_waldir()"))
            return found
    except DBAPIError:
        return None


def valkey() -> ServerView:
    """Return Valkey's view of itself. One that does not answer is a finding, not an error."""
    try:
        found: dict[str, Any] = redis().info()  # type: ignore[assignment]  # synchronous: never awaitable
    except RedisError as problem:
        return ServerView("Valkey", False, detail=type(problem).__name__)
    broken = found.get("aof_enabled") == 1 and found.get("aof_last_write_status") != "ok"
    return ServerView(
        "Valkey",
        True,
        str(found.get("valkey_version") or found.get("redis_version", "")),
        found.get("used_memory"),
        found.get("connected_clients"),
        found.get("maxclients"),
        found.get("aof_current_size"),
        "Its append-only file could not be written." if broken else "",
    )
