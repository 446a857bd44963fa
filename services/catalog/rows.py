"""Choose few configs that try the options of a template against each other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import covertable

from services.catalog.dialect import Dialect, Schema, formats

Row = dict[str, Any]


def covering_rows(schema: Schema, factors: Mapping[str, Sequence[Any]], strength: int = 2) -> list[Row]:
    """Return rows in which each `strength` values of different options meet at least once, always the same rows.

    `factors` names options with the values to try. Values that the schema's rules across options (`allOf`) forbid
    together are in no row. With `strength` 1 each value is in one row at least.
    """
    found = covertable.make(
        {name: list(values) for name, values in factors.items()},
        strength=strength,
        constraints=[
            {"operator": "fn", "requires": names, "evaluate": allows(rule, names)}
            for rule in schema.get("allOf", ())
            if len(names := [name for name in dict.fromkeys(named_in(rule)) if name in factors]) > 1
        ],
    )
    return [{name: row[name] for name in factors} for row in found]


def named_in(rule: Any) -> Iterator[str]:
    """Yield the options that a rule speaks of."""
    if isinstance(rule, dict):
        yield from rule.get("properties", ())
        yield from rule.get("required", ())
        for part in rule.values():
            yield from named_in(part)
    elif isinstance(rule, list):
        for part in rule:
            yield from named_in(part)


def allows(rule: Schema, names: Sequence[str]) -> Callable[[Mapping[str, Any]], bool]:
    """Return a function that says whether a rule lets these options have the values of a row.

    That another option is missing does not count: a row holds only what is tried, and the rest is filled in later.
    """
    dialect = Dialect(rule, format_checker=formats)

    def judge(row: Mapping[str, Any]) -> bool:
        errors = dialect.iter_errors({name: row[name] for name in names})
        return all(error.validator == "required" and not error.absolute_path for error in errors)

    return judge
