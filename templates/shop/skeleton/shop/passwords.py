"""The passwords of buyers: stored as a value that one can be checked against, never as they are."""

import functools
import hashlib
import hmac
import secrets
import sqlite3

from flask import current_app
from werkzeug.security import check_password_hash, generate_password_hash

from shop.database import now, stamp
from shop.security import Limiter

SHORTEST, LONGEST = 12, 200
# For each address, from wherever the tries come.
try_limit = Limiter(limit=10, window_s=600)


def is_long_enough(password: str) -> bool:
    """Whether a password may be chosen."""
    return SHORTEST <= len(password) <= LONGEST


def keep(database: sqlite3.Connection, email: str, password: str) -> None:
    """Keep a password in the place of the one before; sessions that began with that one end."""
    password_hash = generate_password_hash(password, current_app.config["HASH_METHOD"])
    database.execute(
        "INSERT INTO buyers (email, password_hash, changed_at) VALUES (?, ?, ?)"
        " ON CONFLICT (email) DO UPDATE"
        " SET password_hash = excluded.password_hash, changed_at = excluded.changed_at",
        (email, password_hash, stamp(now())),
    )


def hash_of(database: sqlite3.Connection, email: str) -> str:
    """Return what is kept of an address's password, or nothing."""
    row = database.execute("SELECT password_hash FROM buyers WHERE email = ?", (email,)).fetchone()
    return row["password_hash"] if row else ""


def is_right(database: sqlite3.Connection, email: str, password: str) -> bool:
    """Whether this is the password of an address. Strangers are checked too, against one that nobody has."""
    known = hash_of(database, email)
    fits = check_password_hash(known or nobodys_hash(current_app.config["HASH_METHOD"]), password[:LONGEST])
    return bool(known) and fits


@functools.cache
def nobodys_hash(method: str) -> str:
    """Return what would be kept of a password that nobody knows."""
    return generate_password_hash(secrets.token_urlsafe(), method)


def session_key(database: sqlite3.Connection, email: str) -> str:
    """Return what a session of this address carries: another password ends them all."""
    return hashlib.sha256(hash_of(database, email).encode()).hexdigest()[:32]


def fits_session(database: sqlite3.Connection, email: str, key: str) -> bool:
    """Whether a session began with the password that its buyer has now."""
    return bool(hash_of(database, email)) and hmac.compare_digest(session_key(database, email), key)
