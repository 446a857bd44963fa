"""The pairs of values that can stand together, and rows in which each of them does.

Options that no rule ties together are free of each other, so only groups of tied options are searched through, each
exhaustively: a pair that is called impossible has been tried with everything its rules speak of.
"""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from covertable import make

from models.errors import InvalidInput
from services.catalog import config_from_form, validate_config
from services.catalog.dialect import Schema
from services.catalog.options import declared_options, fill_defaults
from services.proving.factors import Factor, sample

Config = dict[str, Any]
# A value by the place it has among those of its factor; ABSENT where the option does not exist in that company.
Choice = dict[str, int]
ABSENT = -1
# (first option, its value, second option, its value), the options in the order of the schema.
Pair = tuple[str, int, str, int]
# A larger group of tied options is not searched through. No template of ours comes near.
MOST_COMBINATIONS = 50_000
# The keywords of JSON Schema whose content is the names of options.
NAMING = ("properties", "required", "dependentRequired", "dependentSchemas")


@dataclass(frozen=True, slots=True)
class Group:
    """Options that some rule ties together, with every choice of their values that the schema takes."""

    names: tuple[str, ...]
    choices: tuple[Choice, ...]


class TooManyCombinations(InvalidInput):
    """So many options depend on each other that which pairs are possible cannot be decided."""

    default_code = "too_many_combinations"


def build(schema: Schema, wanted: Config) -> Config | None:
    """Return the whole valid config with these values, texts made up where one is needed; None when there is none.

    Values of options that do not exist in that company are left out.
    """
    options = declared_options(schema)
    config = dict(wanted)
    for _ in options:
        config = config_from_form(schema, config)
        filled = fill_defaults(options, config)
        missing = [one for one in options if one.required and one.exists(filled) and one.name not in filled]
        refused = refused_texts(schema, filled)
        missing += [one for one in options if one.name in refused and one.name not in wanted]
        made = {one.name: text for one in missing if (text := sample(one.schema)) is not None}
        if all(config.get(name) == text for name, text in made.items()):
            break
        config |= made
    try:
        return validate_config(schema, config)
    except InvalidInput:
        return None


def refused_texts(schema: Schema, config: Config) -> set[str]:
    """Return the options whose text is refused in this company, such as a default that is empty."""
    try:
        validate_config(schema, config)
    except InvalidInput as refusal:
        names = {field.path.removeprefix("/") for field in refusal.fields}
        return {name for name in names if isinstance(config.get(name), str)}
    return set()


