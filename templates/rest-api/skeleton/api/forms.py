"""Forms made from a resource: what a field shows, and what comes back from it."""

import re
import sqlite3
from collections.abc import Mapping
from typing import Any

from api import rows
from api.kinds import from_text
from api.schema import Field, Resource, Schema

MOST_CHOICES = 500
AMOUNT = re.compile(r"(-?)([0-9]{1,13})(?:[.,]([0-9]{1,2}))?")


def filled(resource: Resource, row: sqlite3.Row) -> dict[str, str]:
    """Return a row as its form shows it."""
    return {field.name: typed(field, row[field.name]) for field in resource.fields}


def typed(field: Field, value: Any) -> str:
    """Return a stored value as a form shows it."""
    if value is None:
        return ""
    match field.type:
        case "money":
            sign, cents = ("-" if value < 0 else ""), abs(value)
            return f"{sign}{cents // 100}.{cents % 100:02}"
        case "yes/no":
            return "true" if value else "false"
        case "moment":
            return str(value).removesuffix("Z")
    return str(value)


def read(resource: Resource, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what a form says, as JSON would say it. What is left empty is not there."""
    return {field.name: value_of(field, form.get(field.name, "").strip()) for field in resource.fields}


def value_of(field: Field, text: str) -> Any:
    """Return the value of one field of a form."""
    if not text:
        return None
    match field.type:
        case "money":
            return cents(text)
        case "moment":
            # Browsers leave out what is zero.
            return f"{text}:00Z" if len(text) == 16 else f"{text}Z"
        case "long text":
            return text.replace("\r\n", "\n")
    return from_text(field.kind, text)


def cents(text: str) -> int | str:
    """Return an amount in cents; what cannot be read stays a text."""
    found = AMOUNT.fullmatch(text)
    if not found:
        return text
    sign, whole, part = found.groups()
    amount = int(whole) * 100 + int((part or "0").ljust(2, "0"))
    return -amount if sign else amount


def choices(
    database: sqlite3.Connection, schema: Schema, resource: Resource
) -> dict[str, list[tuple[str, str]]]:
    """Return what can be chosen, each with its name: words, or rows that a relation can lead to, the newest first."""
    found = {}
    for field in resource.fields:
        if field.type == "choice":
            found[field.name] = [(word, word) for word in field.kind.rules["enum"]]
        if field.target:
            target = schema.resources[field.target]
            listed = rows.select(database, target, order="id DESC", limit=MOST_CHOICES)
            found[field.name] = [(str(row["id"]), name_of(target, row)) for row in listed]
    return found


def name_of(resource: Resource, row: sqlite3.Row) -> str:
    """Return what a row is best called."""
    label = row[resource.label]
    return f"{str(label)[:60]} (№ {row['id']})" if label is not None else f"№ {row['id']}"


def names_of_targets(
    database: sqlite3.Connection, schema: Schema, resource: Resource, listed: list[sqlite3.Row]
) -> dict[tuple[str, int], str]:
    """Return what the rows that a list points at are called, by field and id."""
    names = {}
    for field in resource.fields:
        ids = (
            sorted({row[field.name] for row in listed if row[field.name] is not None}) if field.target else []
        )
        if ids:
            target = schema.resources[field.target]
            marks = ", ".join("?" * len(ids))
            for row in rows.select(database, target, [f"id IN ({marks})"], ids):
                names[field.name, row["id"]] = name_of(target, row)
    return names
