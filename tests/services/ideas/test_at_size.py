"""The benchmark's marketplace, a thousandth of it: its rows are made, read, searched, and replayed by pgbench."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from models.db import transaction
from models.settings import Settings
from services.accounts import Actor
from services.ideas import standing, vocabulary
from services.ideas.feed import FeedQuery, IdeaCard, Tab, first_page, heads, list_ideas, reading
from services.ideas.search import did_you_mean
from tests.bench.market_rows import Size, fill
from tests.bench.market_simulation import run as simulate
from tests.bench.pgbench import as_script, pgbench

SIZE = Size(300, 100)


@pytest.fixture
def author(clean: Settings, make_user: Callable[..., Any]) -> Iterator[Actor]:
    """Whose team holds 300 ideas, with votes and what a search reads."""
    with transaction() as session:
        actor: Actor = make_user(session)[1]
    url = clean.database_url.replace("+psycopg://", "://", 1)
    with psycopg.connect(url, autocommit=True) as connection:
        fill(connection, actor, SIZE)
        connection.execute("DROP TABLE people")
    with transaction() as session:
        vocabulary.collect(session)
        heads.deal_hands(session)
    yield actor


def whole(query: FeedQuery) -> list[IdeaCard]:
    """Return all of a list, page by page."""
    found: list[IdeaCard] = []
    cursor: str | None = ""
    while cursor is not None:
        with transaction() as session:
            page = list_ideas(session, None, query, cursor, 40)
        found, cursor = found + page.items, page.next_cursor
    return found


def test_a_market_of_hundreds_is_read_searched_and_replayed(author: Actor, clean: Settings) -> None:
    for tab in (Tab.TOP, Tab.NEW):
        ids = [card.id for card in whole(FeedQuery(tab=tab))]
        assert len(ids) == len(set(ids)) == SIZE.ideas
    assert 0 < len(whole(FeedQuery(words="market"))) <= 200
    with transaction() as session:
        assert did_you_mean(session, "resturant Gardn") == "restaurant garden"
        assert did_you_mean(session, "restaurant garden") == ""
        counts = "SELECT sum(r.votes), (SELECT count(*) FROM votes) FROM idea_ranks r"
        told, there = session.execute(text(counts)).one()
        assert 0 < there <= told
        assert standing.warm(session) >= 0
    page = first_page.first_statement(None, reading.begin(None, "test"))
    assert pgbench(clean.database_url, as_script(page), clients=2, seconds=1) > 0
    no_list_is_read_from_end_to_end()


def no_list_is_read_from_end_to_end() -> None:
    """See that each first page has an index."""
    # Small tables are read whole because that is quicker; what is asked is whether there is another way.
    with transaction() as session:
        session.execute(text("SET LOCAL enable_seqscan = off"))
        cursor = session.connection().connection.cursor()
        for tab in (Tab.TOP, Tab.NEW, Tab.RISING, Tab.FEATURED):
            for query in (FeedQuery(tab=tab), FeedQuery(tab=tab, category="food")):
                start = reading.begin(None, "test")
                page = reading.page_statement(None, query, start, 25, begun=False)
                cursor.execute(f"EXPLAIN {page.sql}", page.values)
                assert "Seq Scan" not in str(cursor.fetchall()), query


def test_a_simulated_market_is_the_same_for_the_same_seed() -> None:
    import random

    one, other = (simulate(random.Random(7), 1, visits=2_400) for _ in range(2))
    assert [(idea.views, idea.weight) for idea in one] == [(idea.views, idea.weight) for idea in other]
    assert sum(idea.views for idea in one) > 0
