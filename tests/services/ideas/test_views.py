"""Looks: who has read counts once a day, and nobody can be named afterwards."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session

from models.clock import clock
from models.errors import NotFound
from models.idea_ranks import IdeaRank
from services import ideas
from services.accounts import Actor
from services.ideas import standing, views
from services.ideas.ranking import SEEN_VIEWS, Counts, quality
from tests.market import publish

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    token = clock.set(lambda: moment)
    try:
        yield
    finally:
        clock.reset(token)


@pytest.fixture
def people(session: Session, make_user: Callable[..., Any]) -> list[Actor]:
    """An author and a reader."""
    return [make_user(session, email=f"{n}@example.com")[1] for n in range(2)]


def looked(
    session: Session, idea_id: str, who: str | Actor, *, after: float = 6, opened: datetime = NOON
) -> bool:
    """Open an idea's page, and hand in its ticket some seconds later."""
    with at(opened):
        given = views.ticket(session, idea_id)
    actor = who if isinstance(who, Actor) else None
    with at(opened + timedelta(seconds=after)):
        return views.count_view(session, actor, idea_id, given, "" if actor else str(who))


def rank(session: Session, idea_id: str) -> IdeaRank:
    standing.fold_views(session)
    return session.get_one(IdeaRank, idea_id, populate_existing=True)


def test_a_visitor_counts_once_a_day_and_each_look_as_a_view(session: Session, people: list[Actor]) -> None:
    idea = publish(session, people[0])
    tomorrow = NOON + timedelta(days=1)
    assert looked(session, idea.id, "192.0.2.1")
    assert not looked(session, idea.id, "192.0.2.1")
    assert looked(session, idea.id, "192.0.2.2") and looked(session, idea.id, people[1])
    assert looked(session, idea.id, "192.0.2.1", opened=tomorrow)
    found = rank(session, idea.id)
    assert (found.views, found.qualified_views) == (5, 4)
    assert found.quality == pytest.approx(quality(Counts(qualified_views=4)))


@pytest.mark.parametrize("after", [0, 4.9, 3 * 3600])
def test_a_glance_counts_nothing_and_neither_does_a_ticket_that_lay_about(
    session: Session, people: list[Actor], after: float
) -> None:
    idea = publish(session, people[0])
    assert not looked(session, idea.id, "192.0.2.1", after=after)
    assert rank(session, idea.id).views == 0


def test_an_authors_own_looks_count_nothing(session: Session, people: list[Actor]) -> None:
    idea = publish(session, people[0])
    assert not looked(session, idea.id, people[0])
    assert rank(session, idea.id).views == 0


def test_a_ticket_is_good_for_its_own_idea_and_is_made_by_us(session: Session, people: list[Actor]) -> None:
    one, other = publish(session, people[0]), publish(session, people[0], "Bike school")
    with at(NOON):
        given = views.ticket(session, one.id)
    made, _, proof = given.partition(".")
    other_proof = ("B" if proof[0] == "A" else "A") + proof[1:]
    forged = (f"{int(made) - 60}.{proof}", f"{made}.{other_proof}", "", "1.x", f"{made}.é", "9" * 30 + ".x")
    with at(NOON + timedelta(seconds=9)):
        assert not views.count_view(session, None, other.id, given, "a")
        assert not any(views.count_view(session, None, one.id, ticket, "a") for ticket in forged)
        assert views.count_view(session, None, one.id, given, "a")


def test_nobody_looks_at_what_they_cannot_see(session: Session, people: list[Actor]) -> None:
    idea = publish(session, people[0])
    ideas.unpublish(session, people[0], idea.id)
    with pytest.raises(NotFound):
        looked(session, idea.id, "192.0.2.1")


def test_an_address_is_nowhere_in_the_database_and_the_days_salt_goes(
    session: Session, people: list[Actor]
) -> None:
    idea = publish(session, people[0])
    looked(session, idea.id, "198.51.100.77")
    rows = "".join(str(row) for row in session.execute(text("SELECT l::text FROM idea_looks l")))
    assert "198.51.100.77" not in rows and b"198.51.100.77".hex() not in rows
    with at(NOON + timedelta(days=2, minutes=1)):
        views.forget(session)
        left = (
            "SELECT (SELECT count(*) FROM idea_looks), (SELECT count(*) FROM facts WHERE name = 'view_salt')"
        )
        assert session.execute(text(left)).one() == (0, 0)


def test_an_idea_that_was_seen_leaves_the_pool_of_those_that_were_not(
    session: Session, people: list[Actor]
) -> None:
    idea = publish(session, people[0])
    assert rank(session, idea.id).exploring
    session.get_one(IdeaRank, idea.id).qualified_views = SEEN_VIEWS - 1
    session.flush()
    now = datetime.now(UTC)
    looked(session, idea.id, "192.0.2.1", opened=now)
    assert not rank(session, idea.id).exploring


def test_an_idea_that_is_three_days_old_leaves_the_pool_too(session: Session, people: list[Actor]) -> None:
    idea = publish(session, people[0])
    with at(datetime.now(UTC) + timedelta(hours=73)):
        standing.warm(session)
    assert not rank(session, idea.id).exploring
