"""Asking PostgreSQL for a page."""

from dataclasses import dataclass
from typing import Any, cast

from psycopg import Cursor
from sqlmodel import Session

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a page is read by. Its text is the same for the same kind of page, so that PostgreSQL plans it once."""

    sql: str
    values: dict[str, Any]


def rows_of(session: Session, statement: Statement, *, planned_anew: bool = False) -> list[Row]:
    """Return the rows of a statement, by the driver itself: a page costs a quarter of what the layers above it do.

    `planned_anew` has PostgreSQL look at the values before it chooses a way, where they decide which one is quick.
    """
    session.flush()
    cursor: Cursor[Row] = cast("Cursor[Row]", session.connection().connection.cursor())
    with cursor:
        cursor.execute(statement.sql, statement.values, prepare=False if planned_anew else None)
        return cursor.fetchall()
