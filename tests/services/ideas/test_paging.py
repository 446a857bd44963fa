"""A list that is read while votes arrive: nothing comes twice, nothing is left out, and the order stays.

Every step here is a transaction of its own, as in the product: what a list has seen is told by transactions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text

from models.clock import now
from models.db import transaction
from models.ids import decode_id
from services import votes
from services.accounts import Actor
from services.ideas import standing
from services.ideas.feed import FeedQuery, IdeaCard, Slot, Tab, list_ideas
from tests.market import publish

COUNT = 12
TOP, RISING = FeedQuery(), FeedQuery(tab=Tab.RISING)
# What may happen between two pages: somebody votes for the n-th idea or takes it back, what waits is folded, the minute
# passes.
STEPS = st.one_of(
    st.tuples(st.just("vote"), st.integers(0, COUNT - 1), st.integers(0, 2)),
    st.tuples(st.just("fold"), st.just(0), st.just(0)),
    st.tuples(st.just("warm"), st.just(0), st.just(0)),
)


@dataclass
class Market:
    """Twelve ideas and three voters, and who votes for what just now."""

    ideas: list[str]
    voters: list[Actor]
    standing: set[tuple[int, int]]

    def do(self, what: str, idea: int, voter: int) -> None:
        """Take one step."""
        with transaction() as session:
            if what == "vote":
                self.standing ^= {(idea, voter)}
                voted = (idea, voter) in self.standing
                votes.set_vote(session, self.voters[voter], self.ideas[idea], voted=voted)
            elif what == "fold":
                standing.fold_votes(session)
            else:
                standing.warm(session)


@pytest.fixture
def market(clean: Any, make_user: Callable[..., Any]) -> Market:
    """Ideas of which some are explored no more, so that both streams are there."""
    with transaction() as session:
        people = [make_user(session, email=f"{n}@example.com")[1] for n in range(4)]
        made = [publish(session, people[0], f"Idea number {n}").id for n in range(COUNT)]
    found = Market(made, people[1:], set())
    for number in range(COUNT):
        found.do("vote", number, number % 3)
        if number % 3 == 0:
            found.do("vote", number, 1 + number % 2)
    found.do("fold", 0, 0)
    found.do("warm", 0, 0)
    return found


def page(query: FeedQuery, cursor: str, limit: int) -> Any:
    with transaction() as session:
        return list_ideas(session, None, query, cursor, limit)


def walk(query: FeedQuery, limit: int, between: Callable[[], None]) -> list[IdeaCard]:
    """Read a whole list, with something happening after each page."""
    found, cursor = [], ""
    while True:
        read = page(query, cursor, limit)
        found += read.items
        if read.next_cursor is None:
            return found
        cursor = read.next_cursor
        between()


@hypothesis_settings(
    max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    query=st.sampled_from([TOP, RISING]),
    limit=st.integers(2, 6),
    batches=st.lists(st.lists(STEPS, max_size=6), min_size=1, max_size=8),
)
def test_no_idea_is_lost_or_doubled_while_votes_arrive(
    market: Market, query: FeedQuery, limit: int, batches: list[list[tuple[str, int, int]]]
) -> None:
    before = [card.id for card in page(query, "", 100).items]
    waiting = iter(batches)

    def votes_arrive() -> None:
        for step in next(waiting, []):
            market.do(*step)

    found = walk(query, limit, votes_arrive)
    ids = [card.id for card in found]
    assert len(ids) == len(set(ids)) and set(ids) == set(before)
    # What is shown in its turn comes in the order that the list had when it was begun.
    in_turn = [card.id for card in found if card.slot == Slot.ORGANIC]
    assert in_turn == [one for one in before if one in set(in_turn)]


def climber(market: Market) -> tuple[list[str], list[IdeaCard]]:
    """Read Top while its last idea climbs to the head of it and its first falls to the end."""
    before = [card.id for card in page(TOP, "", 100).items]
    first, last = market.ideas.index(before[0]), market.ideas.index(before[-1])

    def turn_over() -> None:
        with transaction() as session:
            heavy = "UPDATE idea_ranks SET weight = weight + :more, qualified_views = 200 WHERE idea_id = :id"
            for idea, more in ((last, 50), (first, -50)):
                values = {"id": decode_id("idea", market.ideas[idea]), "more": more}
                session.execute(text(heavy), values)
            standing.rescore(session, [market.ideas[last], market.ideas[first]])

    return before, walk(TOP, 3, turn_over)


def test_an_idea_that_climbs_past_a_reader_is_still_read(market: Market) -> None:
    before, found = climber(market)
    assert sorted(card.id for card in found) == sorted(before)


def test_without_the_places_that_ideas_left_one_would_be_lost(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A seeded fault: the same walk by the scores of now.
    from services.ideas.feed import reading

    monkeypatch.setattr(reading, "is_kept", lambda place, moment: False)
    before, found = climber(market)
    assert sorted(card.id for card in found) != sorted(before)


def test_one_place_in_five_is_drawn_and_one_in_eight_is_paid_for_at_most(market: Market) -> None:
    with transaction() as session:
        session.execute(
            text("UPDATE idea_ranks SET featured_until = :then"), {"then": now().replace(year=2099)}
        )
    for limit in range(1, COUNT):
        slots = [card.slot for card in page(TOP, "", limit).items]
        for at in range(1, len(slots) + 1):
            assert slots[:at].count(Slot.FEATURED) * 8 <= at
            assert slots[:at].count(Slot.EXPLORING) * 5 <= at
    slots = [card.slot for card in page(TOP, "", 8).items]
    assert slots.count(Slot.FEATURED) == 1 and slots.count(Slot.EXPLORING) == 1


def test_a_visitor_sees_the_same_draw_again_and_others_see_others(market: Market) -> None:
    def drawn(visitor: str) -> list[str]:
        with transaction() as session:
            items = list_ideas(session, None, TOP, limit=5, visitor=visitor).items
        return [card.id for card in items if card.slot == Slot.EXPLORING]

    assert drawn("one") == drawn("one") != []
    assert len({tuple(drawn(f"visitor {n}")) for n in range(12)}) > 1


def test_what_was_seen_and_what_is_old_is_drawn_no_more(market: Market) -> None:
    with transaction() as session:
        session.execute(text("UPDATE idea_ranks SET exploring = false"))
    assert {card.slot for card in page(TOP, "", 10).items} == {Slot.ORGANIC}
