"""Levels: more of what is good never lowers one, and nobody gets to level 3 alone."""

from dataclasses import asdict, replace

from hypothesis import given
from hypothesis import strategies as st

from services.trust.levels import CEILINGS, NEEDS, WEIGHTS, Counted, level_for, steps_to

GOOD = ("age_days", "days_read", "ideas_read", "bought", "recognised")
numbers = st.integers(0, 400)
counted = st.builds(
    Counted, confirmed=st.booleans(), age_days=numbers, days_read=numbers, ideas_read=numbers, bought=numbers,
    recognised=st.integers(0, 60), strikes=st.integers(0, 6),
)  # fmt: skip


@given(counted, st.sampled_from(GOOD), st.integers(1, 400))
def test_more_of_what_is_good_never_lowers_a_level(have: Counted, what: str, more: int) -> None:
    assert level_for(replace(have, **{what: asdict(have)[what] + more})) >= level_for(have)
    assert level_for(replace(have, confirmed=True)) >= level_for(have)


@given(counted)
def test_a_decision_against_somebody_never_raises_a_level(have: Counted) -> None:
    assert level_for(replace(have, strikes=have.strikes + 1)) <= level_for(have)


@given(counted)
def test_nobody_gets_to_level_3_without_others(have: Counted) -> None:
    assert level_for(replace(have, recognised=0)) < 3


@given(counted)
def test_the_next_level_is_reached_exactly_when_all_that_it_asks_for_is_met(have: Counted) -> None:
    level = level_for(have)
    steps = steps_to(level + 1, have)
    assert (level == 4) == (steps == [])
    assert level == 4 or not all(step.met for step in steps)


def test_a_higher_level_asks_for_no_less_and_weighs_no_less() -> None:
    assert list(WEIGHTS) == sorted(WEIGHTS)
    assert list(CEILINGS) == sorted(CEILINGS, reverse=True)
    for name in GOOD:
        asked = [need.least for level in sorted(NEEDS) for need in NEEDS[level] if need.name == name]
        assert asked == sorted(asked)
