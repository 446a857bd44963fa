"""Numbered pages, with a total."""

import sqlite3
from typing import Any
from urllib.parse import urlencode

from flask import request

from api import rows
from api.parameters import Query, whole
from api.schema import Resource

USUAL, MOST, LAST_PAGE = 20, 100, 100_000
PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "page",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1},
    },
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    },
]
NAMES = ("page", "limit")
# What an answer says about the pages, for the documentation.
RULES: dict[str, Any] = {
    "type": "object",
    "required": ["page", "limit", "total", "pages"],
    "properties": {name: {"type": "integer", "minimum": 0} for name in ("page", "limit", "total", "pages")},
}
EXAMPLE = {"page": 1, "limit": USUAL, "total": 1, "pages": 1}


def take(
    database: sqlite3.Connection, resource: Resource, query: Query
) -> tuple[list[sqlite3.Row], dict[str, Any], dict[str, str]]:
    """Return the rows of a page, what is said about it, and the links to its neighbours."""
    page, limit = whole("page", 1, LAST_PAGE), whole("limit", USUAL, MOST)
    found = rows.select(
        database, resource, query.where, query.values, query.order_by(), limit, (page - 1) * limit
    )
    total = rows.count(database, resource, query.where, query.values)
    pages = -(-total // limit)
    near = {"prev": page - 1 if 1 < page <= pages + 1 else 0, "next": page + 1 if page < pages else 0}
    links = {name: link(number) for name, number in near.items() if number}
    return found, {"page": page, "limit": limit, "total": total, "pages": pages}, links


def link(page: int) -> str:
    """Return the address of another page of the same list."""
    return f"{request.path}?{urlencode({**request.args, 'page': page})}"
