"""Few rows that try options against each other."""

from itertools import combinations, product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.catalog.rows import covering_rows

REFERRAL_NEEDS_CONFIRMATION = {
    "if": {"properties": {"referral": {"const": True}}, "required": ["referral"]},
    "then": {"properties": {"double_optin": {"const": True}}},
}
SMTP_NEEDS_A_SENDER = {
    "if": {"properties": {"email": {"const": "smtp"}}, "required": ["email"]},
    "then": {"required": ["sender"], "properties": {"sender": {"type": "string"}}},
}
SCHEMA = {"type": "object", "allOf": [REFERRAL_NEEDS_CONFIRMATION, SMTP_NEEDS_A_SENDER]}
FACTORS = {
    "referral": [False, True],
    "double_optin": [False, True],
    "email": ["console", "smtp"],
    "sections": [[], ["faq"], ["faq", "offer"]],
}


def met(rows: list[dict[str, Any]]) -> set[str]:
    """Return the pairs of values that rows bring together."""
    return {repr(((a, row[a]), (b, row[b]))) for row in rows for a, b in combinations(row, 2)}


def test_what_the_schema_forbids_together_is_in_no_row_and_every_other_pair_is() -> None:
    rows = covering_rows(SCHEMA, FACTORS)
    every = [dict(zip(FACTORS, values, strict=True)) for values in product(*FACTORS.values())]
    allowed = [row for row in every if row["double_optin"] or not row["referral"]]
    assert [row for row in rows if row not in allowed] == []
    assert met(rows) == met(allowed) and len(rows) < len(allowed) / 2


def test_a_value_that_asks_for_another_option_is_tried_all_the_same() -> None:
    assert {row["email"] for row in covering_rows(SCHEMA, FACTORS, 1)} == {"console", "smtp"}


def test_each_value_once_needs_as_many_rows_as_the_longest_option_has_values() -> None:
    rows = covering_rows({"type": "object"}, FACTORS, 1)
    assert len(rows) == 3
    for name, values in FACTORS.items():
        assert {repr(row[name]) for row in rows} == {repr(value) for value in values}


def test_the_rows_are_always_the_same_and_in_the_order_of_the_options() -> None:
    first, again = covering_rows(SCHEMA, FACTORS), covering_rows(SCHEMA, dict(FACTORS))
    assert first == again and {tuple(row) for row in first} == {tuple(FACTORS)}


@given(st.lists(st.integers(1, 4), min_size=2, max_size=6), st.integers(1, 2))
def test_any_options_are_covered(sizes: list[int], strength: int) -> None:
    factors = {f"option_{place}": list(range(size)) for place, size in enumerate(sizes)}
    rows = covering_rows({"type": "object"}, factors, strength)
    for names in combinations(factors, strength):
        wanted = set(product(*(factors[name] for name in names)))
        assert {tuple(row[name] for name in names) for row in rows} == wanted
