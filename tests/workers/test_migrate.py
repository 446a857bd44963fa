"""The schema is brought up to date at the start: once, after a backup, and never backwards."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from models.db import close_engine, engine
from models.schema_version import expected_version, stored_version
from models.settings import Settings, reset_settings, settings
from workers.embedded.binaries import postgres_bin
from workers.migrate import migrate
from workers.preflight import CannotStart


@pytest.fixture
def fresh(database: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A database that does not exist yet, on the server of the tests."""
    use(monkeypatch, database.database_url.replace("/ideasmith?", "/fresh?"))
    yield
    use(monkeypatch, database.database_url)
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS fresh WITH (FORCE)"))


def use(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    """Point the settings at another database."""
    close_engine()
    monkeypatch.setenv("DATABASE_URL", url)
    reset_settings()


def pretend(version: str) -> None:
    """Let the database say that it is of another version."""
    with engine().begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def backups() -> list[Path]:
    """Return the dumps of this data folder."""
    return sorted((settings().data / "backups").glob("*.dump"))


@pytest.mark.usefixtures("fresh")
def test_a_missing_database_is_made_without_a_backup_of_nothing() -> None:
    before = backups()
    assert migrate()
    with engine().connect() as connection:
        assert stored_version(connection) == expected_version()
    assert backups() == before
    assert not migrate(), "a second start finds nothing to do"


@pytest.mark.usefixtures("fresh")
def test_data_of_a_newer_version_is_refused_and_left_alone() -> None:
    migrate()
    pretend("9999")
    before = backups()
    with pytest.raises(CannotStart, match=r"schema 9999; this code knows \d+\). Start the newer version"):
        migrate()
    assert backups() == before


@pytest.mark.usefixtures("fresh")
def test_older_data_is_backed_up_before_it_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    """The dump is whole even though the change after it fails: there is nothing older than the first revision."""
    migrate()
    pretend("0000")
    before = backups()
    with pytest.raises(Exception, match="0000"):
        migrate()
    (dump,) = set(backups()) - set(before)
    assert dump.name.endswith("-schema-0000.dump")
    assert dump.parent.stat().st_mode & 0o077 == 0
    listing = subprocess.run(
        [postgres_bin(None) / "pg_restore", "--list", dump], capture_output=True, text=True, check=True
    )
    assert "TABLE DATA public executions" in listing.stdout
    assert "Backing up the database" in capsys.readouterr().out
