"""Which schema the code expects and which one a database has. Alembic itself is imported only to change it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"


def expected_version() -> str:
    """Return the newest revision that the code brings: its files are named `NNNN_words.py` and revise in that order."""
    return max(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py")).partition("_")[0]


def stored_version(connection: Connection) -> str | None:
    """Return the revision of a database, or None while it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def change_version(connection: Connection, command: Callable[..., Any], revision: str) -> None:
    """Run Alembic's `command` (its `upgrade` or `downgrade`) to `revision` on an open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command(config, revision)
