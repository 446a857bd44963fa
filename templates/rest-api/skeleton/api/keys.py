"""API keys: made by the owner or picked up by whoever was invited, shown once, kept as a hash, over on their day."""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Mapping
from datetime import timedelta

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
TERMS = """
    ALTER TABLE keys ADD COLUMN email TEXT NOT NULL DEFAULT '';
    ALTER TABLE keys ADD COLUMN ends_at TEXT;
    ALTER TABLE keys ADD COLUMN reminded_at TEXT;
"""
SHOWN_LETTERS = 10
INVITATION_DAYS = 7
# Stands before the hash of an invitation, in the place of the key that is made when it is followed.
INVITED = "invited "
LIVE = "revoked_at IS NULL AND (ends_at IS NULL OR ends_at > :now)"


def make(database: sqlite3.Connection, name: str, scopes: Mapping[str, str], days: int | None = None) -> str:
    """Make a key that lasts some days, or until it is revoked, and return it.

    Only its hash is kept, so this is the one time that anybody sees it.
    """
    key = new_key()
    add(database, name, key[:SHOWN_LETTERS], hashed(key), scopes, days)
    return key


def invite(
    database: sqlite3.Connection, name: str, email: str, scopes: Mapping[str, str], days: int | None = None
) -> str:
    """Let somebody pick up a key, and return the secret of their link. The key is made when they follow it."""
    token = secrets.token_urlsafe(32)
    add(database, name, "", INVITED + hashed(token), scopes, days, email)
    return token


def add(
    database: sqlite3.Connection,
    name: str,
    start: str,
    kept: str,
    scopes: Mapping[str, str],
    days: int | None,
    email: str = "",
) -> None:
    """Add a key or an invitation."""
    ends_at = None if days is None else stamp(now() + timedelta(days=days))
    database.execute(
        "INSERT INTO keys (name, start, hash, scopes, created_at, email, ends_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (name, start, kept, json.dumps(dict(scopes)), stamp(now()), email, ends_at),
    )


def new_key() -> str:
    """Return a key that nobody can guess."""
    return "key_" + secrets.token_urlsafe(32)


def hashed(key: str) -> str:
    """Return what is kept of a key. It is long and random, so a fast hash is enough."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def find(database: sqlite3.Connection, key: str) -> Caller | None:
    """Return who a key belongs to, while it lasts."""
    statement = f"SELECT * FROM keys WHERE hash = :hash AND {LIVE}"  # noqa: S608
    row = database.execute(statement, {"hash": hashed(key), "now": stamp(now())}).fetchone()
    return caller_of(row) if row else None


def find_by_id(database: sqlite3.Connection, key_id: int) -> Caller | None:
    """Return who a key with this number belongs to, while it lasts."""
    statement = f"SELECT * FROM keys WHERE id = :id AND {LIVE}"  # noqa: S608
    row = database.execute(statement, {"id": key_id, "now": stamp(now())}).fetchone()
    return caller_of(row) if row else None


def invited(database: sqlite3.Connection, token: str) -> sqlite3.Row | None:
    """Return the invitation of a link, unless it was followed, withdrawn, or is too old."""
    statement = f"SELECT * FROM keys WHERE hash = :hash AND created_at > :oldest AND {LIVE}"  # noqa: S608
    values = {"hash": INVITED + hashed(token), "oldest": oldest_invitation(), "now": stamp(now())}
    return database.execute(statement, values).fetchone()


def accept(database: sqlite3.Connection, token: str) -> str:
    """Make the key of an invitation and return it; nothing if there is none, or somebody was faster."""
    if not (found := invited(database, token)):
        return ""
    key = new_key()
    done = database.execute(
        "UPDATE keys SET start = ?, hash = ? WHERE hash = ? AND revoked_at IS NULL",
        (key[:SHOWN_LETTERS], hashed(key), found["hash"]),
    )
    return key if done.rowcount else ""


def oldest_invitation() -> str:
    """Return when the oldest invitation that can still be followed was made."""
    return stamp(now() - timedelta(days=INVITATION_DAYS))


def state(key: sqlite3.Row) -> str:
    """Return how a key stands: active, revoked, ended, waiting to be picked up, or missed."""
    if key["revoked_at"]:
        return "revoked"
    if key["ends_at"] and key["ends_at"] <= stamp(now()):
        return "ended"
    if key["hash"].startswith(INVITED):
        return "waiting" if key["created_at"] > oldest_invitation() else "missed"
    return "active"


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


def ending(database: sqlite3.Connection, days: int) -> list[sqlite3.Row]:
    """Return the keys that end within some days, and that nobody was reminded of."""
    return database.execute(
        "SELECT * FROM keys WHERE revoked_at IS NULL AND reminded_at IS NULL AND hash NOT LIKE ?"
        " AND ends_at > ? AND ends_at <= ? ORDER BY id",
        (f"{INVITED}%", stamp(now()), stamp(now() + timedelta(days=days))),
    ).fetchall()


def note_reminded(database: sqlite3.Connection, key_id: int) -> None:
    """Remember that the end of a key was told."""
    database.execute("UPDATE keys SET reminded_at = ? WHERE id = ?", (stamp(now()), key_id))


def revoke(database: sqlite3.Connection, key_id: int) -> None:
    """End a key, or withdraw an invitation, at once and for good."""
    database.execute(
        "UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (stamp(now()), key_id)
    )


def all_keys(database: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return every key, those in use first."""
    return database.execute("SELECT * FROM keys ORDER BY revoked_at IS NOT NULL, id DESC").fetchall()
