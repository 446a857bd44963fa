"""The form of a template, made from its schema.

`form_fields` says what to draw, `visible` when, `config_from_form` turns what a browser, a link or `--set` sends
(texts) into what the schema speaks of. With `validate_config` behind it the form and the API take the same configs.
"""

import re
from dataclasses import dataclass
from typing import Any

from services.catalog.dialect import Dialect, Schema, browser_pattern, formats, matches
from services.catalog.kinds import Kind, Option, choices_of, kind_of
from services.catalog.options import Config, Declared, declared_options, fill_defaults

EMPTY: dict[Kind, Any] = {Kind.CHECKBOX: False, Kind.NUMBER: None, Kind.MULTI: []}
TRUE_WORDS = frozenset({"true", "on", "1", "yes"})
FALSE_WORDS = frozenset({"false", "off", "0", "no", ""})
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
MOST_DIGITS = 400


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. `required`, `min`, `max`, `max_length` and `pattern` are HTML attributes of the same meaning.

    `shown_when` is a JSON Schema for the whole config, None for a field that is always there; ask `visible`.
    `format` is "email" or "uri" where the text has one; `whole` tells integers from other numbers.
    """

    name: str
    label: str
    hint: str
    kind: str
    options: list[Option]
    default: Any
    group: str
    required: bool
    min: float | None
    max: float | None
    max_length: int | None
    pattern: str
    shown_when: Schema | None
    format: str = ""
    whole: bool = False


def form_fields(schema: Schema) -> list[FormField]:
    """Return the fields in the schema's order, those of one `x-group` together."""
    fields = [_field(option) for option in declared_options(schema)]
    groups = list(dict.fromkeys(field.group for field in fields))
    return sorted(fields, key=lambda field: groups.index(field.group))


def _field(option: Declared) -> FormField:
    schema = option.schema
    kind = kind_of(schema)
    if kind is None:
        raise ValueError(f"The form has no field for the option {option.name!r}.")
    return FormField(
        name=option.name,
        label=option.label,
        hint=schema.get("description", ""),
        kind=kind,
        options=choices_of(schema["items"] if kind is Kind.MULTI else schema),
        default=schema.get("default", EMPTY.get(kind, "")),
        group=schema.get("x-group", ""),
        required=needs_value(option, kind),
        min=_bound(schema, "minimum", "exclusiveMinimum", 1),
        max=_bound(schema, "maximum", "exclusiveMaximum", -1),
        max_length=schema.get("maxLength"),
        pattern=browser_pattern(schema["pattern"]) if kind is Kind.TEXT and "pattern" in schema else "",
        shown_when=option.shown_when,
        format=schema.get("format", "") if kind is Kind.TEXT else "",
        whole=schema.get("type") == "integer",
    )


def needs_value(option: Declared, kind: Kind) -> bool:
    """Whether the field may not be left empty: what the schema does with an empty value decides."""
    if kind is Kind.CHECKBOX:
        return False
    if kind is Kind.MULTI:
        return bool(option.schema.get("minItems", 0))
    if kind in (Kind.TEXT, Kind.TEXTAREA, Kind.COLOR):
        return not Dialect(option.schema, format_checker=formats).is_valid("")
    return True


def _bound(schema: Schema, inclusive: str, exclusive: str, step: int) -> float | None:
    if inclusive in schema:
        return schema[inclusive]  # type: ignore[no-any-return]
    if exclusive in schema and schema.get("type") == "integer":
        return schema[exclusive] + step  # type: ignore[no-any-return]
    return None


def visible(field: FormField, config: Config) -> bool:
    """Whether the form shows this field while it holds `config`."""
    return field.shown_when is None or matches(field.shown_when, config)


def config_from_form(schema: Schema, typed: dict[str, Any]) -> Config:
    """Return the config that a filled form stands for.

    `typed` holds what the fields hold: texts, "on" or true for a ticked box, a list (or texts parted by commas) for
    several choices. A field that is not shown says nothing, so its value is left out; names that the schema does not
    know are kept, for `validate_config` to refuse.
    """
    options = declared_options(schema)
    read = {option.name: _read(option, typed[option.name]) for option in options if option.name in typed}
    given = {name: value for name, value in read.items() if value is not None}
    strange = {name: value for name, value in typed.items() if name not in read}
    for _ in options:  # hiding one field may hide another that depends on it
        filled = fill_defaults(options, given)
        hidden = [option.name for option in options if option.name in given and not option.shown(filled)]
        if not hidden:
            break
        given = {name: value for name, value in given.items() if name not in hidden}
    return {**given, **strange}


def _read(option: Declared, value: Any) -> Any:
    """Return one typed value as the schema speaks of it; None for a field that was left empty."""
    kind = kind_of(option.schema)
    if kind is Kind.MULTI and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if not isinstance(value, str):
        return value
    if kind is Kind.CHECKBOX:
        word = value.strip().lower()
        return True if word in TRUE_WORDS else False if word in FALSE_WORDS else value
    if kind is Kind.NUMBER:
        return _number(value.strip())
    if value == "" and kind is not None and needs_value(option, kind):
        return None
    return value


def _number(text: str) -> Any:
    """Return the number, None for nothing, or the text itself for `validate_config` to refuse."""
    if not NUMBER.fullmatch(text) or len(text) > MOST_DIGITS:
        return text or None
    return float(text) if set(text) & set(".eE") else int(text)
