"""One SQLite file in the data folder."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import current_app, g

# Values with a name that are kept and are no table of their own.
NOTES = "CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL)"


def connect(path: Path) -> sqlite3.Connection:
    """Open the database. Every statement commits by itself unless it runs in `transaction`."""
    database = sqlite3.connect(path, timeout=5, isolation_level=None)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA foreign_keys = ON")
    database.execute("PRAGMA synchronous = NORMAL")
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """Make several statements one: all of them happen, or none."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def migrate(path: Path, migrations: Iterable[tuple[str, str]]) -> None:
    """Bring the tables up to date. Each migration has a name and its statements, and is applied once, in this order.

    They are known by name and not by number, so an area that is added later finds its tables missing and creates
    them, whatever else happened since.
    """
    database = connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
    database.execute(NOTES)
    done = {row["name"] for row in database.execute("SELECT name FROM migrations")}
    for name, script in migrations:
        if name not in done:
            with transaction(database):
                for statement in statements(script):
                    database.execute(statement)
                database.execute("INSERT INTO migrations (name) VALUES (?)", (name,))
    database.close()


def statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; a trigger with several of them inside is one."""
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            if statement.strip(" \n;"):
                yield statement
            statement = ""


def get_database() -> sqlite3.Connection:
    """Return this request's connection."""
    if "database" not in g:
        g.database = connect(current_app.config["DATABASE"])
    return g.database


def close_database(error: BaseException | None = None) -> None:
    """Close this request's connection."""
    if database := g.pop("database", None):
        database.close()


def containing(text: str) -> str:
    """Return the pattern that finds a text anywhere, for `LIKE ? ESCAPE '\\'`."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def now() -> datetime:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0, tzinfo=None)


def stamp(moment: datetime) -> str:
    """Write a time the way it is stored, which sorts by age."""
    return moment.isoformat(sep=" ")
