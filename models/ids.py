"""Public ids: a kind, and a uuid that sorts by time.

`exec_01jd…` is 26 characters of Crockford's base 32 (the 128 bits of a version 7 uuid, RFC 9562) behind its kind, so
that a log line explains itself. PostgreSQL stores the plain uuid; Python only ever sees the text.
"""

import functools
import os
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Dialect, Uuid
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator

from models.errors import NotFound

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
LENGTH = 26


def uuid7() -> uuid.UUID:
    """Return a version 7 uuid: 48 bits of milliseconds, 12 of their fraction (RFC 9562, method 3), 62 random ones.

    The fraction keeps the order of what one process makes within a millisecond.
    """
    milliseconds, nanoseconds = divmod(time.time_ns(), 1_000_000)
    fraction = (nanoseconds << 12) // 1_000_000
    chance = int.from_bytes(os.urandom(8), "big") >> 2
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0x2 << 62) | chance)


uuid_source: ContextVar[Callable[[], uuid.UUID]] = ContextVar("uuid_source", default=uuid7)


def new_id(kind: str) -> str:
    """Return a fresh id of a kind, such as `exec_…`."""
    return encode_id(kind, uuid_source.get()())


@functools.lru_cache(maxsize=8192)
def encode_id(kind: str, value: uuid.UUID) -> str:
    """Return the public form of a stored uuid."""
    number = value.int
    letters = [ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5)]
    return f"{kind}_{''.join(letters)}"


def decode_id(kind: str, public: str) -> uuid.UUID:
    """Return the uuid behind a public id.

    Raises:
        NotFound: the text is no id of this kind. An id that cannot exist reads like one that does not.
    """
    prefix, _, letters = public.partition("_")
    if (
        prefix != kind
        or len(letters) != LENGTH
        or not set(letters) <= VALUES.keys()
        or VALUES[letters[0]] > 7
    ):
        raise UnknownId(f"There is no {public[:60]!r}. Check the id and try again.")
    number = 0
    for letter in letters:
        number = (number << 5) | VALUES[letter]
    return uuid.UUID(int=number)


class UnknownId(NotFound, DontWrapMixin):
    """A text that is no id. Raised inside a statement it reaches the caller as it is, not as a fault of SQL."""


class Id(TypeDecorator[str]):
    """A column that holds a uuid and is read and written as a public id of one kind."""

    impl = Uuid
    cache_ok = True

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: str | None, dialect: Dialect) -> uuid.UUID | None:
        return None if value is None else decode_id(self.kind, value)

    def process_result_value(self, value: uuid.UUID | None, dialect: Dialect) -> str | None:
        return None if value is None else encode_id(self.kind, value)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self
