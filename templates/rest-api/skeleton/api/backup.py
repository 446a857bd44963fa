"""The copy of everything that is stored in the resources, and the way back."""

import sqlite3
from typing import Any

from api import rows
from api.database import now, stamp, transaction
from api.kinds import Wrong
from api.problems import Problem
from api.schema import Field, Resource, Schema
from api.validation import wrong

FORMAT = 1


def take(database: sqlite3.Connection, schema: Schema) -> dict[str, Any]:
    """Return every live row of every resource."""
    return {
        "format": FORMAT,
        "taken_at": rows.utc(stamp(now())),
        "resources": {
            resource.name: [rows.shown(resource, row) for row in rows.select(database, resource)]
            for resource in schema
        },
    }


def bring_back(database: sqlite3.Connection, schema: Schema, whole: Any) -> int:
    """Replace what is stored by the rows of a copy and return how many there are: all of them, or nothing changes.

    Raises:
        ValueError: this is no copy.
        Problem: a row does not fit the resources, with its place.
    """
    copied = rows_in(schema, whole)
    database.execute("PRAGMA foreign_keys = OFF")
    try:
        with transaction(database):
            for resource in schema:
                database.execute(f'DELETE FROM "{resource.table}"')  # noqa: S608
                for number, row in enumerate(copied[resource.name]):
                    put_back(database, resource, row, f"/resources/{resource.name}/{number}")
            for resource in schema:
                check_relations(database, resource)
    finally:
        database.execute("PRAGMA foreign_keys = ON")
    return sum(map(len, copied.values()))


def rows_in(schema: Schema, whole: Any) -> dict[str, list[Any]]:
    """Return the rows of each resource in a copy."""
    resources = whole.get("resources") if isinstance(whole, dict) and whole.get("format") == FORMAT else None
    if not isinstance(resources, dict):
        raise ValueError("This is no copy.")
    copied = {resource.name: resources.get(resource.name, []) for resource in schema}
    if not all(isinstance(listed, list) for listed in copied.values()):
        raise ValueError("This is no copy.")
    return copied


def put_back(database: sqlite3.Connection, resource: Resource, row: Any, place: str) -> None:
    """Add one row of a copy under the id that it had."""
    if not isinstance(row, dict) or not isinstance(row.get("id"), int) or not 0 < row["id"] < 2**53:
        raise Problem(422, "invalid", errors=[wrong(place, "object")])
    values = {field.name: value_of(field, row.get(field.name), place) for field in resource.fields}
    try:
        rows.insert(database, resource, {"id": row["id"], **values})
    except sqlite3.IntegrityError:
        raise Problem(422, "invalid", errors=[wrong(place, "taken", id=row["id"])]) from None


def value_of(field: Field, value: Any, place: str) -> Any:
    """Return what is stored of a field. Whether a relation leads somewhere is asked when all rows are there."""
    if value is None:
        return None
    try:
        return field.kind.accept(value)
    except Wrong as error:
        raise Problem(
            422, "invalid", errors=[wrong(f"{place}/{field.name}", error.code, **error.values)]
        ) from None


def check_relations(database: sqlite3.Connection, resource: Resource) -> None:
    """Refuse a copy in which a row points at one that is not there."""
    for field in resource.fields:
        if field.target:
            statement = (
                f'SELECT id, "{field.name}" AS aim FROM "{resource.table}" WHERE "{field.name}" IS NOT NULL'  # noqa: S608
                f' AND "{field.name}" NOT IN (SELECT id FROM "data_{field.target}") LIMIT 1'
            )
            if lost := database.execute(statement).fetchone():
                place = f"/resources/{resource.name}/id={lost['id']}/{field.name}"
                error = wrong(place, "no_such_row", resource=field.target, id=lost["aim"])
                raise Problem(422, "invalid", errors=[error])
