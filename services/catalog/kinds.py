"""Which field of the form an option becomes."""

from dataclasses import dataclass
from enum import StrEnum

from services.catalog.dialect import Schema

MOST_RADIOS = 4
LONG_TEXT = 200


class Kind(StrEnum):
    """A field of the form, by the way it is filled in."""

    TEXT = "text"
    TEXTAREA = "textarea"
    COLOR = "color"
    RADIO = "radio"
    SELECT = "select"
    CHECKBOX = "checkbox"
    NUMBER = "number"
    MULTI = "multi"


@dataclass(frozen=True, slots=True)
class Option:
    """One value to choose, and what it is called."""

    value: str
    label: str


def kind_of(schema: Schema) -> Kind | None:
    """Return the field for an option, or None where the form has none for it."""
    if choices_of(schema):
        return Kind.RADIO if len(choices_of(schema)) <= MOST_RADIOS else Kind.SELECT
    kinds = {"boolean": Kind.CHECKBOX, "integer": Kind.NUMBER, "number": Kind.NUMBER}
    match schema.get("type"):
        case "string":
            return text_kind(schema)
        case "array" if choices_of(schema.get("items") or {}):
            return Kind.MULTI
        case str() as name:
            return kinds.get(name)
    return None


def text_kind(schema: Schema) -> Kind:
    """Return the field for a text."""
    widget = schema.get("x-widget")
    if widget == Kind.COLOR or schema.get("format") == "color":
        return Kind.COLOR
    is_long = schema.get("maxLength", 0) > LONG_TEXT
    return Kind.TEXTAREA if widget == Kind.TEXTAREA or (is_long and "format" not in schema) else Kind.TEXT


def choices_of(schema: Schema) -> list[Option]:
    """Return the values to choose from: an `enum` with `x-labels`, or a `oneOf` of `const` and `title`."""
    if not isinstance(schema, dict):
        return []
    labels = schema.get("x-labels") or {}
    if schema.get("enum") and all(isinstance(value, str) for value in schema["enum"]):
        return [Option(value, labels.get(value) or readable(value)) for value in schema["enum"]]
    parts = schema.get("oneOf", ())
    if parts and all(isinstance(part, dict) and isinstance(part.get("const"), str) for part in parts):
        return [Option(part["const"], part.get("title") or readable(part["const"])) for part in parts]
    return []


def readable(value: str) -> str:
    """Return a value as words: `magic_link` reads "Magic link"."""
    words = value.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]
