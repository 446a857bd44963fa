"""The rows of a proof: every pair of values that can stand together stands in one of them, whatever the schema."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from services.catalog import TemplateFolder, load_folder, templates_folder, validate_config
from services.proving.covering import (
    ABSENT,
    TooManyCombinations,
    build,
    choice_of,
    covering_choices,
    groups_of,
    pairs_in,
)
from services.proving.factors import factors_of
from services.proving.rows import Rows, rows_of
from tests.services.catalog.schemas import schemas
from tests.services.proving.guest import guestbook

SWITCHES: dict[str, Any] = {
    "type": "object",
    "required": ["a", "b", "c"],
    "properties": {name: {"type": "boolean", "default": True} for name in "abc"},
    "allOf": [
        {
            "if": {"properties": {"a": {"const": True}}, "required": ["a"]},
            "then": {"properties": {"b": {"const": True}}},
        },
        {
            "if": {"properties": {"b": {"const": True}}, "required": ["b"]},
            "then": {"properties": {"c": {"const": True}}},
        },
    ],
    "unevaluatedProperties": False,
}


def template_of(schema: dict[str, Any], *presets: dict[str, Any]) -> TemplateFolder:
    """Return a template that is nothing but options."""
    manifest: Any = {"presets": [{"name": str(n), "config": one} for n, one in enumerate(presets)]}
    return TemplateFolder("options", Path(), manifest, schema, "", (), (), "", "")


def held(schema: dict[str, Any], rows: Rows) -> set[Any]:
    """Return the pairs of values that the rows hold, looked up in their configs."""
    factors = factors_of(schema)
    return {pair for row in rows.rows for pair in pairs_in(choice_of(schema, factors, row.config))}


def possible(schema: dict[str, Any]) -> set[Any]:
    """Return every pair of values that any config holds, found the slow way: by trying all of them."""
    factors = factors_of(schema)
    found = set()
    for values in itertools.product(*(factor.values for factor in factors)):
        config = build(schema, dict(zip([factor.name for factor in factors], values, strict=True)))
        if config is not None:
            found |= set(pairs_in(choice_of(schema, factors, config)))
    return found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=schemas())
def test_every_pair_that_can_stand_together_is_in_a_row_and_counted(schema: dict[str, Any]) -> None:
    rows = rows_of(template_of(schema))
    expected = possible(schema)
    assert held(schema, rows) >= expected
    assert rows.pairs_covered == rows.pairs_possible == len(expected)
    for row in rows.rows:
        assert validate_config(schema, row.config) == row.config


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=schemas())
def test_with_strength_one_every_value_that_can_stand_does(schema: dict[str, Any]) -> None:
    factors = factors_of(schema)
    groups = groups_of(schema, factors)
    held = {one for choice in covering_choices(factors, groups, 1) for one in choice.items()}
    for factor in factors:
        places = {
            choice[factor.name] for group in groups if factor.name in group.names for choice in group.choices
        }
        assert len(factor.values) == 1 or {(factor.name, place) for place in places} <= held


def test_pairs_that_rules_exclude_together_are_not_asked_for() -> None:
    rows = rows_of(template_of(SWITCHES))
    # a needs b and b needs c, so neither a without c nor b without c can be; four of twelve pairs go.
    assert {(row.config["a"], row.config["b"], row.config["c"]) for row in rows.rows} == {
        (True, True, True), (False, True, True), (False, False, True), (False, False, False),
    }  # fmt: skip
    assert rows.pairs_covered == rows.pairs_possible == 9


def test_the_defaults_come_first_and_each_preset_has_a_row() -> None:
    rows = rows_of(template_of(SWITCHES, {"a": False, "b": False}, {"a": True}))
    assert [row.title for row in rows.rows[:3]] == ["Defaults", "Preset 0", "Row 3"]
    # The second preset is the defaults by another name: one row, and its pictures for both.
    assert [row.presets for row in rows.rows[:3]] == [("", "1"), ("0",), ()]
    assert rows.rows[0].config == {"a": True, "b": True, "c": True}
    assert rows.rows[1].config == {"a": False, "b": False, "c": True}


def test_every_value_is_seen_in_a_browser_by_a_few_rows() -> None:
    template = load_folder(templates_folder.get() / "landing")
    rows, factors = rows_of(template), factors_of(template.schema)

    def values(seen: bool) -> set[Any]:
        chosen = [row for row in rows.rows if row.in_browser or not seen]
        return {
            one
            for row in chosen
            for one in choice_of(template.schema, factors, row.config).items()
            if one[1] != ABSENT
        }

    assert values(seen=True) == values(seen=False)
    assert sum(row.in_browser for row in rows.rows) * 2 < len(rows.rows)


def test_the_same_template_gives_the_same_rows(tmp_path: Path) -> None:
    template = load_folder(guestbook(tmp_path))
    assert rows_of(template) == rows_of(template)


def test_a_template_may_name_the_values_to_try() -> None:
    schema = {
        "type": "object",
        "properties": {
            "text": {"type": "string", "maxLength": 9, "default": "one", "x-prove": ["one", "two", "six"]},
            "on": {"type": "boolean", "default": False},
        },
        "unevaluatedProperties": False,
    }
    rows = rows_of(template_of(schema))
    assert {row.config["text"] for row in rows.rows} == {"one", "two", "six"}
    assert rows.pairs_covered == rows.pairs_possible == 6


def test_options_that_depend_on_each_other_in_too_many_ways_are_refused_and_named() -> None:
    names = [f"o{n}" for n in range(12)]
    schema = {
        "type": "object",
        "properties": {name: {"enum": ["a", "b", "c"], "default": "a"} for name in names},
        "allOf": [{"if": {"properties": {name: {"const": "a"} for name in names}}, "then": {}}],
        "unevaluatedProperties": False,
    }
    with pytest.raises(TooManyCombinations, match=r"o0, .*x-prove"):
        rows_of(template_of(schema))
