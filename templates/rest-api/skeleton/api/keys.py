"""API keys: made by the owner, shown once, kept as a hash."""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Mapping

from api.callers import Caller
from api.database import now, stamp

KEYS = """
    CREATE TABLE keys (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,
        start TEXT NOT NULL,
        hash TEXT NOT NULL UNIQUE,
        scopes TEXT NOT NULL,
        created_at TEXT NOT NULL,
        used_at TEXT,
        revoked_at TEXT
    );
"""
SHOWN_LETTERS = 10


def make(database: sqlite3.Connection, name: str, scopes: Mapping[str, str]) -> str:
    """Make a key and return it. Only its hash is kept, so this is the one time that anybody sees it."""
    key = "key_" + secrets.token_urlsafe(32)
    database.execute(
        "INSERT INTO keys (name, start, hash, scopes, created_at) VALUES (?, ?, ?, ?, ?)",
        (name, key[:SHOWN_LETTERS], hashed(key), json.dumps(dict(scopes)), stamp(now())),
    )
    return key


def hashed(key: str) -> str:
    """Return what is kept of a key. It is long and random, so a fast hash is enough."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def find(database: sqlite3.Connection, key: str) -> Caller | None:
    """Return who a key belongs to, unless it was revoked."""
    row = database.execute(
        "SELECT * FROM keys WHERE hash = ? AND revoked_at IS NULL", (hashed(key),)
    ).fetchone()
    return caller_of(row) if row else None


def find_by_id(database: sqlite3.Connection, key_id: int) -> Caller | None:
    """Return who a key with this number belongs to, unless it was revoked."""
    row = database.execute("SELECT * FROM keys WHERE id = ? AND revoked_at IS NULL", (key_id,)).fetchone()
    return caller_of(row) if row else None


def caller_of(row: sqlite3.Row) -> Caller:
    """Return a key as a caller."""
    return Caller(row["id"], row["name"], json.loads(row["scopes"]))


def note_use(database: sqlite3.Connection, key_id: int) -> None:
    """Remember when a key was used last, to the minute."""
    moment = stamp(now().replace(second=0))
    database.execute(
        "UPDATE keys SET used_at = ? WHERE id = ? AND (used_at IS NULL OR used_at < ?)",
        (moment, key_id, moment),
    )


def revoke(database: sqlite3.Connection, key_id: int) -> None:
    """End a key at once and for good."""
    database.execute(
        "UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (stamp(now()), key_id)
    )


def all_keys(database: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return every key, those in use first."""
    return database.execute("SELECT * FROM keys ORDER BY revoked_at IS NOT NULL, id DESC").fetchall()
