"""The JSON Schema of our templates: draft 2020-12, read as a browser reads it.

jsonschema leaves three things to the host language that would let the API take what the form refuses: `$` in a
Python pattern matches before a last newline, `\\d` takes any script's digits, and formats are loosely checked.
"""

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from services.catalog.lines import line_errors
from services.catalog.patterns import compile_pattern, parts_of

Schema = dict[str, Any]

COLOR = re.compile(r"#[0-9a-fA-F]{6}")
# What browsers accept in <input type="email"> (HTML Living Standard, "valid email address").
EMAIL = re.compile(
    r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
    r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*"
)
WEB_ADDRESS = re.compile(r"https?://[^\s/?#\"'<>\\^`{|}]+(?:[/?#][^\s\"'<>\\^`{|}]*)?", re.IGNORECASE)
FORMATS = {"color": COLOR, "email": EMAIL, "uri": WEB_ADDRESS}

formats = FormatChecker(formats=())
for _name, _shape in FORMATS.items():
    formats.checks(_name)(
        lambda value, shape=_shape: not isinstance(value, str) or bool(shape.fullmatch(value))
    )


def browser_pattern(pattern: str) -> str:
    """Return a pattern for an HTML `pattern` attribute: it matches the whole value and has the `v` flag."""
    escaped = "".join(_for_browser(pattern))
    if escaped.startswith("^") and escaped.endswith("$") and "|" not in escaped:
        return escaped
    return rf"[\s\S]*(?:{escaped})[\s\S]*"


def _for_browser(pattern: str) -> Iterator[str]:
    parts = list(parts_of(pattern))
    for index, (part, inside) in enumerate(parts):
        at_edge = inside and (not parts[index - 1][1] or parts[index + 1][0] == "]")
        # With the `v` flag a class takes these letters only behind a backslash.
        yield f"\\{part}" if inside and (part in tuple("(){}/|[") or (part == "-" and at_edge)) else part


def may_stay_empty(instance: Any, schema: Schema) -> bool:
    """Whether an option is left empty whose default is empty: browsers check no rule on such a field either."""
    return bool(instance == "" and schema.get("default") == "")


def _pattern(validator: Any, rule: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    # A text over its limit is already refused; matching it could take very long.
    if not isinstance(instance, str) or len(instance) > schema.get("maxLength", len(instance)):
        return
    if not may_stay_empty(instance, schema) and not compile_pattern(rule).search(instance):
        yield ValidationError(f"does not match {rule}")


def _min_length(validator: Any, rule: int, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    if isinstance(instance, str) and len(instance) < rule and not may_stay_empty(instance, schema):
        yield ValidationError(f"is shorter than {rule}")


def _format(validator: Any, rule: str, instance: Any, schema: Schema) -> Iterator[ValidationError]:
    if not may_stay_empty(instance, schema) and not formats.conforms(instance, rule):
        yield ValidationError(f"is no {rule}")


Dialect = extend(
    Draft202012Validator,
    {"pattern": _pattern, "minLength": _min_length, "format": _format, "x-lines": line_errors},
)


def matches(condition: Schema, config: dict[str, Any]) -> bool:
    """Whether a config satisfies a condition: an `if`, or what `x-shown-when` stands for."""
    return bool(Dialect(condition, format_checker=formats).is_valid(config))
