"""How often each key is used on each day."""

import sqlite3
from datetime import date, timedelta

from api.database import now

USAGE = """
    CREATE TABLE usage (
        day TEXT NOT NULL,
        key_id INTEGER NOT NULL,
        calls INTEGER NOT NULL,
        refused INTEGER NOT NULL,
        PRIMARY KEY (day, key_id)
    ) WITHOUT ROWID;
"""


def note(database: sqlite3.Connection, key_id: int, status: int) -> None:
    """Count one request, and whether it was refused."""
    refused = int(status >= 400)
    database.execute(
        "INSERT INTO usage (day, key_id, calls, refused) VALUES (?, ?, 1, ?) ON CONFLICT (day, key_id)"
        " DO UPDATE SET calls = calls + 1, refused = refused + excluded.refused",
        (now().date().isoformat(), key_id, refused),
    )


def by_day(database: sqlite3.Connection, days: int, key_id: int | None = None) -> list[tuple[date, int]]:
    """Return the requests of each of the last days, of one key or of all, the days without any too."""
    first = now().date() - timedelta(days=days - 1)
    rows = database.execute(
        "SELECT day, SUM(calls) AS calls FROM usage WHERE day >= ? AND (? IS NULL OR key_id = ?) GROUP BY day",
        (first.isoformat(), key_id, key_id),
    )
    calls = {row["day"]: row["calls"] for row in rows}
    every_day = (first + timedelta(days=number) for number in range(days))
    return [(day, calls.get(day.isoformat(), 0)) for day in every_day]


def totals(database: sqlite3.Connection, days: int) -> dict[int, tuple[int, int]]:
    """Return for each key the requests of the last days, and how many of them were refused."""
    first = now().date() - timedelta(days=days - 1)
    rows = database.execute(
        "SELECT key_id, SUM(calls) AS calls, SUM(refused) AS refused FROM usage WHERE day >= ? GROUP BY key_id",
        (first.isoformat(),),
    )
    return {row["key_id"]: (row["calls"], row["refused"]) for row in rows}
