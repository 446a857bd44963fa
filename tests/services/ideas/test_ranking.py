"""The rules of ranking, for any counts at all; and the SQL that says the same."""

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from services.ideas.ranking import (
    HEAT_LIFE,
    LOWER_5,
    Counts,
    beta_quantile,
    events,
    heat,
    posterior,
    quality,
    rating_parts,
)
from services.ideas.ranking_sql import beta_quantile_sql, heat_sql, posterior_sql, quality_sql

# Weights and ratings come in tenths and hundredths.
COUNTS = st.builds(
    Counts,
    weight=st.integers(0, 1_000_000).map(lambda tenths: tenths / 10),
    fresh_weight=st.integers(0, 10_000).map(lambda tenths: tenths / 10),
    qualified_views=st.integers(0, 1_000_000),
    buyers=st.integers(0, 10_000),
    rating_for=st.integers(0, 10**6).map(lambda n: n / 100),
    rating_against=st.integers(0, 10**6).map(lambda n: n / 100),
    comments=st.integers(0, 10_000),
    reviews=st.integers(0, 10_000),
)
AGES = st.timedeltas(timedelta(0), timedelta(days=10))
# Adding to a float far from 1 loses digits; an idea is never that close to another.
TINY = 1e-12


@given(COUNTS, st.floats(0, 1))
def test_one_more_vote_never_lowers_an_idea(counts: Counts, weight: float) -> None:
    more = replace(counts, weight=counts.weight + weight)
    assert quality(more) >= quality(counts) - TINY
    assert heat(more, timedelta(hours=5)) >= heat(counts, timedelta(hours=5)) - TINY


@given(COUNTS)
def test_one_more_buyer_or_a_good_rating_never_lowers_an_idea_and_a_bad_one_never_raises_it(
    counts: Counts,
) -> None:
    assert quality(replace(counts, buyers=counts.buyers + 1)) >= quality(counts) - TINY
    assert quality(replace(counts, rating_for=counts.rating_for + 1)) >= quality(counts) - TINY
    assert quality(replace(counts, rating_against=counts.rating_against + 1)) <= quality(counts) + TINY


@given(COUNTS, st.integers(1, 1000))
def test_readers_who_do_not_vote_never_raise_an_idea(counts: Counts, readers: int) -> None:
    assert (
        quality(replace(counts, qualified_views=counts.qualified_views + readers)) <= quality(counts) + TINY
    )


@given(COUNTS, st.floats(0, 1), st.floats(0, 1))
def test_a_trusted_vote_counts_at_least_as_much_as_one_that_is_not(
    counts: Counts, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert (
        quality(replace(counts, weight=counts.weight + high))
        >= quality(replace(counts, weight=counts.weight + low)) - TINY
    )


@given(st.integers(0, 4))
def test_a_few_votes_do_not_beat_many(few: int) -> None:
    # Everybody of a handful against one reader in five of a thousand.
    assert quality(Counts(weight=few, qualified_views=few)) < quality(
        Counts(weight=200, qualified_views=1000)
    )


@given(COUNTS, AGES, AGES)
def test_heat_only_cools_while_nothing_happens(counts: Counts, one: timedelta, other: timedelta) -> None:
    young, old = sorted((one, other))
    assert heat(counts, old) <= heat(counts, young)
    assert heat(counts, HEAT_LIFE) == 0


@given(st.floats(0, 1))
def test_a_rating_speaks_for_or_against_and_in_the_middle_for_nothing(rating: float) -> None:
    liked, disliked = rating_parts(rating)
    assert 0 <= liked <= 1 and 0 <= disliked <= 1 and min(liked, disliked) == 0
    assert rating_parts(0.5) == (0, 0) and rating_parts(1) == (1, 0) and rating_parts(0) == (0, 1)


def beta_share_below(a: float, b: float, x: float) -> float:
    """Return the share of Beta(a, b) below x by adding up 20,000 strips (for the comparison alone)."""
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    width = x / 20_000
    middles = ((n + 0.5) * width for n in range(20_000))
    return sum(math.exp(scale + (a - 1) * math.log(t) + (b - 1) * math.log1p(-t)) for t in middles) * width


@pytest.mark.parametrize(
    "counts",
    [
        Counts(),
        Counts(weight=3, qualified_views=3),
        Counts(weight=10, qualified_views=200),
        Counts(qualified_views=200),
        Counts(weight=400, qualified_views=3_000, buyers=40, rating_for=9, rating_against=2),
    ],
)
def test_the_bound_lies_at_five_percent_of_the_distribution(counts: Counts) -> None:
    a, b = posterior(counts)
    found = beta_quantile(a, b, LOWER_5)
    # By how far the point would have to move to have exactly 5 % below it.
    below, above = beta_share_below(a, b, found - 0.0005), beta_share_below(a, b, found + 0.0005)
    assert below < 0.05 < above


@pytest.mark.parametrize(
    ("counts", "value"),
    [
        (Counts(), 0.0),
        (Counts(weight=2), 2.0),
        (Counts(buyers=1, reviews=1, comments=4), 4.0),
        (Counts(comments=10**6), 5.0),
    ],
)
def test_what_happened_is_added_up_as_it_is_told(counts: Counts, value: float) -> None:
    assert events(counts) == value


ROW = """SELECT {what} FROM (VALUES (CAST(:weight AS float8), CAST(:fresh_weight AS float8),
    CAST(:qualified_views AS int), CAST(:buyers AS int), CAST(:rating_for AS float8), CAST(:rating_against AS float8),
    CAST(:comments AS int), CAST(:reviews AS int), CAST(:published_at AS timestamptz), CAST(:quality AS float8)))
    AS r (weight, fresh_weight, qualified_views, buyers, rating_for, rating_against, comments, reviews, published_at,
    quality)"""


@hypothesis_settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(counts=COUNTS, age=AGES, y=st.integers(-300, 300).map(lambda n: n / 100))
def test_the_database_ranks_as_we_do(session: Session, counts: Counts, age: timedelta, y: float) -> None:
    moment = datetime(2026, 11, 29, tzinfo=UTC)
    values = {name: getattr(counts, name) for name in counts.__slots__}
    values |= {"published_at": moment - age, "quality": quality(counts), "moment": moment, "y": y}
    a, b = posterior_sql("r")
    what = ", ".join(
        (
            quality_sql("r"),
            heat_sql("r", "CAST(:moment AS timestamptz)"),
            beta_quantile_sql(a, b, "CAST(:y AS float8)"),
        )
    )
    found = session.execute(text(ROW.format(what=what)), values).one()
    ours = (quality(counts), heat(counts, age), beta_quantile(*posterior(counts), y))
    assert tuple(found) == pytest.approx(ours, rel=1e-6, abs=1e-12)


def test_a_new_idea_begins_where_one_without_counts_stands(
    session: Session, make_user: Callable[..., Any]
) -> None:
    from models.idea_ranks import IdeaRank
    from tests.market import publish

    idea = publish(session, make_user(session)[1])
    assert session.get_one(IdeaRank, idea.id).quality == pytest.approx(quality(Counts()))
