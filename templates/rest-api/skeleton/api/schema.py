"""Reads the resources that `site.json` names: `books: title text required, author -> authors`.

What is read here decides which tables, addresses and pages there are. It is data: nothing of it is ever run, and
names are small letters, digits and underscores only.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from api.kinds import KINDS, Kind, choice

NAME = r"[a-z][a-z0-9_]{0,29}"
LINE = re.compile(rf"({NAME}):(.*)")
FIELD = re.compile(
    rf"(?P<name>{NAME})(?: +(?P<kind>long text|text|integer|number|money|yes/no|date|moment|email|link)"
    rf"| +choice *\((?P<choices>[^|()]+(?:\|[^|()]+)+)\)| *-> *(?P<target>{NAME}))"
    r"(?P<flags>(?: +(?:required|unique))*)"
)
# What every row has besides its fields, and what addresses say about a list.
OWN = ("id", "version", "created_at", "updated_at", "deleted_at")
RESERVED = frozenset({*OWN, "page", "cursor", "limit", "sort", "fields", "expand", "q"})
TAKEN = frozenset({"token"})
MOST_RESOURCES, MOST_FIELDS = 12, 30


class SchemaError(ValueError):
    """The resources cannot be read. The message says in which line, and what to do."""


@dataclass(frozen=True)
class Field:
    """One thing that every row of a resource can hold. `target` is the resource that a relation leads to."""

    name: str
    type: str
    kind: Kind
    required: bool = False
    unique: bool = False
    target: str = ""

    @property
    def is_text(self) -> bool:
        """Whether searching looks into it."""
        return self.type in ("text", "long text", "email", "link", "choice")


@dataclass(frozen=True)
class Resource:
    """A kind of row, its fields in their order."""

    name: str
    fields: tuple[Field, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """The fields by their names."""
        return {field.name: field for field in self.fields}

    @property
    def table(self) -> str:
        """The table in the database, apart from those of the service itself."""
        return f"data_{self.name}"

    @property
    def title(self) -> str:
        """The name as people write it."""
        return self.name.replace("_", " ").capitalize()

    @property
    def label(self) -> str:
        """The field that says best which row it is."""
        ranked = sorted(
            self.fields, key=lambda field: (field.type != "text", not field.is_text, field.target != "")
        )
        return ranked[0].name


@dataclass(frozen=True)
class Schema:
    """All resources in their order."""

    resources: Mapping[str, Resource]

    def pointing_at(self, name: str) -> list[tuple[Resource, Field]]:
        """Return every field that leads to a resource."""
        return [(each, field) for each in self for field in each.fields if field.target == name]

    def __iter__(self) -> Any:
        return iter(self.resources.values())

    def in_order_of_need(self) -> list[Resource]:
        """Return the resources so that each comes after those that it requires."""
        done: list[Resource] = []
        waiting = list(self)
        while waiting:
            names = {each.name for each in waiting}
            ready = [each for each in waiting if not {f.target for f in each.fields if f.required} & names]
            if not ready:
                raise SchemaError(
                    f"The resources {', '.join(sorted(names))} require each other, so none could ever be the first. "
                    "Leave out one required."
                )
            done += ready
            waiting = [each for each in waiting if each not in ready]
        return done


def read_schema(lines: Iterable[str]) -> Schema:
    """Return the resources of a notation, one a line.

    Raises:
        SchemaError: a line cannot be read, or the resources do not fit together.
    """
    resources: dict[str, Resource] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            resource = read_resource(line.strip(), number)
            if resource.name in resources:
                raise SchemaError(f"Line {number}: There is already a resource called {resource.name}.")
            resources[resource.name] = resource
    if not 0 < len(resources) <= MOST_RESOURCES:
        raise SchemaError(f"Name 1 to {MOST_RESOURCES} resources, one a line.")
    for resource in resources.values():
        for field in resource.fields:
            if field.target and field.target not in resources:
                raise SchemaError(
                    f"{resource.name}.{field.name} points to {field.target}, which is no resource."
                )
    schema = Schema(resources)
    schema.in_order_of_need()
    return schema


def read_resource(line: str, number: int) -> Resource:
    """Return the resource that a line describes."""
    found = LINE.fullmatch(line)
    if not found:
        raise SchemaError(f"Line {number}: Begin with a name in small letters and a colon, such as books:")
    name, rest = found.groups()
    fields = tuple(read_field(part.strip(), number) for part in rest.split(",") if part.strip())
    names = [field.name for field in fields]
    if name in TAKEN:
        raise SchemaError(f"Line {number}: The service itself uses the name {name}.")
    if twice := [each for each in names if names.count(each) > 1]:
        raise SchemaError(f"Line {number}: Two fields are called {twice[0]}.")
    if not 0 < len(fields) <= MOST_FIELDS:
        raise SchemaError(f"Line {number}: A resource has 1 to {MOST_FIELDS} fields.")
    return Resource(name, fields)


def read_field(text: str, number: int) -> Field:
    """Return the field that a part of a line describes."""
    found = FIELD.fullmatch(text)
    if not found:
        raise SchemaError(
            f"Line {number}: {text!r} is no field. Write a name and a type, such as title text required."
        )
    name, flags = found["name"], found["flags"].split()
    if name in RESERVED:
        raise SchemaError(
            f"Line {number}: The service itself uses the name {name}. Call the field otherwise."
        )
    if found["choices"]:
        words = tuple(dict.fromkeys(word.strip() for word in found["choices"].split("|")))
        kind, kind_name = choice(words), "choice"
    else:
        kind_name = found["kind"] or "relation"
        kind = KINDS[kind_name]
    return Field(name, kind_name, kind, "required" in flags, "unique" in flags, found["target"] or "")
