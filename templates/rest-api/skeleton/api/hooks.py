"""Webhooks: who wants to hear of changes, and what is still to be told.

A delivery is written in the transaction of the change that it tells of, so it is lost with it or not at all. Signed as
the Standard Webhooks specification says: HMAC-SHA256 over `id.timestamp.body`.
"""

import base64
import hashlib
import hmac
import json
import secrets
import sqlite3
from datetime import timedelta
from typing import Any

from api.database import now, stamp
from api.schema import Resource

HOOKS = """
    CREATE TABLE hooks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL,
        secret TEXT NOT NULL,
        resources TEXT NOT NULL,
        created_at TEXT NOT NULL
    );
    CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        hook_id INTEGER NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
        event_id TEXT NOT NULL,
        event TEXT NOT NULL,
        body TEXT NOT NULL,
        created_at TEXT NOT NULL,
        next_try_at TEXT,
        tries INTEGER NOT NULL DEFAULT 0,
        sent_at TEXT,
        answer TEXT
    );
    CREATE INDEX deliveries_due ON deliveries (next_try_at) WHERE next_try_at IS NOT NULL;
    CREATE INDEX deliveries_by_age ON deliveries (created_at);
"""
TOLD = "ALTER TABLE hooks ADD COLUMN told_at TEXT;"
# Minutes to wait after each failure. After the last one a delivery is given up, and can be sent again by hand.
PAUSES_MIN = (1, 5, 30, 120, 300, 600, 840)
KEPT = timedelta(days=30)
# By this everybody can tell what it is, wherever it turns up.
MARK = "whsec_"


def add(database: sqlite3.Connection, url: str, resources: list[str]) -> str:
    """Add a receiver for the changes of some resources and return the secret that signs what it gets."""
    made = MARK + base64.b64encode(secrets.token_bytes(24)).decode()
    database.execute(
        "INSERT INTO hooks (url, secret, resources, created_at) VALUES (?, ?, ?, ?)",
        (url, made, json.dumps(resources), stamp(now())),
    )
    return made


def announce(database: sqlite3.Connection, resource: Resource, action: str, row: dict[str, Any]) -> None:
    """Write a delivery for everybody who wants to hear of this resource. Call it in the transaction of the change."""
    hooks = [
        hook["id"]
        for hook in database.execute("SELECT id, resources FROM hooks")
        if resource.name in json.loads(hook["resources"])
    ]
    if not hooks:
        return
    event_id, event, moment = f"evt_{secrets.token_hex(12)}", f"{resource.name}.{action}", now()
    told = {"id": event_id, "type": event, "timestamp": moment.isoformat() + "Z", "data": row}
    database.execute("DELETE FROM deliveries WHERE created_at < ?", (stamp(moment - KEPT),))
    database.executemany(
        "INSERT INTO deliveries (hook_id, event_id, event, body, created_at, next_try_at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [(hook, event_id, event, json.dumps(told), stamp(moment), stamp(moment)) for hook in hooks],
    )


def waiting(database: sqlite3.Connection) -> list[int]:
    """Return the receivers that a delivery is due for."""
    rows = database.execute("SELECT DISTINCT hook_id FROM deliveries WHERE next_try_at <= ?", (stamp(now()),))
    return [row["hook_id"] for row in rows]


def next_due(database: sqlite3.Connection, hook_id: int) -> sqlite3.Row | None:
    """Return the oldest delivery to a receiver whose time has come, with where it goes."""
    return database.execute(
        "SELECT deliveries.*, hooks.url, hooks.secret FROM deliveries JOIN hooks ON hooks.id = hook_id"
        " WHERE hook_id = ? AND next_try_at <= ? ORDER BY deliveries.id LIMIT 1",
        (hook_id, stamp(now())),
    ).fetchone()


def signature(secret: str, event_id: str, timestamp: int, body: str) -> str:
    """Sign a delivery, so that the receiver knows it is ours, new and unchanged."""
    key = base64.b64decode(secret.removeprefix(MARK))
    signed = hmac.new(key, f"{event_id}.{timestamp}.{body}".encode(), hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def note_taken(database: sqlite3.Connection, delivery_id: int, answer: str) -> None:
    """Remember that a delivery was received."""
    database.execute(
        "UPDATE deliveries SET sent_at = ?, next_try_at = NULL, tries = tries + 1, answer = ? WHERE id = ?",
        (stamp(now()), answer, delivery_id),
    )
    database.execute(
        "UPDATE hooks SET told_at = NULL WHERE id = (SELECT hook_id FROM deliveries WHERE id = ?)",
        (delivery_id,),
    )


def note_failed(database: sqlite3.Connection, delivery: sqlite3.Row, answer: str) -> None:
    """Remember why a delivery was not received, and when it is tried again."""
    left = PAUSES_MIN[delivery["tries"] :]
    again = stamp(now() + timedelta(minutes=left[0])) if left else None
    database.execute(
        "UPDATE deliveries SET tries = tries + 1, next_try_at = ?, answer = ? WHERE id = ?",
        (again, answer[:300], delivery["id"]),
    )


def silent(database: sqlite3.Connection, tries: int) -> list[sqlite3.Row]:
    """Return the receivers that have taken nothing since something was tried this often, and nobody was told of."""
    return database.execute(
        "SELECT hooks.id, hooks.url, deliveries.answer FROM deliveries JOIN hooks ON hooks.id = hook_id"
        " WHERE told_at IS NULL AND sent_at IS NULL AND tries >= ? AND NOT EXISTS ("
        " SELECT 1 FROM deliveries AS taken WHERE taken.hook_id = hooks.id AND taken.sent_at >= deliveries.created_at"
        ") GROUP BY hooks.id",
        (tries,),
    ).fetchall()


def note_told(database: sqlite3.Connection, hook_id: int) -> None:
    """Remember that the owner was told of a receiver, until it takes something again."""
    database.execute("UPDATE hooks SET told_at = ? WHERE id = ?", (stamp(now()), hook_id))


def send_again(database: sqlite3.Connection, delivery_id: int) -> None:
    """Make a delivery due once more, with the id it had, so that a receiver who knows it can tell."""
    database.execute(
        "UPDATE deliveries SET next_try_at = ?, tries = 0, sent_at = NULL WHERE id = ?",
        (stamp(now()), delivery_id),
    )


def all_hooks(database: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return every receiver."""
    return database.execute("SELECT * FROM hooks ORDER BY id").fetchall()


def remove(database: sqlite3.Connection, hook_id: int) -> None:
    """Remove a receiver and everything that was still to be told to it."""
    database.execute("DELETE FROM hooks WHERE id = ?", (hook_id,))
