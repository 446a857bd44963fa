"""Lists, newest first, a page at a time: the same cost at any depth."""

from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import tuple_
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col
from sqlmodel.sql.expression import SelectOfScalar

from models.errors import InvalidInput, NotFound
from models.ids import decode_id
from models.paging import Page, decode_cursor, encode_cursor, page_limit


class Dated(Protocol):
    """A row with a moment and an id, which order it among all others."""

    id: str
    created_at: datetime


T = TypeVar("T", bound=Dated)


def read_page(
    session: Session, statement: SelectOfScalar[T], table: type[T], cursor: str, limit: int, most: int = 0
) -> Page[T]:
    """Return the rows of `statement` behind `cursor`, newest first: 100 at most, or `most` for our own screens.

    Raises:
        InvalidInput: the cursor is not one of ours.
    """
    at_key: tuple[Mapped[Any], Mapped[Any]] = (col(table.created_at), col(table.id))
    if cursor:
        statement = statement.where(tuple_(*at_key) < decode_cursor(cursor))
    size = max(1, min(limit, most)) if most else page_limit(limit)
    ordered = statement.order_by(*(column.desc() for column in at_key)).limit(size + 1)
    rows = list(session.scalars(ordered))
    shown = rows[:size]
    more = encode_cursor(shown[-1].created_at, shown[-1].id) if len(rows) > size else None
    return Page(shown, more)


def place_of(cursor: str, kind: str) -> tuple[datetime, str]:
    """Return the row that a cursor names, in a list whose ids are of `kind`.

    Raises:
        InvalidInput: the cursor is not one of ours, or of another list.
    """
    moment, row_id = decode_cursor(cursor)
    try:
        decode_id(kind, row_id)
    except NotFound as error:
        raise InvalidInput(
            "That page cursor is of another list. Start again from the first page.", "bad_cursor"
        ) from error
    return moment, row_id
