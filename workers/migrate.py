"""Brings the database to the schema of the code: made when it is missing, backed up before it is changed."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from models.db import engine
from models.schema_version import change_version, expected_version, stored_version
from models.settings import settings
from workers.dumps import DumpFailed, dump
from workers.preflight import CannotStart
from workers.progress import step

LOCK = 0x1DEA5  # any number, the same for all: two hosts on one database migrate one after the other


def migrate() -> bool:
    """Bring the schema up to date and say whether anything was done.

    Raises:
        CannotStart: the database was made by a newer version, or could not be backed up.
    """
    make_database(engine())
    with engine().connect() as connection:
        stored = stored_version(connection)
    expected = expected_version()
    if stored == expected:
        return False
    if stored is not None:
        refuse_newer(stored, expected)
        with step("Backing up the database"):
            back_up(stored)
    with step("Updating the database" if stored else "Making the database"), engine().begin() as connection:
        upgrade(connection, expected)
    return True


def upgrade(connection: Connection, expected: str) -> None:
    """Run the migrations in one transaction, once even when several hosts start together."""
    from alembic import command  # takes a third of a second to import, and is seldom needed

    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    if stored_version(connection) != expected:
        change_version(connection, command.upgrade, "head")


def refuse_newer(stored: str, expected: str) -> None:
    """Refuse data that a newer version has changed: this code would misread it."""
    if stored > expected:
        raise CannotStart(
            f"The data in {settings().data} is of a newer version (schema {stored}; this code knows {expected}). "
            "Start the newer version, or restore an older backup into another folder: `make run DATA=…`.",
            "data_newer",
        )


def make_database(database: Engine) -> None:
    """Create a database on its server, if that does not have it yet."""
    try:
        with database.connect():
            return
    except OperationalError as problem:
        if "does not exist" not in str(problem) or "is missing" in str(problem):
            raise  # a database whose files are gone is not to be made anew in silence
    url = database.url
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        name = connection.dialect.identifier_preparer.quote(str(url.database))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()


def back_up(version: str) -> Path:
    """Write a dump of the database, to be read by `pg_restore`, and return its place."""
    folder = settings().data / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    taken = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    target = folder / f"{taken}-schema-{version}.dump"
    try:
        dump(engine().url, target)
    except DumpFailed as problem:
        raise CannotStart(
            f"The database could not be backed up, so it was not changed ({problem}).", "backup_failed"
        ) from problem
    return target
