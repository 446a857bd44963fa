"""Cursors: each answer says where the next one begins, so nothing is skipped or repeated while others write."""

import base64
import binascii
import hashlib
import hmac
import json
import sqlite3
from typing import Any
from urllib.parse import urlencode

from flask import current_app, request

from api import rows
from api.parameters import Query, bad, whole
from api.schema import Resource

USUAL, MOST = 20, 100
PARAMETERS: list[dict[str, Any]] = [
    {"name": "cursor", "in": "query", "schema": {"type": "string", "minLength": 1, "maxLength": 4000}},
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
    },
]
NAMES = ("cursor", "limit")
# What an answer says about the place in the list, for the documentation.
RULES: dict[str, Any] = {
    "type": "object",
    "required": ["limit", "next"],
    "properties": {"limit": {"type": "integer", "minimum": 1}, "next": {"type": ["string", "null"]}},
}
EXAMPLE = {"limit": USUAL, "next": None}


def take(
    database: sqlite3.Connection, resource: Resource, query: Query
) -> tuple[list[sqlite3.Row], dict[str, Any], dict[str, str]]:
    """Return the rows after the cursor, where the next ones begin, and the link to them."""
    limit = whole("limit", USUAL, MOST)
    where, values = list(query.where), list(query.values)
    if "cursor" in request.args:
        condition, more = after(query, read_cursor(query, request.args["cursor"]))
        where, values = [*where, condition], [*values, *more]
    found = rows.select(database, resource, where, values, query.order_by(), limit + 1)
    if len(found) <= limit:
        return found, {"limit": limit, "next": None}, {}
    cursor = write_cursor(query, found[limit - 1])
    link = f"{request.path}?{urlencode({**request.args, 'cursor': cursor})}"
    return found[:limit], {"limit": limit, "next": cursor}, {"next": link}


def after(query: Query, place: list[Any]) -> tuple[str, list[Any]]:
    """Return the condition that a row comes after a place in the order; rows without a value come last."""
    choices, values = [], []
    for index, (name, down) in enumerate(query.order):
        same = "".join(f'"{earlier}" IS ? AND ' for earlier, _ in query.order[:index])
        if place[index] is None:  # nothing comes after rows without a value but later columns
            continue
        sign = "<" if down else ">"
        choices.append(f'({same}("{name}" {sign} ? OR "{name}" IS NULL))')
        values += [*place[:index], place[index]]
    return f"({' OR '.join(choices)})", values


def sealed(query: Query, place: str) -> str:
    """Return a seal over a place in exactly this list: a cursor of another list, or a made-up one, has none."""
    secret = current_app.config["SECRET_KEY"]
    text = json.dumps([place, request.path, query.where, query.values, query.order])
    return hmac.new(f"cursor {secret}".encode(), text.encode(), hashlib.sha256).hexdigest()[:24]


def write_cursor(query: Query, row: sqlite3.Row) -> str:
    """Return the place of a row as a text that clients hand back."""
    place = json.dumps([row[name] for name, _ in query.order])
    return base64.urlsafe_b64encode(f"{sealed(query, place)}{place}".encode()).decode()


def read_cursor(query: Query, cursor: str) -> list[Any]:
    """Return the place that a cursor stands for."""
    try:
        text = base64.urlsafe_b64decode(cursor).decode()
    except (ValueError, binascii.Error):
        raise bad("cursor", "cursor") from None
    seal, place = text[:24], text[24:]
    if not hmac.compare_digest(sealed(query, place).encode(), seal.encode()):
        raise bad("cursor", "cursor")
    return json.loads(place)
