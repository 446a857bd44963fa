"""Keyset pages: a cursor names the last row seen, so a page costs the same at any depth."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from models.errors import InvalidInput

MOST = 100
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `next_cursor` is None on the last one."""

    items: list[T]
    next_cursor: str | None


def encode_cursor(at: datetime, row_id: str) -> str:
    """Return the cursor that continues behind the row made at `at` with the id `row_id`."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), row_id]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """Return what a cursor names.

    Raises:
        InvalidInput: the text was not made by `encode_cursor`.
    """
    try:
        at, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not isinstance(row_id, str):
            raise ValueError("not a cursor of ours")
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise InvalidInput(
            "That page cursor is not valid. Start again from the first page.", "bad_cursor"
        ) from error
    return moment, row_id


def page_limit(limit: int) -> int:
    """Return a page size between 1 and 100."""
    return max(1, min(limit, MOST))
