"""What a broken rule is called: one sentence for the person, for each keyword of JSON Schema."""

import difflib
from collections.abc import Callable
from typing import Any

from jsonschema.exceptions import ValidationError

KINDS = {
    "string": "a text",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "array": "a list",
    "object": "a group of options",
    "null": "empty",
}
FORMATS = {
    "color": "must be a colour such as #3e63dd.",
    "email": "must be an e-mail address such as ada@example.com.",
    "uri": "must be a web address that starts with https:// or http://.",
}
MOST_NAMED = 12


def quoted(value: Any) -> str:
    """Return a value as a person would write it, cut where it is long."""
    text = value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def choices(values: list[Any]) -> str:
    """Return a list of allowed values."""
    named = ", ".join(quoted(value) for value in values[:MOST_NAMED])
    return f"{named} and {len(values) - MOST_NAMED} more" if len(values) > MOST_NAMED else named


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _type(error: ValidationError) -> str:
    kinds = [error.validator_value] if isinstance(error.validator_value, str) else error.validator_value
    return f"must be {' or '.join(KINDS.get(kind, kind) for kind in kinds)}."


def _shape(error: ValidationError) -> str:
    return str(error.schema.get("description") or "does not have the form that is asked for.")


SENTENCES: dict[str, Callable[[ValidationError], str]] = {
    "type": _type,
    "enum": lambda error: f"{_must_be(error)}: {choices(error.validator_value)}.",
    "const": lambda error: f"must be {quoted(error.validator_value)} with these options.",
    "pattern": _shape,
    "format": lambda error: FORMATS.get(error.validator_value, f"is no valid {error.validator_value}."),
    "minLength": lambda error: (
        "must not be empty."
        if error.validator_value == 1
        else f"needs at least {count(error.validator_value, 'character')}; it has {len(error.instance)}."
    ),
    "maxLength": lambda error: (
        f"may have at most {count(error.validator_value, 'character')}; it has {len(error.instance)}."
    ),
    "minimum": lambda error: f"must be {error.validator_value} or more.",
    "maximum": lambda error: f"must be {error.validator_value} or less.",
    "exclusiveMinimum": lambda error: f"must be more than {error.validator_value}.",
    "exclusiveMaximum": lambda error: f"must be less than {error.validator_value}.",
    "multipleOf": lambda error: f"must be a multiple of {error.validator_value}.",
    "minItems": lambda error: f"needs at least {count(error.validator_value, 'choice')}.",
    "maxItems": lambda error: f"may have at most {count(error.validator_value, 'choice')}.",
    "uniqueItems": lambda error: "may hold each choice only once.",
    "x-lines": lambda error: error.message,
    "oneOf": lambda error: _labelled(error) or "does not fit what is asked for.",
}
OWN_WORDS = {"pattern", "format", "const", "not", "anyOf", "oneOf", "minLength", "enum", "contains"}


def _must_be(error: ValidationError) -> str:
    return "may only hold" if len(error.absolute_path) > 1 else "must be one of"


def _labelled(error: ValidationError) -> str:
    values = [part["const"] for part in error.validator_value if isinstance(part, dict) and "const" in part]
    return f"{_must_be(error)}: {choices(values)}." if values else ""


def sentence(error: ValidationError, label: str) -> str:
    """Return what is wrong with the option called `label`.

    `x-error` beside a rule is the template's own sentence for it, and a pattern without one is told by its description.
    """
    schema = error.schema if isinstance(error.schema, dict) else {}
    if error.validator in OWN_WORDS and schema.get("x-error"):
        return str(schema["x-error"])
    told = SENTENCES.get(str(error.validator))
    predicate = told(error) if told else "does not fit the other options."
    # A description is a sentence of its own: "Small letters, digits and dashes."
    return f"{label}: {predicate}" if predicate[:1].isupper() else f"{label} {predicate}"


def unknown(name: str, known: list[str]) -> str:
    """Return what to say about an option that does not exist."""
    near = difflib.get_close_matches(name[:60], known, n=1)
    hint = f" Did you mean {near[0]}?" if near else f" There are: {choices(known)}."
    return f"There is no option {quoted(name)}.{hint}"
