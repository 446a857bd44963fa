"""Passwords: which can be one, how they are kept, and how one is compared."""

import functools
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

PASSWORD_LENGTHS = range(8, 201)

hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return what is kept of a password: an Argon2id hash with its salt and parameters."""
    return hasher.hash(password_bytes(password))


@functools.cache
def nobodys_hash() -> str:
    """Return a hash that is checked for unknown addresses, so that known and unknown ones take the same time."""
    return hasher.hash(secrets.token_urlsafe(16))


def password_matches(stored: str | None, password: str) -> bool:
    """Compare a password with its hash; without one, spend the same time and say no."""
    try:
        return hasher.verify(stored or nobodys_hash(), password_bytes(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def password_bytes(password: str) -> bytes:
    """Return what is hashed of a password: any text, even one that is no valid Unicode, up to a sane length."""
    return password[:1000].encode("utf-8", "surrogatepass")


def password_problem(password: str, address: str) -> str:
    """Return why this cannot be the password of the account with that address; nothing when it can."""
    if len(password) not in PASSWORD_LENGTHS:
        return "Choose a password of 8 to 200 characters."
    if password.strip().lower() == address or len(set(password)) < 4:
        return "This password is too easy to guess. Choose another."
    return ""
