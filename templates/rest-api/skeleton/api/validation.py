"""Checks what clients send against the fields of a resource."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from flask import current_app

from api import rows
from api.kinds import Wrong
from api.problems import Problem
from api.schema import OWN, Field, Resource, Schema


def check(
    database: sqlite3.Connection, schema: Schema, resource: Resource, body: Any, partial: bool = False
) -> dict[str, Any]:
    """Return the values to store, one for each field; with `partial` only for those that were sent.

    Raises:
        Problem: 422 with a pointer and a sentence for everything that is wrong.
    """
    if not isinstance(body, dict):
        raise Problem(422, "invalid", errors=[wrong("", "object")])
    errors = [stranger(name) for name in body if name not in resource.by_name]
    values: dict[str, Any] = {}
    for field in resource.fields:
        if partial and field.name not in body:
            continue
        try:
            values[field.name] = accept(database, schema, field, body.get(field.name))
        except Wrong as error:
            errors.append(wrong(pointer(field.name), error.code, **error.values))
    if errors:
        raise Problem(422, "invalid", errors=errors)
    return values


def accept(database: sqlite3.Connection, schema: Schema, field: Field, value: Any) -> Any:
    """Return what is stored of a field's value."""
    if value is None:
        if field.required:
            raise Wrong("required")
        return None
    stored = field.kind.accept(value)
    if field.target and not rows.select(
        database, schema.resources[field.target], ["id = ?"], [stored], limit=1
    ):
        raise Wrong("no_such_row", resource=field.target, id=stored)
    return stored


def check_unique(
    database: sqlite3.Connection, resource: Resource, values: Mapping[str, Any], row_id: int = 0
) -> None:
    """Refuse a value that another row has already, where each must be different."""
    for field in resource.fields:
        value = values.get(field.name)
        if field.unique and value is not None:
            taken = rows.select(
                database, resource, [f'"{field.name}" = ?', "id != ?"], [value, row_id], limit=1
            )
            if taken:
                error = wrong(pointer(field.name), "taken", id=taken[0]["id"])
                raise Problem(409, "conflict", errors=[error])


def stranger(name: str) -> dict[str, str]:
    """Return the error for a name that is no field."""
    return wrong(pointer(name), "own" if name in OWN else "unknown")


def pointer(name: str) -> str:
    """Return where in the body a field is (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")[:200]


def wrong(place: str, code: str, **values: object) -> dict[str, str]:
    """Return one error: where, which, and a sentence."""
    return {
        "pointer": place,
        "code": code,
        "detail": current_app.extensions["strings"](f"wrong.{code}", **values),
    }
