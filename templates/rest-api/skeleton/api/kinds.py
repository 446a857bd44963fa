"""The types a field can have: what they accept, how they are stored, how they are described."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

# Whole numbers that every client reads without loss (RFC 8259, section 6).
SAFE = 2**53 - 1
LARGEST = 1e15
DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,16}")
DECIMAL = re.compile(r"-?[0-9]{1,400}(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,3})?")
EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+", re.ASCII
)
LINK = re.compile(r"https?://[^\s/?#\"'<>\\^`{|}]+([/?#][^\s\"'<>\\^`{|}]*)?")


class Wrong(ValueError):
    """A value does not fit its type. `code` names the sentence that says so."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


@dataclass(frozen=True)
class Kind:
    """One type. `accept` takes what JSON can say and returns what is stored, or raises `Wrong`.

    `column` is its affinity in SQLite, `rules` its JSON Schema, `example` a value to show, `field` what a form has.
    """

    accept: Callable[[Any], Any]
    column: str
    rules: dict[str, Any]
    example: Any
    field: str = "text"


def text(most: int) -> Callable[[Any], str]:
    """Return what accepts a text of at most `most` characters."""

    def accept(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= most:
            raise Wrong("text", most=most)
        if any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
            raise Wrong("letters")
        return value

    return accept


def integer(value: Any) -> int:
    """Accept a whole number; 3.0 is one, as JSON has only one type of number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > SAFE:
        raise Wrong("integer")
    return value


def number(value: Any) -> float | int:
    """Accept any number of a sensible size."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not isfinite(value) or abs(value) > LARGEST:
        raise Wrong("number")
    return value


def money(value: Any) -> int:
    """Accept an amount in cents."""
    try:
        return integer(value)
    except Wrong:
        raise Wrong("money") from None


def yes_no(value: Any) -> int:
    """Accept true or false."""
    if not isinstance(value, bool):
        raise Wrong("yes_no")
    return int(value)


def day(value: Any) -> str:
    """Accept a date as ISO 8601 writes it."""
    try:
        if isinstance(value, str) and DATE.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise Wrong("date")


def moment(value: Any) -> str:
    """Accept a date with a time and its zone (RFC 3339) and return it in UTC, to the second."""
    try:
        if isinstance(value, str) and MOMENT.fullmatch(value):
            whole = re.sub(r"\.\d+", "", value.upper())
            utc = datetime.fromisoformat(whole).astimezone(UTC)
            return utc.replace(tzinfo=None).isoformat() + "Z"
    except (ValueError, OverflowError):
        pass
    raise Wrong("moment")


def shaped(pattern: re.Pattern[str], most: int, code: str) -> Callable[[Any], str]:
    """Return what accepts a text of a form."""

    def accept(value: Any) -> str:
        if not isinstance(value, str) or len(value) > most or not pattern.fullmatch(value):
            raise Wrong(code)
        return value

    return accept


def one_of(choices: tuple[str, ...]) -> Callable[[Any], str]:
    """Return what accepts one of some words."""

    def accept(value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise Wrong("choice", choices=", ".join(choices))
        return value

    return accept


def relation(value: Any) -> int:
    """Accept the id of a row. Whether it is there is asked when it is written."""
    try:
        found = integer(value)
    except Wrong:
        raise Wrong("relation") from None
    if found < 1:
        raise Wrong("relation")
    return found


def from_text(kind: Kind, typed: str) -> Any:
    """Return what a text in an address or a form says, as JSON would say it; what cannot be read stays a text."""
    match kind.rules["type"]:
        case "boolean":
            return {"true": True, "false": False}.get(typed, typed)
        case "integer" if WHOLE_NUMBER.fullmatch(typed):
            return int(typed)
        case "number" if DECIMAL.fullmatch(typed):
            return float(typed)
    return typed


WHOLE = {"type": "integer", "minimum": -SAFE, "maximum": SAFE}
KINDS = {
    "text": Kind(
        text(200), "TEXT", {"type": "string", "minLength": 1, "maxLength": 200}, "Words on one line"
    ),
    "long text": Kind(
        text(10_000),
        "TEXT",
        {"type": "string", "minLength": 1, "maxLength": 10_000},
        "As many words as it takes.",
        "textarea",
    ),
    "integer": Kind(integer, "INTEGER", WHOLE, 4, "number"),
    "number": Kind(
        number, "REAL", {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}, 52.5, "number"
    ),
    "money": Kind(money, "INTEGER", WHOLE, 1890, "money"),
    "yes/no": Kind(yes_no, "INTEGER", {"type": "boolean"}, True, "yes_no"),
    "date": Kind(day, "TEXT", {"type": "string", "format": "date"}, "2026-03-14", "date"),
    "moment": Kind(
        moment, "TEXT", {"type": "string", "format": "date-time"}, "2026-03-14T09:30:00Z", "moment"
    ),
    "email": Kind(
        shaped(EMAIL, 254, "email"),
        "TEXT",
        {"type": "string", "format": "email", "maxLength": 254},
        "ada@example.org",
        "email",
    ),
    "link": Kind(
        shaped(LINK, 2000, "link"),
        "TEXT",
        {"type": "string", "format": "uri", "maxLength": 2000},
        "https://example.org/more",
        "url",
    ),
    "relation": Kind(relation, "INTEGER", {"type": "integer", "minimum": 1, "maximum": SAFE}, 1, "relation"),
}


def choice(choices: tuple[str, ...]) -> Kind:
    """Return the type of a field that holds one of some words."""
    return Kind(one_of(choices), "TEXT", {"type": "string", "enum": list(choices)}, choices[0], "choice")
