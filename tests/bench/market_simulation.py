"""A marketplace in which everybody behaves as written here: are new ideas seen, and what does a ring gain?

Arrivals: 30 new ideas a day, evenly by the hour, for 9 days. Visitors: 45,000 a day open the first page of Top (1,500
for each new idea), 25 places, the pages mixed as `services.ideas.feed` mixes them, with one of the hour's 64 hands for
the places out of turn; each is one of 60,000 people and counts once a day for an idea. Click model: the n-th place is
looked at with 1 / (1 + n / 10); who looks opens an idea and reads it for five seconds with its appeal, Beta(2, 18); who
has read votes with its merit, Beta(2, 38). Votes weigh what trust gives: levels 0 to 4 in shares of 40, 30, 15, 10 and
5 %. Ranks are folded and hands are dealt once an hour.

An idea counts as seen with 200 qualified views within 72 hours of its arrival; those of the last three days are not
judged. A ring is 20 accounts of level 0 that read and vote for one idea at the end; its gain is how many places the
idea climbs in Top, over all ideas of the first four pages.
"""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from services.ideas.feed.cards import Slot
from services.ideas.feed.heads import EXPLORED, HANDS
from services.ideas.feed.mixing import mixed
from services.ideas.feed.statements import POOL
from services.ideas.ranking import EXPLORING_FOR, SEEN_VIEWS, Counts, beta_quantile, posterior, quality
from services.trust import WEIGHTS
from tests.bench.measure import Measure, percentile

A_DAY, VISITS, DAYS, PEOPLE, PLACES = 30, 45_000, 9, 60_000, 25
SHARES = (0.40, 0.30, 0.15, 0.10, 0.05)
RING, EXPLORING_H = 20, int(EXPLORING_FOR.total_seconds() // 3600)


@dataclass
class Simulated:
    """One idea: when it came, what it is worth, and what was counted of it."""

    number: int
    hour: float
    appeal: float
    merit: float
    counts: Counts = field(default_factory=Counts)
    quality: float = 0.0
    views: int = 0
    weight: float = 0.0
    fresh_weight: float = 0.0
    seen_after_h: float | None = None
    today: set[int] = field(default_factory=set)


def measures() -> Iterator[Measure]:
    days = max(4, int(DAYS * float(os.environ.get("SIZE", "1")) + 0.5))
    seed = int(os.environ.get("SEED", "1"))
    everything = run(random.Random(seed), days)
    judged = [one for one in everything if one.hour < (days - 3) * 24]
    seen = [one for one in judged if one.seen_after_h is not None and one.seen_after_h <= EXPLORING_H]
    took = sorted(one.seen_after_h for one in seen if one.seen_after_h is not None)
    yield Measure(
        "new_ideas_seen_200_times_in_72_h", round(100 * len(seen) / len(judged), 1), "%", 95, at_most=False,
        n=len(judged), p50=round(percentile(took, 50), 1) if took else None,
        p95=round(percentile(took, 95), 1) if took else None, note=f"hours to 200 views as p50 and p95, seed {seed}",
    )  # fmt: skip
    gains = ring_gains(everything)
    yield Measure(
        "places_that_a_ring_of_20_gains", round(sum(gains) / len(gains), 2), "places", 1, n=len(gains),
        p50=percentile(gains, 50), p95=percentile(gains, 95), note=f"mean; at most {max(gains)}",
    )  # fmt: skip


def run(chance: random.Random, days: int, visits: int = VISITS) -> list[Simulated]:
    """Return all ideas after some days."""
    ideas: list[Simulated] = []
    for hour in range(days * 24):
        arrive(chance, ideas, hour)
        if hour % 24 == 0:
            for one in ideas:
                one.today.clear()
        ordered = sorted(ideas, key=lambda one: (-one.quality, -one.number))
        behind = ordered[PLACES + 1 :]
        pool = [one for one in behind if is_exploring(one, hour)]
        hands = [hand(chance, pool) for _ in range(HANDS)]
        for _ in range(visits // 24):
            visit(chance, ordered, chance.choice(hands), hour + chance.random())
        fold(ideas)
    return ideas


def arrive(chance: random.Random, ideas: list[Simulated], hour: int) -> None:
    """Add the ideas of an hour."""
    for _ in range((hour + 1) * A_DAY // 24 - hour * A_DAY // 24):
        one = Simulated(
            len(ideas), hour + chance.random(), chance.betavariate(2, 18), chance.betavariate(2, 38)
        )
        one.quality = quality(one.counts)
        ideas.append(one)


def is_exploring(one: Simulated, hour: float) -> bool:
    """Whether an idea is owed places: as the folder and the clock decide it once an hour here."""
    return one.views < SEEN_VIEWS and hour - one.hour < EXPLORING_H


def visit(
    chance: random.Random, ordered: Sequence[Simulated], dealt: Sequence[Simulated], hour: float
) -> None:
    """Let somebody look at a page of Top."""
    person = chance.randrange(PEOPLE)
    for place, one in enumerate(page(ordered, dealt)):
        if chance.random() >= one.appeal / (1 + (place + 1) / 10) or person in one.today:
            continue
        one.today.add(person)
        one.views += 1
        if one.views == SEEN_VIEWS:
            one.seen_after_h = hour - one.hour
        if chance.random() < one.merit:
            cast(one, WEIGHTS[chance.choices(range(5), SHARES)[0]])


def hand(chance: random.Random, pool: Sequence[Simulated]) -> list[Simulated]:
    """Deal a hand: of the pool from a point of the circle the highest draws. The pool lies behind the first page."""
    start = chance.randrange(len(pool)) if pool else 0
    drawn = [*pool[start:], *pool[:start]][:POOL]
    best = sorted(drawn, key=lambda one: -beta_quantile(*posterior(one.counts), chance.gauss(0, 1)))
    return best[:EXPLORED]


def page(ordered: Sequence[Simulated], dealt: Sequence[Simulated]) -> list[Simulated]:
    """Return a page, mixed as the service does it."""
    rows = [(Slot.ORGANIC, one) for one in ordered[: PLACES + 1]] + [(Slot.EXPLORING, one) for one in dealt]
    return [row[1] for row in mixed(rows, PLACES)[0]]


def cast(one: Simulated, weight: float) -> None:
    """Add a vote."""
    one.weight += weight
    one.fresh_weight += weight if weight == WEIGHTS[0] else 0


def fold(ideas: Sequence[Simulated]) -> None:
    """Rank anew, as the folder does."""
    for one in ideas:
        one.counts = Counts(weight=one.weight, fresh_weight=one.fresh_weight, qualified_views=one.views)
        one.quality = quality(one.counts)


def ring_gains(ideas: Sequence[Simulated]) -> list[int]:
    """Return how many places each idea of the first four pages climbs when a ring votes for it."""
    ordered = sorted(ideas, key=lambda one: (-one.quality, -one.number))[: 4 * PLACES]
    gains = []
    for place, one in enumerate(ordered):
        more = RING * WEIGHTS[0]
        counts = replace(
            one.counts, weight=one.weight + more, fresh_weight=one.fresh_weight + more, qualified_views=one.views + RING
        )  # fmt: skip
        risen = quality(counts)
        gains.append(sum(other.quality < risen for other in ordered[:place]))
    return gains
