"""The values with which each option of a template is tried, taken from the schema itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.catalog.dialect import Dialect, Schema, formats
from services.catalog.kinds import Kind, choices_of, kind_of
from services.catalog.options import Declared, declared_options

# What a person might write where an option wants a text. The first that the option's own rules take is used.
SAMPLES = (
    "A few plain words",
    "Ada Lovelace",
    "ada@example.org",
    "https://example.org/about",
    "a-name",
    "name",
    "first | second",
    "12",
    "EUR",
    "2030-01-31",
    "Better than the last one | Ada",
)
# Beside its default a colour is tried very light and very dark: that is where contrast breaks.
COLORS = ("#ffe94d", "#101418")


@dataclass(frozen=True, slots=True)
class Factor:
    """An option and the values to try it with. `conditional`: it exists only together with some values of others."""

    name: str
    values: tuple[Any, ...]
    conditional: bool


def factors_of(schema: Schema) -> list[Factor]:
    """Return every option that can be tried with more than one value."""
    found = []
    for option in declared_options(schema):
        values = tuple(distinct(values_of(option)))
        conditional = option.exists_when is not None or option.shown_when is not None
        if len(values) > 1 or (conditional and values):
            found.append(Factor(option.name, values, conditional))
    return found


def values_of(option: Declared) -> Iterator[Any]:
    """Yield what an option is tried with. `x-prove` names the values itself."""
    rule = option.schema
    if "x-prove" in rule:
        yield from rule["x-prove"]
        return
    match kind_of(rule):
        case Kind.CHECKBOX:
            yield from (False, True)
        case Kind.RADIO | Kind.SELECT:
            yield from (choice.value for choice in choices_of(rule))
        case Kind.MULTI:
            yield from choices_to_try(rule)
        case Kind.NUMBER:
            yield from (rule[bound] for bound in ("minimum", "default", "maximum") if bound in rule)
        case Kind.COLOR:
            yield from (rule[name] for name in ("default",) if name in rule)
            yield from COLORS
        case _:
            yield from texts_to_try(rule)


def choices_to_try(rule: Schema) -> Iterator[list[str]]:
    """Yield lists to choose: none, each alone, all, and what the template chooses by itself."""
    every = [choice.value for choice in choices_of(rule["items"])]
    candidates = [[], *([one] for one in every), every, rule.get("default", [])]
    yield from (chosen for chosen in candidates if fits(rule, chosen))


def texts_to_try(rule: Schema) -> Iterator[str]:
    """Yield the default, and one text beside it where the default says nothing."""
    if "default" in rule:
        yield rule["default"]
    if not rule.get("default"):
        yield from [text for text in (sample(rule),) if text is not None]


def sample(rule: Schema) -> str | None:
    """Return a text that the option's own rules take: its first example, or one of ours; None when none fits."""
    candidates = (*rule.get("examples", ()), *SAMPLES, "x" * rule.get("minLength", 1))
    return next((text for text in candidates if fits(rule, text)), None)


def fits(rule: Schema, value: Any) -> bool:
    """Whether an option by itself takes a value."""
    return bool(Dialect(rule, format_checker=formats).is_valid(value))


def distinct(values: Iterator[Any]) -> Iterator[Any]:
    """Yield each value once, in order. Lists have no hash, and 1 is not True."""
    seen = set()
    for value in values:
        if repr(value) not in seen:
            seen.add(repr(value))
            yield value
