"""What a schema must keep to, so that its form can reach exactly the configs that its API takes."""

import re
from collections.abc import Iterator

from models.errors import InvalidInput
from services.catalog.dialect import Schema
from services.catalog.kinds import Kind, kind_of
from services.catalog.lines import patterns_in
from services.catalog.options import Declared, declared_options
from services.catalog.patterns import compile_pattern
from services.catalog.schema import validate_config

# Every file of a skeleton knows these by themselves.
RESERVED = frozenset({"package", "parts"})
FIELD_FIX = "The form draws texts, numbers, true/false, an enum of texts, or a list of such an enum."


def schema_problems(schema: Schema) -> Iterator[str]:
    """Yield what is wrong with a schema, each as one sentence with the place."""
    options = declared_options(schema)
    if not options:
        yield "/properties: A template needs at least one option."
    for option in options:
        yield from option_problems(option)
    yield from default_problems(schema)


def option_problems(option: Declared) -> Iterator[str]:
    """Yield what is wrong with one option by itself."""
    place = f"/properties/{option.name}"
    kind = kind_of(option.schema)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", option.name):
        yield f"{place}: Name options in small letters, digits and underscores."
    if option.name in RESERVED:
        yield f"{place}: Skeletons use {option.name} for something else. Call the option otherwise."
    if kind is None:
        yield f"{place}: There is no field for this option. {FIELD_FIX}"
    if "default" not in option.schema and not option.required:
        yield f'{place}: An option needs a "default", or must be named in "required".'
    if kind in (Kind.CHECKBOX, Kind.MULTI) and "default" not in option.schema:
        yield f'{place}: A {kind} starts with something: add a "default".'
    if kind is Kind.MULTI and not option.schema.get("uniqueItems"):
        yield f'{place}: Each choice is made once: add "uniqueItems": true.'
    if kind is Kind.TEXT and "maxLength" not in option.schema and "format" not in option.schema:
        yield f'{place}: A text needs a "maxLength".'
    for pattern in (option.schema.get("pattern", ""), *patterns_in(option.schema.get("x-lines", {}))):
        try:
            compile_pattern(pattern)
        except re.error as error:
            yield f"{place}/pattern: This is no regular expression ({error})."


def default_problems(schema: Schema) -> Iterator[str]:
    """Yield the defaults that the schema itself refuses. What is merely still to be typed is no problem."""
    try:
        validate_config(schema, {})
    except InvalidInput as refusal:
        names = {option.name for option in declared_options(schema) if "default" in option.schema}
        for field in refusal.fields:
            if field.path.removeprefix("/").split("/")[0] in names:
                yield f"/properties{field.path}: The default is refused by the schema itself. {field.message}"
