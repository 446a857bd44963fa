"""What the address of a list asks for: filters, search, order, a choice of fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import request

from api import paging
from api.database import containing
from api.kinds import Wrong, from_text
from api.parameters import Query, bad, check_single
from api.schema import Field, Resource

ORDERED = ("integer", "number", "money", "date", "moment")
COMPARISONS = {"gte": ">=", "lte": "<=", "gt": ">", "lt": "<"}
OWN_ORDER = ("id", "created_at", "updated_at")
LONGEST_SEARCH = 100


def parameters(resource: Resource) -> list[dict[str, Any]]:
    """Describe every parameter of a list, as OpenAPI does."""
    return [
        *paging.PARAMETERS,
        text_parameter("sort", names_pattern(sortable(resource), "-?")),
        *([text_parameter("q", None)] if any(field.is_text for field in resource.fields) else []),
        *shape_parameters(resource),
        *({"name": name, "in": "query", "schema": rules} for name, rules in filters(resource)),
    ]


def shape_parameters(resource: Resource) -> list[dict[str, Any]]:
    """Describe the parameters that say how a row is shown."""
    relations = [field.name for field in resource.fields if field.target]
    found = [text_parameter("fields", names_pattern(selectable(resource)))]
    return [*found, text_parameter("expand", names_pattern(relations))] if relations else found


def text_parameter(name: str, pattern: str | None) -> dict[str, Any]:
    """Describe a parameter that is a text."""
    rules: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_SEARCH}
    if pattern:
        rules = {"type": "string", "pattern": pattern}
    return {"name": name, "in": "query", "schema": rules}


def names_pattern(names: list[str], sign: str = "") -> str:
    """Return the pattern of a list of names with commas between them."""
    one = f"{sign}(?:{'|'.join(names)})"
    return f"^{one}(?:,{one}){{0,9}}$"


def sortable(resource: Resource) -> list[str]:
    """Return what a list can be ordered by."""
    return [*OWN_ORDER, *(field.name for field in resource.fields if field.type != "long text")]


def selectable(resource: Resource) -> list[str]:
    """Return what can be asked for of a row."""
    return ["id", *(field.name for field in resource.fields), "version", "created_at", "updated_at"]


def filters(resource: Resource) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every filter with its JSON Schema: a field's own name, or with an ending such as `_gte`."""
    for field in resource.fields:
        if field.type != "long text":
            yield field.name, field.kind.rules
    for field in resource.fields:
        for ending in COMPARISONS if field.type in ORDERED else ():
            if f"{field.name}_{ending}" not in resource.by_name:
                yield f"{field.name}_{ending}", field.kind.rules


def read(resource: Resource, others: tuple[str, ...] = ()) -> Query:
    """Return what this request asks for.

    Raises:
        Problem: 400 with the parameter that is not known, given twice or has no good value.
    """
    known = {name for name, _ in filters(resource)}
    where: list[str] = []
    values: list[Any] = []
    for name in request.args:
        check_single(name)
        if name in known:
            condition, value = read_filter(resource, name, request.args[name])
            where.append(condition)
            values.append(value)
        elif name not in ("sort", "q", "fields", "expand", *others):
            raise bad(name, "unknown_parameter", name=name[:60])
    searched = read_search(resource)
    return Query((*where, *searched[0]), (*values, *searched[1]), read_order(resource), *read_shape(resource))


def read_filter(resource: Resource, name: str, typed: str) -> tuple[str, Any]:
    """Return a filter as a condition and the value in it."""
    field, sign = filter_of(resource, name)
    try:
        value = field.kind.accept(from_text(field.kind, typed))
    except Wrong as error:
        raise bad(name, error.code, **error.values) from None
    return f'"{field.name}" {sign} ?', value


def filter_of(resource: Resource, name: str) -> tuple[Field, str]:
    """Return the field that a filter is about, and how it compares."""
    if name in resource.by_name:
        return resource.by_name[name], "="
    field, _, ending = name.rpartition("_")
    return resource.by_name[field], COMPARISONS[ending]


def read_search(resource: Resource) -> tuple[list[str], list[Any]]:
    """Return the condition that one of the texts holds what is searched for."""
    if "q" not in request.args:
        return [], []
    typed = request.args["q"]
    columns = [field.name for field in resource.fields if field.is_text]
    if not 0 < len(typed) <= LONGEST_SEARCH or not columns:
        raise bad("q", "text", most=LONGEST_SEARCH)
    condition = " OR ".join(f"\"{name}\" LIKE ? ESCAPE '\\'" for name in columns)
    return [f"({condition})"], [containing(typed)] * len(columns)


def read_order(resource: Resource) -> tuple[tuple[str, bool], ...]:
    """Return the columns to order by, each with whether it goes down. The id comes last, so every order is whole."""
    wanted = read_names("sort", sortable(resource), sign="-") or ()
    order = [(name.removeprefix("-"), name.startswith("-")) for name in wanted]
    return (*order, ("id", False))


def read_shape(resource: Resource) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Return which fields to show, None for all, and which relations to follow."""
    relations = [field.name for field in resource.fields if field.target]
    followed = dict.fromkeys(read_names("expand", relations) or ())
    return read_names("fields", selectable(resource)), tuple(followed)


def read_row_shape(resource: Resource) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """Return the same for the address of one row, which takes nothing else."""
    for name in request.args:
        check_single(name)
        if name not in ("fields", "expand"):
            raise bad(name, "unknown_parameter", name=name[:60])
    return read_shape(resource)


def read_names(parameter: str, allowed: list[str], sign: str = "") -> tuple[str, ...] | None:
    """Return the names that a parameter lists, or None when it is not there."""
    typed = request.args.get(parameter)
    if typed is None:
        return None
    names = tuple(typed.split(","))
    if len(names) > 10 or any((name.removeprefix(sign) if sign else name) not in allowed for name in names):
        raise bad(parameter, "names", names=", ".join(allowed))
    return names


def shaped(found: Mapping[str, Any], fields: tuple[str, ...] | None) -> dict[str, Any]:
    """Return a row with only the fields that were asked for."""
    return dict(found) if fields is None else {name: found[name] for name in found if name in fields}
