"""The first page of Top comes out of rows that are kept, and nobody can tell it from one that is made of the ranks."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from models.clock import now
from models.db import close_engine, transaction
from models.errors import IdeasmithError
from models.ids import decode_id
from models.settings import Settings
from services import ideas, profile, purchases, votes
from services.accounts import Actor
from services.crashpoints import AFTER_EFFECT, VARIABLE
from services.ideas import ending, standing
from services.ideas.feed import FeedQuery, IdeaCard, Slot, first_page, following, heads, list_ideas, reading
from tests.market import publish
from tests.services.ideas.test_at_once import at_once, person

COUNT = 34
TOP = FeedQuery()


@dataclass
class Market:
    """More ideas than a page holds, of an author; two others who vote, buy and look."""

    author: Actor
    others: list[Actor]
    ideas: list[str]


@pytest.fixture
def market(clean: Settings) -> Market:
    with transaction() as session:
        author, *others = (person(session, name) for name in ("author", "eve", "bob"))
        made = [publish(session, author, f"Idea number {n}").id for n in range(COUNT)]
        for n in range(0, COUNT, 3):
            votes.set_vote(session, others[n % 2], made[n], voted=True)
    do(standing.fold_votes)
    return Market(author, others, made)


def do(work: Callable[[Session], Any]) -> Any:
    """Do something in a transaction of its own, as the product does everything."""
    with transaction() as session:
        return work(session)


def ready(actor: Actor | None = None) -> list[IdeaCard]:
    """Return the first page as it is kept; that it was is asserted."""

    def read(session: Session) -> list[IdeaCard]:
        rows = first_page.read_first(session, actor, reading.begin(actor, ""))
        assert rows, "nothing is kept"
        items = list_ideas(session, actor, TOP).items
        assert {decode_id("idea", card.id) for card in items} <= {row[2] for row in rows}
        return items

    return list(do(read))


def of_ranks(actor: Actor | None = None) -> list[IdeaCard]:
    """Return the first page by the statement of any page, with its order alone."""

    def read(session: Session) -> list[IdeaCard]:
        place = reading.begin(actor, "")
        rows = reading.rows_of(session, reading.page_statement(actor, TOP, place, 25, begun=False))
        return reading.cards_of([row for row in rows if row[0] == Slot.ORGANIC], actor)

    return list(do(read))


def kept_organic(actor: Actor | None = None) -> list[IdeaCard]:
    """Return the part of the kept page that follows the order of the list, whatever of it a page shows."""

    def read(session: Session) -> list[IdeaCard]:
        rows = first_page.read_first(session, actor, reading.begin(actor, ""))
        return reading.cards_of([row for row in rows if row[0] == Slot.ORGANIC], actor)

    return list(do(read))


def steps(market: Market) -> dict[str, Callable[[int], Callable[[Session], Any]]]:
    """What may happen to the n-th idea."""
    author, (eve, bob) = market.author, market.others

    def state(session: Session, n: int) -> Any:
        one = ideas.get_idea(session, author, market.ideas[n])
        change = ideas.unpublish if one.state == "published" else ideas.publish_again
        return change(session, author, one.id)

    return {
        "vote": lambda n: lambda s: votes.set_vote(s, eve, market.ideas[n], voted=True),
        "take back": lambda n: lambda s: votes.set_vote(s, eve, market.ideas[n], voted=False),
        "fold": lambda n: standing.fold_votes,
        "look": lambda n: (
            lambda s: s.execute(
                text(
                    "INSERT INTO view_deltas (idea_id, qualified) SELECT :id, 1 FROM generate_series(1, 40)"
                ),
                {"id": decode_id("idea", market.ideas[n])},
            )
        ),
        "fold looks": lambda n: standing.fold_views,
        "edit": lambda n: (
            lambda s: ideas.change_some(
                s, author, market.ideas[n], {"title": f"Idea {n} as of {now().timestamp()}"}
            )
        ),
        "list or not": lambda n: lambda s: state(s, n),
        "buy": lambda n: lambda s: purchases.grant(s, author, bob.user_id, market.ideas[n]),
        "rename": lambda n: (
            lambda s: profile.update_profile(s, author, name=f"Author the {n}th", time_zone="", language="en")
        ),
        "deal": lambda n: heads.deal_hands,
    }


NAMES = (
    *("vote", "take back", "fold", "look", "fold looks"),
    *("edit", "list or not", "buy", "rename", "deal"),
)


@hypothesis_settings(
    max_examples=6,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(
    happened=st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, COUNT - 1)), min_size=4, max_size=10)
)
def test_whatever_happens_the_kept_page_is_the_one_that_the_ranks_give(
    market: Market, happened: list[tuple[str, int]]
) -> None:
    for name, number in happened:
        # Nobody votes for what is not published, or buys it: that is refused, and rolled back.
        with suppress(IdeasmithError):
            do(steps(market)[name](number))
        for actor in (None, market.others[0], market.author):
            assert kept_organic(actor) == of_ranks(actor), name


def test_the_pages_behind_it_go_on_where_it_ended(market: Market) -> None:
    do(heads.deal_hands)
    page = do(lambda session: list_ideas(session, None, TOP))
    assert [card.slot for card in page.items].count(Slot.EXPLORING) == 5
    # What comes meanwhile does not disturb whoever reads: the last climbs to the head.
    last = of_ranks()[-1]
    do(lambda session: votes.set_vote(session, market.others[0], last.id, voted=True))
    do(standing.fold_votes)
    rest = do(lambda session: list_ideas(session, None, TOP, page.next_cursor))
    seen = [card.id for card in [*page.items, *rest.items]]
    assert sorted(seen) == sorted(market.ideas)


def test_a_voter_sees_their_vote_at_once_and_after_it_was_counted(market: Market) -> None:
    eve, idea = market.others[0], kept_organic()[-1].id

    def shown() -> tuple[bool, int]:
        return next((card.voted, card.votes) for card in kept_organic(eve) if card.id == idea)

    assert shown() == (False, 0)
    do(lambda session: votes.set_vote(session, eve, idea, voted=True))
    assert shown() == (True, 1)
    do(standing.fold_votes)
    assert shown() == (True, 1)


def test_a_buyer_sees_that_an_idea_is_theirs(market: Market) -> None:
    bob, idea = market.others[1], kept_organic()[0].id
    do(lambda session: purchases.grant(session, market.author, bob.user_id, idea))
    assert [card.id for card in ready(bob) if card.owns] == [idea]
    assert all(card.mine for card in ready(market.author)) and not any(card.owns for card in ready())


def hand_rows(slot: str = "exploring") -> set[Any]:
    """Return the ideas that the hands show out of turn."""
    sql = text("SELECT idea_id FROM top_heads WHERE hand > 0 AND slot = :slot")
    return {row[0] for row in do(lambda session: session.execute(sql, {"slot": slot}).all())}


def test_hands_are_dealt_of_what_is_hardly_seen_and_lies_behind_the_page(market: Market) -> None:
    do(heads.deal_hands)
    inside = {decode_id("idea", card.id) for card in of_ranks()}
    everything = {decode_id("idea", one) for one in market.ideas}
    assert hand_rows() == everything - inside
    assert do(heads.deal_hands) == 0  # the same within an hour: nothing is written twice


def test_an_idea_that_is_unpublished_is_dealt_no_more_at_once(market: Market) -> None:
    do(heads.deal_hands)
    gone = next(one for one in market.ideas if decode_id("idea", one) in hand_rows())
    do(lambda session: ideas.unpublish(session, market.author, gone))
    assert decode_id("idea", gone) not in hand_rows()


def test_an_idea_that_was_seen_often_enough_is_dealt_no_more_at_once(market: Market) -> None:
    do(heads.deal_hands)
    seen = next(iter(hand_rows()))
    looks = "INSERT INTO view_deltas (idea_id, qualified) SELECT :id, 1 FROM generate_series(1, 200)"
    do(lambda session: session.execute(text(looks), {"id": seen}))
    do(standing.fold_views)
    assert seen not in hand_rows()


def test_a_paid_place_is_labelled_and_ends_with_its_time(market: Market) -> None:
    sql = text("UPDATE idea_ranks SET featured_until = :until")
    do(lambda session: session.execute(sql, {"until": now() + timedelta(days=1)}))
    do(heads.deal_hands)
    assert [card.slot for card in ready()].count(Slot.FEATURED) == 3
    do(lambda session: session.execute(sql, {"until": now() - timedelta(seconds=1)}))
    assert hand_rows("featured") == set()
    assert Slot.FEATURED not in [card.slot for card in ready()]


def test_a_drawn_idea_that_climbs_into_the_page_is_shown_once(market: Market) -> None:
    do(heads.deal_hands)
    climbing = next(iter(hand_rows()))
    heavy = "UPDATE idea_ranks SET weight = 40, qualified_views = 100 WHERE idea_id = :id"
    do(lambda session: session.execute(text(heavy), {"id": climbing}))
    do(
        lambda session: standing.rescore(
            session, [idea for idea in market.ideas if decode_id("idea", idea) == climbing]
        )
    )
    shown = ready()
    assert decode_id("idea", shown[0].id) == climbing
    assert len({card.id for card in shown}) == len(shown) == 25


def test_an_author_who_goes_is_named_no_more(market: Market) -> None:
    do(lambda session: ending.end_ideas(session, market.author.personal_team_id))
    assert do(lambda session: session.execute(text("SELECT count(*) FROM top_heads")).scalar_one()) == 0


def test_a_transaction_that_has_changed_the_list_reads_it_changed(market: Market) -> None:
    first = kept_organic()[0]

    def change(session: Session) -> list[str]:
        ideas.unpublish(session, market.author, first.id)
        return [card.id for card in list_ideas(session, None, TOP).items]

    assert first.id not in do(change)


def test_without_the_renewal_the_kept_page_would_be_behind(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A seeded fault: statements are not noticed.
    monkeypatch.setattr(following, "writes_what_is_shown", lambda statement: False)
    first = kept_organic()[0]
    do(lambda session: ideas.unpublish(session, market.author, first.id))
    assert kept_organic() != of_ranks()


@pytest.mark.parametrize(
    ("statement", "noticed"),
    [
        ("UPDATE idea_ranks SET buyers=%(buyers)s WHERE idea_ranks.idea_id = %(id)s", True),
        ("WITH x AS (SELECT 1) UPDATE idea_ranks r SET votes = 1", True),
        ("INSERT INTO ideas (id, team_id) VALUES (1, 2)", True),
        ("DELETE FROM ideas WHERE ideas.team_id = 1", True),
        ("UPDATE users SET email=%(email)s, name=%(name)s WHERE users.id = 1", True),
        ("UPDATE users SET erased_at=%(at)s WHERE users.id = 1", True),
        ("UPDATE users SET theme=%(theme)s WHERE users.id = 1", False),
        ("INSERT INTO idea_drafts (id) VALUES (1)", False),
        ("UPDATE idea_texts SET listed=false", False),
        ("SELECT name FROM users JOIN ideas ON true FOR UPDATE", False),
    ],
)
def test_what_a_statement_writes_is_read_off_its_words(statement: str, noticed: bool) -> None:
    assert following.writes_what_is_shown(statement) == noticed


def everything_at_once(market: Market) -> list[Callable[[Session], Any]]:
    author, (eve, bob) = market.author, market.others
    one, other = market.ideas[0], market.ideas[1]
    return [
        standing.fold_votes,
        lambda session: standing.rescore(session, market.ideas),
        lambda session: publish(session, author, "Another one"),
        lambda session: ideas.change_some(session, author, one, {"title": "Renamed meanwhile"}),
        lambda session: ideas.unpublish(session, author, other),
        lambda session: purchases.grant(session, author, bob.user_id, market.ideas[2]),
        lambda session: votes.set_vote(session, eve, market.ideas[4], voted=True),
        standing.warm,
        heads.deal_hands,
        standing.fold_votes,
    ]


def test_everything_at_once_ends_and_the_kept_page_is_right(market: Market) -> None:
    for _ in range(2):
        at_once(*everything_at_once(market))
        assert kept_organic() == of_ranks()


@pytest.fixture
def killed() -> Iterator[Callable[[Callable[[Session], Any]], int]]:
    """Do something in a process of its own that is killed when the head was renewed, before the commit."""

    def ended(work: Callable[[Session], Any]) -> int:
        close_engine()
        if (child := os.fork()) == 0:
            os.environ[VARIABLE] = f"{AFTER_EFFECT}:top"
            do(work)
            os._exit(0)
        return os.WTERMSIG(os.waitpid(child, 0)[1])

    yield ended


def test_who_is_killed_behind_the_renewal_has_changed_nothing_and_holds_nobody_up(
    market: Market, killed: Callable[[Callable[[Session], Any]], int]
) -> None:
    first = kept_organic()[0]
    assert killed(lambda session: ideas.unpublish(session, market.author, first.id)) == signal.SIGKILL
    assert kept_organic()[0] == first and kept_organic() == of_ranks()
    do(lambda session: ideas.unpublish(session, market.author, first.id))
    assert kept_organic()[0] != first and kept_organic() == of_ranks()
