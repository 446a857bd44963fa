"""A request that is sent twice with the same `Idempotency-Key` is done once, and answered the same both times."""

import hashlib
import json
import sqlite3
from datetime import timedelta
from typing import Any

from api.database import now, stamp
from api.problems import Problem

KEPT = timedelta(hours=24)
LONGEST = 200
ANSWERS = """
    CREATE TABLE answers (
        caller INTEGER NOT NULL,
        key TEXT NOT NULL,
        request TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (caller, key)
    ) WITHOUT ROWID;
    CREATE INDEX answers_by_age ON answers (created_at);
"""


def fingerprint(path: str, body: bytes) -> str:
    """Return what tells one request from another."""
    return hashlib.sha256(path.encode() + b"\0" + body).hexdigest()


def recall(database: sqlite3.Connection, caller: int, key: str, request: str) -> dict[str, Any] | None:
    """Return what was answered before, or None for a key that is new. Call it in the transaction of the change.

    Raises:
        Problem: the key came with another request, or is empty or too long.
    """
    if not 0 < len(key) <= LONGEST:
        raise Problem(400, "bad_key", most=LONGEST)
    database.execute("DELETE FROM answers WHERE created_at < ?", (stamp(now() - KEPT),))
    row = database.execute("SELECT * FROM answers WHERE caller = ? AND key = ?", (caller, key)).fetchone()
    if row and row["request"] != request:
        raise Problem(422, "key_reused")
    return json.loads(row["body"]) if row else None


def remember(database: sqlite3.Connection, caller: int, key: str, request: str, body: dict[str, Any]) -> None:
    """Keep an answer, in the transaction of what it tells."""
    database.execute(
        "INSERT INTO answers (caller, key, request, body, created_at) VALUES (?, ?, ?, ?, ?)",
        (caller, key, request, json.dumps(body), stamp(now())),
    )
