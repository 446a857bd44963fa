"""The scores of evidence: pure functions from counts to 0 to 100, each with how far the truth may be from it.

`None` is "not known yet", and never 0. A range is where the truth lies nine times out of ten, or all that it can be
where nothing is left to chance.
"""

from dataclasses import dataclass
from datetime import timedelta

from services.ideas.ranking import LOWER_5, Counts, believed, beta_quantile, posterior

# One reader in four who votes or buys is as much as can be told apart (services.ideas.ranking.READERS_A_VOTE).
FULL_SHARE = 0.25
# Below so many readers or events nothing is said.
LEAST_READERS, LEAST_EVENTS = 20, 3.0
# Before any review half of the weight of one speaks for the idea and half against it.
REVIEW_PRIOR = 1.0
BUILT_ALONE, WATCHED_DAYS = 50, 30
FRESH_FOR, HALF_LIFE = timedelta(days=30), timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100, and from where to where it may be."""

    value: int
    low: int
    high: int


def demand(counts: Counts, kept: int, refunded: int) -> Score | None:
    """Return how many readers vote or buy: 100 is one in four. A refund takes its buyer back and counts as a reader."""
    events = believed(counts) + kept
    if counts.qualified_views < LEAST_READERS and events < LEAST_EVENTS:
        return None
    a, b = posterior(
        Counts(
            weight=counts.weight, fresh_weight=counts.fresh_weight,
            qualified_views=counts.qualified_views + refunded, buyers=kept,
        )
    )  # fmt: skip
    low, high = beta_quantile(a, b, LOWER_5), beta_quantile(a, b, -LOWER_5)
    return Score(share(a / (a + b)), share(low), share(high))


def share(of_readers: float) -> int:
    """Return a share of readers as a score."""
    return round(100 * min(1.0, of_readers / FULL_SHARE))


def reviews(count: int, rating_for: float, rating_against: float) -> Score | None:
    """Return what buyers' ratings say: 50 where they say nothing either way. Few of them leave a wide range."""
    if count <= 0:
        return None
    mean = min(1.0, max(0.0, 0.5 + (rating_for - rating_against) / (2 * count)))
    a, b = REVIEW_PRIOR + count * mean, REVIEW_PRIOR + count * (1 - mean)
    low, high = (beta_quantile(a, b, point) for point in (LOWER_5, -LOWER_5))
    return Score(
        round(100 * mean), min(round(100 * low), round(100 * mean)), max(round(100 * high), round(100 * mean))
    )


def built(healthy_days: int, ill_days: int) -> Score:
    """Return 50 for an application that was built, tested and deployed, and the rest for 30 days of good health.

    The range is what it would be if the days that nobody saw had been bad, or good.
    """
    seen = min(WATCHED_DAYS, healthy_days + ill_days)
    healthy = min(WATCHED_DAYS, healthy_days)
    low = BUILT_ALONE + round((100 - BUILT_ALONE) * healthy / WATCHED_DAYS)
    high = BUILT_ALONE + round((100 - BUILT_ALONE) * (healthy + WATCHED_DAYS - seen) / WATCHED_DAYS)
    return Score(low, low, high)


def freshness(age: timedelta) -> Score:
    """Return 100 for what was changed within 30 days; half of it for each 180 days more."""
    over = max(timedelta(0), age - FRESH_FOR)
    value = round(100 * 0.5 ** (over / HALF_LIFE))
    return Score(value, value, value)
