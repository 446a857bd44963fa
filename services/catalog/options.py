"""Which options a template's schema declares, and when each of them exists.

An option is a property. The top level declares those that always exist; `then` and `else` declare those that exist
only while their `if` says so; `x-shown-when` hides one that exists and then keeps its default. A property that is
named again further down is a rule about the same option, not a new one.
"""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from services.catalog.dialect import Schema, matches

Config = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Declared:
    """One option. `exists_when` and `shown_when` are JSON Schemas for the whole config, or None for always."""

    name: str
    schema: Schema
    required: bool
    exists_when: Schema | None = None
    shown_when: Schema | None = None

    @property
    def label(self) -> str:
        """The option's title, or its name made readable."""
        return str(self.schema.get("title") or self.name.replace("_", " ").capitalize())

    def exists(self, config: Config) -> bool:
        """Whether the option may be in this config at all."""
        return self.exists_when is None or matches(self.exists_when, config)

    def shown(self, config: Config) -> bool:
        """Whether the form shows the option for this config."""
        return self.shown_when is None or matches(self.shown_when, config)


def declared_options(schema: Schema) -> list[Declared]:
    """Return every option that a schema declares, in its order."""
    found: dict[str, Declared] = {}
    for part, when in branches(schema):
        for name, rule in part.get("properties", {}).items():
            _take(found, name, rule, name in part.get("required", ()), when)
    return list(found.values())


def branches(schema: Schema, when: Schema | None = None) -> Iterator[tuple[Schema, Schema | None]]:
    """Yield each part of a schema that may declare options, with the condition under which it counts."""
    yield schema, when
    for part in schema.get("allOf", ()):
        yield from branches(part, when)
    if "if" in schema:
        if isinstance(schema.get("then"), dict):
            yield from branches(schema["then"], both(when, schema["if"]))
        if isinstance(schema.get("else"), dict):
            yield from branches(schema["else"], both(when, {"not": schema["if"]}))


def _take(found: dict[str, Declared], name: str, rule: Any, required: bool, when: Schema | None) -> None:
    known = found.get(name)
    if rule is False and known and when:
        hidden = {"not": when}
        found[name] = replace(
            known, exists_when=both(known.exists_when, hidden), shown_when=both(known.shown_when, hidden)
        )
    elif known is None and isinstance(rule, dict):
        shown = both(when, shown_condition(rule.get("x-shown-when")))
        found[name] = Declared(name, rule, required, exists_when=when, shown_when=shown)
    elif known and known.exists_when and when and known.exists_when != when:
        either = {"anyOf": [known.exists_when, when]}
        found[name] = replace(
            known,
            exists_when=either,
            shown_when=both(either, shown_condition(known.schema.get("x-shown-when"))),
        )


def both(one: Schema | None, other: Schema | None) -> Schema | None:
    """Return the condition that holds when both do; None always holds."""
    if one is None or other is None:
        return one or other
    return {"allOf": [one, other]}


def shown_condition(short: dict[str, Any] | None) -> Schema | None:
    """Return the JSON Schema behind `x-shown-when`: `{"email": "smtp"}`, or a list of accepted values."""
    if not short:
        return None
    rules = {
        name: {"enum": value} if isinstance(value, list) else {"const": value}
        for name, value in short.items()
    }
    return {"properties": rules, "required": list(rules)}


def fill_defaults(options: list[Declared], config: Config) -> Config:
    """Return the config with the default of every option that exists and was left out.

    A default may bring further options into being, so this goes on until nothing is added.
    """
    filled = dict(config)
    for option in sorted(options, key=lambda option: option.exists_when is not None):
        _fill(filled, option)
    for _ in options:
        before = len(filled)
        for option in options:
            _fill(filled, option)
        if len(filled) == before:
            break
    return {**{option.name: filled[option.name] for option in options if option.name in filled}, **filled}


def _fill(filled: Config, option: Declared) -> None:
    if option.name not in filled and "default" in option.schema and option.exists(filled):
        filled[option.name] = copy.deepcopy(option.schema["default"])
