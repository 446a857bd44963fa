"""Random template schemas, configs for them, and what a browser would let one type."""

import re
from typing import Any

from hypothesis import strategies as st

from services.catalog.form import FormField

WORDS = st.sampled_from(["ash", "birch", "cedar", "oak", "pine", "rowan"])
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
PATTERNS = ["^[a-z]+$", "^[a-z0-9-]*$", r"\S", "^(a|b)", r"^\d{1,3}$"]
COLORS = st.from_regex(r"\A#[0-9a-fA-F]{6}\Z")


@st.composite
def text_options(draw: st.DrawFn) -> dict[str, Any]:
    """A text, short or long, with or without rules; its default keeps to them."""
    schema: dict[str, Any] = {"type": "string", "maxLength": draw(st.sampled_from([5, 30, 400]))}
    if draw(st.booleans()):
        schema["default"] = ""
    if draw(st.booleans()):
        schema["minLength"] = draw(st.integers(0, 3))
    if draw(st.booleans()):
        schema["pattern"] = draw(st.sampled_from(PATTERNS))
    return schema


@st.composite
def choice_options(draw: st.DrawFn) -> dict[str, Any]:
    """One of a few, or several of them."""
    words = draw(st.lists(WORDS, min_size=1, max_size=6, unique=True))
    if draw(st.booleans()):
        return {"enum": words, "default": words[0]}
    return {"type": "array", "items": {"enum": words}, "uniqueItems": True, "default": words[:1]}


NUMBER_OPTIONS = st.builds(
    lambda kind, low, span: {"type": kind, "minimum": low, "maximum": low + span, "default": low},
    st.sampled_from(["integer", "number"]),
    st.integers(-5, 5),
    st.integers(0, 50),
)
OTHER_OPTIONS = st.sampled_from(
    [
        {"type": "boolean", "default": True},
        {"type": "boolean", "default": False},
        {"type": "string", "format": "color", "default": "#3e63dd"},
        {"type": "string", "format": "email", "maxLength": 60},
        {"type": "string", "format": "uri", "maxLength": 60, "default": ""},
    ]
)
OPTIONS = text_options() | choice_options() | NUMBER_OPTIONS | OTHER_OPTIONS


@st.composite
def schemas(draw: st.DrawFn) -> dict[str, Any]:
    """A template's schema: a switch, options, some that exist or show only with the switch, a rule across options."""
    properties = {"switch": {"type": "boolean", "default": draw(st.booleans())}}
    for index in range(draw(st.integers(1, 4))):
        properties[f"option_{index}"] = draw(OPTIONS)
        if draw(st.integers(0, 3)) == 0 and "default" in properties[f"option_{index}"]:
            properties[f"option_{index}"] = {
                **properties[f"option_{index}"],
                "x-shown-when": {"switch": True},
            }
    schema: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": [name for name, option in properties.items() if "default" not in option],
        "unevaluatedProperties": False,
    }
    if draw(st.booleans()):
        extra = draw(OPTIONS)
        then = {"properties": {"extra": extra}, "required": [] if "default" in extra else ["extra"]}
        on = draw(st.booleans())
        schema["allOf"] = [
            {"if": {"properties": {"switch": {"const": on}}, "required": ["switch"]}, "then": then}
        ]
    return schema


def values_for(option: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values for one option: mostly of its kind, sometimes at its edge, sometimes quite different."""
    words = option.get("enum") or option.get("items", {}).get("enum")
    if option.get("type") == "array":
        return st.lists(st.sampled_from(words), max_size=4)
    if words:
        return st.sampled_from([*words, "other"])
    match option.get("type"):
        case "boolean":
            return st.booleans()
        case "integer" | "number":
            return st.integers(-10, 60) | st.floats(-10, 60, allow_nan=False)
    return (
        TEXT
        | WORDS
        | COLORS
        | st.sampled_from(["", "ada@example.com", "https://example.com/a", "7", "a\nb", "a\r\n"])
    )


@st.composite
def schemas_with_configs(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A schema and something that may or may not be a config for it."""
    schema = draw(schemas())
    options = dict(schema["properties"])
    for part in schema.get("allOf", ()):
        options |= part["then"]["properties"]
    config = {}
    for name, option in options.items():
        if draw(st.integers(0, 4)):
            good = draw(st.integers(0, 9)) > 0
            config[name] = draw(
                values_for(option) if good else st.none() | TEXT | st.integers() | st.booleans()
            )
    if draw(st.integers(0, 9)) == 0:
        config["strange"] = 1
    return schema, config


def browser_takes(field: FormField, value: Any) -> bool:
    """Whether a browser lets a person put `value` into the field and send it (HTML constraint validation)."""
    values = {option.value for option in field.options}
    match field.kind:
        case "checkbox":
            return isinstance(value, bool)
        case "radio" | "select":
            return value in values
        case "multi":
            once = isinstance(value, list) and len(set(value)) == len(value)
            return once and set(value) <= values and (bool(value) or not field.required)
        case "number":
            in_range = (field.min is None or value >= field.min) and (field.max is None or value <= field.max)
            return in_range and not isinstance(value, bool) and (not field.whole or isinstance(value, int))
        case "color":
            return re.fullmatch("#[0-9a-f]{6}", value) is not None
    return text_is_taken(field, value)


def text_is_taken(field: FormField, value: str) -> bool:
    """The same for texts. A field that is left empty is checked for `required` alone."""
    if field.kind == "text" and ("\n" in value or "\r" in value):
        return False
    if not value:
        return not field.required
    short_enough = field.max_length is None or len(value) <= field.max_length
    return short_enough and (not field.pattern or re.fullmatch(field.pattern, value, re.ASCII) is not None)
