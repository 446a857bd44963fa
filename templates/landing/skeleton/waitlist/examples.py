"""Example entries, to look around in the admin area before anybody has joined.

They have a state of their own, so they are never counted, mailed or shown to visitors, and one button removes them.
"""

import secrets
import sqlite3
from datetime import timedelta

from waitlist.database import now, stamp, transaction

NAMES = (
    "ada", "alan", "barbara", "claude", "donald", "edsger", "emmy", "frances", "grace", "hedy", "ivan", "jean",
    "john", "katherine", "leslie", "lynn", "margaret", "mary", "niklaus", "radia", "robin", "sophie", "tim", "tony",
)  # fmt: skip


def add_examples(database: sqlite3.Connection) -> None:
    """Add examples to a list that has never held anything."""
    with transaction(database):
        if database.execute("SELECT 1 FROM notes WHERE name = 'examples'").fetchone():
            return
        database.execute("INSERT INTO notes (name, value) VALUES ('examples', 'added')")
        if database.execute("SELECT 1 FROM entries").fetchone():
            return
        for index, name in enumerate(NAMES):
            # More in the last days than before, as a list grows.
            moment = stamp(now() - timedelta(days=int(28 * (1 - index / len(NAMES)) ** 1.6), hours=index % 9))
            database.execute(
                "INSERT INTO entries (email, token, state, created_at) VALUES (?, ?, 'example', ?)",
                (f"{name}@example.com", secrets.token_urlsafe(24), moment),
            )


def count_examples(database: sqlite3.Connection) -> int:
    """Return how many examples are left."""
    return database.execute("SELECT COUNT(*) FROM entries WHERE state = 'example'").fetchone()[0]


def remove_examples(database: sqlite3.Connection) -> None:
    """Delete every example."""
    database.execute("DELETE FROM entries WHERE state = 'example'")
