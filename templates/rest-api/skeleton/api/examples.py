"""Example rows, to try things out before there is anything real. Marked as examples, removed by one button."""

import sqlite3
from typing import Any

from api import rows, samples
from api.database import transaction
from api.schema import Resource, Schema
from api.validation import accept

ROWS = 6


def add_examples(database: sqlite3.Connection, schema: Schema) -> None:
    """Add examples to a service that has never held anything."""
    with transaction(database):
        if database.execute("SELECT 1 FROM notes WHERE name = 'examples'").fetchone():
            return
        database.execute("INSERT INTO notes (name, value) VALUES ('examples', 'added')")
        if any(rows.count(database, resource) for resource in schema):
            return
        made: dict[str, list[int]] = {}
        for resource in schema.in_order_of_need():
            made[resource.name] = []
            for number in range(1, ROWS + 1):
                values = example(database, schema, resource, number, made)
                made[resource.name].append(rows.insert(database, resource, values))


def example(
    database: sqlite3.Connection, schema: Schema, resource: Resource, number: int, made: dict[str, list[int]]
) -> dict[str, Any]:
    """Return an example row that points at examples made before it."""
    values = samples.row(resource, number)
    for field in resource.fields:
        if field.target:
            # What is made later, or is the row itself, cannot be pointed at yet.
            ids = made.get(field.target, [])
            values[field.name] = ids[number - 1] if len(ids) >= number else None
    stored = {field.name: accept(database, schema, field, values[field.name]) for field in resource.fields}
    return {**stored, "_example": 1}


def count_examples(database: sqlite3.Connection, schema: Schema) -> int:
    """Return how many examples are left."""
    return sum(rows.count(database, resource, ["_example = 1"]) for resource in schema)


def remove_examples(database: sqlite3.Connection, schema: Schema) -> None:
    """Delete every example that no row of somebody else needs."""
    with transaction(database):
        for resource in reversed(schema.in_order_of_need()):
            for row in rows.select(database, resource, ["_example = 1"]):
                if not rows.users_of(database, schema, resource, row["id"]):
                    rows.erase(database, resource, row["id"])
