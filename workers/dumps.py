"""PostgreSQL's own dumps: written by `pg_dump`, read by `pg_restore`."""

import os
import subprocess
from pathlib import Path

from sqlalchemy import URL

from models.settings import settings
from workers.embedded.binaries import postgres_bin


class DumpFailed(Exception):
    """PostgreSQL's program refused; the message is what it said."""


def dump(url: URL, target: Path) -> None:
    """Write one consistent picture of a database into `target`, while others go on writing to it.

    Raises:
        DumpFailed: `pg_dump` said no; nothing is left in `target`.
    """
    try:
        run(url, "pg_dump", "--format=custom", f"--file={target}")
    except DumpFailed:
        target.unlink(missing_ok=True)
        raise


def load(url: URL, source: Path, *, over: bool = False) -> None:
    """Bring a dump into a database, in one transaction: whole or not at all. With `over` it replaces what is there.

    Raises:
        DumpFailed: `pg_restore` said no, and nothing was changed.
    """
    replacing = ("--clean", "--if-exists") if over else ()
    database = f"--dbname={url.database}"
    run(
        url, "pg_restore", "--single-transaction", "--no-owner", "--no-privileges", *replacing, database, str(source)
    )  # fmt: skip


def run(url: URL, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs on a database."""
    done = subprocess.run(
        [postgres_bin(settings().pg_bin) / program, *arguments],
        env={"PATH": os.defpath, **libpq_environment(url)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DumpFailed(f"{program} says: {done.stderr.strip()}")


def libpq_environment(url: URL) -> dict[str, str]:
    """Return how PostgreSQL's programs reach a database. By environment: a command line can be read by all."""
    host = url.query.get("host", url.host) or ""
    port = url.query.get("port", url.port) or ""
    values = {
        "PGHOST": str(host),
        "PGPORT": str(port),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
        "PGSSLMODE": str(url.query.get("sslmode", "")),
    }
    return {name: value for name, value in values.items() if value}