def choice_of(schema: Schema, factors: list[Factor], config: Config) -> Choice:
    """Return which of the factors' values a config holds. A value that is none of them counts as absent."""
    present = {
        option.name for option in declared_options(schema) if option.exists(config) and option.shown(config)
    }
    places = {
        factor.name: next(
            (at for at, value in enumerate(factor.values) if same(config.get(factor.name), value)), ABSENT
        )
        for factor in factors
    }
    return {name: place if name in present else ABSENT for name, place in places.items()}


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON, where 1 is not true."""
    return type(one) is type(other) and bool(one == other)


def groups_of(schema: Schema, factors: list[Factor]) -> list[Group]:
    """Return the factors in groups that are free of each other, each with all its valid choices."""
    return [searched(schema, factors, names) for names in tied(schema, [factor.name for factor in factors])]


def tied(schema: Schema, names: list[str]) -> list[tuple[str, ...]]:
    """Return the names parted into groups of which no rule speaks at once."""
    group = {option.name: {option.name} for option in declared_options(schema)}
    for together in spoken_of(schema):
        joined = set().union(*(group[name] for name in together if name in group))
        for name in joined:
            group[name] = joined
    found = {tuple(name for name in names if name in group[first]) for first in names}
    return sorted(found, key=lambda names_: names.index(names_[0]))


def spoken_of(schema: Schema) -> Iterator[set[str]]:
    """Yield the options that each rule over several of them names."""
    for part in schema.get("allOf", ()):
        yield names_in(part)
    own = {
        "properties",
        "required",
        "allOf",
        "title",
        "description",
        "type",
        "$schema",
        "unevaluatedProperties",
    }
    yield names_in({key: value for key, value in schema.items() if key not in own})
    for name, rule in schema.get("properties", {}).items():
        if isinstance(rule, dict) and "x-shown-when" in rule:
            yield {name, *rule["x-shown-when"]}


def names_in(part: Any) -> set[str]:
    """Return every option that a part of a schema names."""
    if isinstance(part, list):
        return set().union(*(names_in(value) for value in part))
    if not isinstance(part, dict):
        return set()
    found = {name for word in NAMING for name in part.get(word, ()) if isinstance(name, str)}
    found |= {name for names in part.get("dependentRequired", {}).values() for name in names}
    return found.union(*(names_in(value) for value in part.values()))


def searched(schema: Schema, factors: list[Factor], names: tuple[str, ...]) -> Group:
    """Return a group with every valid choice of its values, found by trying all of them."""
    own = [factor for factor in factors if factor.name in names]
    size = 1
    for factor in own:
        size *= len(factor.values)
    if size > MOST_COMBINATIONS:
        raise TooManyCombinations(
            f"{', '.join(names)} depend on each other in {size:,} ways; at most {MOST_COMBINATIONS:,} can be tried. "
            "Give one of them fewer values with x-prove."
        )
    found: dict[tuple[int, ...], Choice] = {}
    for values in itertools.product(*(factor.values for factor in own)):
        config = build(schema, dict(zip(names, values, strict=True)))
        if config is not None:
            choice = choice_of(schema, own, config)
            found.setdefault(tuple(choice.values()), choice)
    return Group(names, tuple(found.values()))


def pairs_in(choice: Choice) -> Iterator[Pair]:
    """Yield the pairs that a choice brings together. What is absent meets nobody."""
    present = [(name, place) for name, place in choice.items() if place != ABSENT]
    for (first, i), (second, j) in itertools.combinations(present, 2):
        yield first, i, second, j


def possible_pairs(factors: list[Factor], groups: list[Group]) -> set[Pair]:
    """Return every pair that some valid config holds."""
    order = {factor.name: at for at, factor in enumerate(factors)}
    found = {pair for group in groups for choice in group.choices for pair in pairs_in(choice)}
    single = [
        {one for choice in group.choices for one in choice.items() if one[1] != ABSENT} for group in groups
    ]
    for values, others in itertools.combinations(single, 2):
        for one, other in itertools.product(values, others):
            first, second = sorted((one, other), key=lambda value: order[value[0]])
            found.add((*first, *second))
    return found


def covering_choices(factors: list[Factor], groups: list[Group], strength: int = 2) -> list[Choice]:
    """Return choices in which each `strength` values stand together that can: a covering array, always the same.

    Options with one value are left out.
    """
    # An option with one value stands wherever what brings it does; it would only slow the generator down.
    own = [group for group in (narrowed(group, factors) for group in groups) if group.names]
    levels = {
        name: sorted({choice[name] for choice in group.choices}) for group in own for name in group.names
    }
    if len(levels) < strength:
        return [choice for group in own for choice in group.choices]
    rows: Iterable[Choice] = make(levels, strength=strength, constraints=[*constraints(own, levels)])
    return [dict(row) for row in rows]


def narrowed(group: Group, factors: list[Factor]) -> Group:
    """Return a group without its options that have one value only."""
    names = tuple(factor.name for factor in factors if factor.name in group.names and len(factor.values) > 1)
    choices = {tuple(choice[name] for name in names) for choice in group.choices}
    return Group(names, tuple(dict(zip(names, choice, strict=True)) for choice in sorted(choices)))


def constraints(groups: list[Group], levels: dict[str, list[int]]) -> Iterator[dict[str, Any]]:
    """Yield what the generator has to keep to: the valid choices of each group, and the pairs none of them holds.

    The pairs say nothing new, but they let it see early that a row leads nowhere.
    """
    for group in groups:
        size = 1
        for name in group.names:
            size *= len(levels[name])
        if len(group.choices) == size:
            continue
        for first, second in itertools.combinations(group.names, 2):
            held = {(choice[first], choice[second]) for choice in group.choices}
            for i, j in itertools.product(levels[first], levels[second]):
                if (i, j) not in held:
                    yield never(first, i, second, j)
        valid = {tuple(choice[name] for name in group.names) for choice in group.choices}
        yield {
            "operator": "fn",
            "requires": list(group.names),
            "evaluate": lambda row, names=group.names, valid=valid: (
                tuple(row[name] for name in names) in valid
            ),
        }


def never(first: str, i: int, second: str, j: int) -> dict[str, Any]:
    """Return the condition that two values do not meet."""
    return {
        "operator": "or",
        "conditions": [
            {"operator": "ne", "left": first, "value": i},
            {"operator": "ne", "left": second, "value": j},
        ],
    }
