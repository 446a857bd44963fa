"""The rows in which a template is proven: its defaults, its presets, and a covering array of its options."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.catalog import TemplateFolder
from services.catalog.dialect import Schema
from services.proving.covering import (
    ABSENT,
    Choice,
    Config,
    Group,
    Pair,
    build,
    choice_of,
    covering_choices,
    groups_of,
    pairs_in,
    possible_pairs,
)
from services.proving.factors import Factor, factors_of


@dataclass(frozen=True, slots=True)
class Row:
    """One set of options to prove. `in_browser`: it belongs to the part in which each value is seen in a browser.

    `presets` names what it is the row of: "" for the defaults, then the presets of the same options. Pictures are
    taken of the rows that have one.
    """

    number: int
    title: str
    config: Config
    in_browser: bool
    presets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows, and how many pairs of values they hold of those that can stand together."""

    rows: tuple[Row, ...]
    pairs_covered: int
    pairs_possible: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A row that is not numbered yet. One with `presets` stays even when it brings no new pair."""

    presets: tuple[str, ...]
    config: Config
    choice: Choice

    def title(self, number: int) -> str:
        """How the row is called."""
        if not self.presets:
            return f"Row {number}"
        return f"Preset {self.presets[0]}" if self.presets[0] else "Defaults"

    @property
    def pairs(self) -> set[Pair]:
        """The pairs of values that it holds."""
        return set(pairs_in(self.choice))


def rows_of(template: TemplateFolder) -> Rows:
    """Return the rows of a template. The same schema and presets give the same rows.

    Raises:
        TooManyCombinations: too many options depend on each other to decide which pairs are possible.
    """
    schema = template.schema
    factors = factors_of(schema)
    groups = groups_of(schema, factors)
    possible = possible_pairs(factors, groups)
    drafts = [
        *named(schema, factors, template.manifest.get("presets", [])),
        *covering(schema, factors, groups),
    ]
    drafts += repaired(schema, factors, groups, possible, drafts)
    kept = without_the_needless(drafts)
    seen = in_browser(kept)
    rows = [
        Row(number, draft.title(number), draft.config, draft in seen, draft.presets)
        for number, draft in enumerate(kept, 1)
    ]
    covered = set().union(*(draft.pairs for draft in kept)) & possible
    return Rows(tuple(rows), len(covered), len(possible))


def named(schema: Schema, factors: list[Factor], presets: Any) -> Iterator[Draft]:
    """Yield what a person is most likely to launch: the bare defaults, then each preset that differs from them."""
    wishes = [("", {}), *((preset["name"], preset["config"]) for preset in presets)]
    found: list[tuple[Config, list[str]]] = []
    for name, wish in wishes:
        config = build(schema, wish)
        same = next((names for known, names in found if known == config), None)
        if same is not None:
            same.append(name)
        elif config is not None:
            found.append((config, [name]))
    for config, names in found:
        yield Draft(tuple(names), config, choice_of(schema, factors, config))


def covering(schema: Schema, factors: list[Factor], groups: list[Group]) -> Iterator[Draft]:
    """Yield the rows of the covering array, as whole configs."""
    for choice in covering_choices(factors, groups):
        yield from drafted(schema, factors, choice)


def drafted(schema: Schema, factors: list[Factor], choice: Choice) -> Iterator[Draft]:
    """Yield the config of a choice, if the schema takes it."""
    values = {factor.name: factor.values for factor in factors}
    wish = {name: values[name][place] for name, place in choice.items() if place != ABSENT}
    config = build(schema, wish)
    if config is not None:
        yield Draft((), config, choice_of(schema, factors, config))


def repaired(
    schema: Schema, factors: list[Factor], groups: list[Group], possible: set[Pair], drafts: list[Draft]
) -> Iterator[Draft]:
    """Yield rows for the pairs that the generator has missed, so that all that can be is covered, not nearly all."""
    missing = possible.difference(*(draft.pairs for draft in drafts))
    while missing:
        first, i, second, j = min(missing)
        choice: Choice = {}
        for group in groups:
            wanted = {name: place for name, place in ((first, i), (second, j)) if name in group.names}
            fitting = (one for one in group.choices if wanted.items() <= one.items())
            choice |= next(fitting, {}) if wanted else {}
        found = list(drafted(schema, factors, choice))
        missing = missing.difference({(first, i, second, j)}, *(draft.pairs for draft in found))
        yield from found


def without_the_needless(drafts: list[Draft]) -> list[Draft]:
    """Return the drafts without unnamed ones whose every pair stands in another one as well."""
    kept = list(drafts)
    for draft in reversed(drafts):
        others = set().union(*(other.pairs for other in kept if other is not draft))
        if not draft.presets and draft.pairs <= others:
            kept = [other for other in kept if other is not draft]
    return kept


def in_browser(drafts: list[Draft]) -> list[Draft]:
    """Return a small part of the drafts in which each value of each option stands; the named ones come first."""
    chosen = [draft for draft in drafts if draft.presets]
    left = set().union(*(values(draft) for draft in drafts)).difference(*(values(draft) for draft in chosen))
    while left:
        best = max(drafts, key=lambda draft: len(values(draft) & left))
        chosen.append(best)
        left -= values(best)
    return chosen


def values(draft: Draft) -> set[tuple[str, int]]:
    """Return the single values that a draft holds."""
    return {(name, place) for name, place in draft.choice.items() if place != ABSENT}
