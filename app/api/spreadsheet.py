"""Whole lists as CSV (RFC 4180), streamed: a page of rows at a time, each read in a transaction of its own."""

import csv
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from fastapi.responses import StreamingResponse
from sqlmodel import Session

from models.db import transaction
from models.paging import Page

ROWS = 500
MEDIA_TYPE = "text/csv"
# What a spreadsheet takes for the beginning of a formula, and then runs.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Read = Callable[[Session, str, int], Page[Any]]
Columns = dict[str, Callable[[Any], Any]]

ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "All rows that fit, newest first, with a line of headers.",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}}},
    }
}


def spreadsheet(name: str, columns: Columns, read: Read) -> StreamingResponse:
    """Return a list as a file to download. `read` gives the page behind a cursor."""
    pages = pages_of(read)
    first = next(pages)  # a refusal is an answer of its own, not a file that breaks off
    body = lines_of(columns, first, pages)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(body, headers=headers, media_type=MEDIA_TYPE)


def pages_of(read: Read) -> Iterator[Sequence[Any]]:
    """Yield the rows of every page."""
    cursor: str | None = ""
    while cursor is not None:
        with transaction() as session:
            page = read(session, cursor, ROWS)
        yield page.items
        cursor = page.next_cursor


def lines_of(columns: Columns, first: Sequence[Any], rest: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the file in pieces."""
    yield written([list(columns)])
    for rows in itertools.chain([first], rest):
        yield written([[safe(value(row)) for value in columns.values()] for row in rows])


def written(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


def safe(value: Any) -> str:
    """Return a cell that no spreadsheet runs: text that looks like a formula gets an apostrophe in front."""
    if isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, int | float):
        return "" if value is None else str(value)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
