"""Saved searches: kept by a name, and told of once what is new."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from models.clock import now
from models.errors import Conflict, InvalidInput, LimitReached, NotFound
from models.saved_searches import SavedSearch
from services.accounts import Actor
from services.ideas.feed import FeedQuery, Tab
from services.notifications import list_notifications, notify
from services.saved_searches import (
    MOST_SEARCHES,
    bring_some_back,
    delete_search,
    list_searches,
    rename_search,
    save_search,
    set_alert,
    tell_due,
)
from tests.market import publish


@pytest.fixture
def people(session: Session, make_user: Callable[..., Any]) -> list[Actor]:
    """An author and somebody who searches."""
    return [make_user(session, email=f"{n}@example.com")[1] for n in range(2)]


def told(session: Session) -> list[tuple[str, int]]:
    """Tell what is due, and return the names of the searches with how many ideas each was told of."""
    found: list[tuple[str, int]] = []

    def tell(session: Session, user_id: str, kind: str, subject_id: str, data: dict[str, Any]) -> None:
        assert user_id.startswith("user_") and kind == "saved_search"
        found.append((session.get_one(SavedSearch, subject_id).name, len(data["ideas"])))

    tell_due(session, tell, before=now() + timedelta(seconds=1))
    return sorted(found)


def test_a_search_is_kept_listed_and_deleted(session: Session, people: list[Actor]) -> None:
    query = FeedQuery(words="menu", category="food", tags=("translation",), most_price_cents=300, built=False)
    kept = save_search(session, people[1], " Menus  for guests ", query)
    assert [(one.name, one.query) for one in list_searches(session, people[1])] == [
        ("Menus for guests", query)
    ]
    assert list_searches(session, people[0]) == []
    with pytest.raises(NotFound):
        delete_search(session, people[0], kept.id)
    delete_search(session, people[1], kept.id)
    assert list_searches(session, people[1]) == []


def test_a_search_has_a_name_of_its_own_and_narrows_something(session: Session, people: list[Actor]) -> None:
    save_search(session, people[1], "Menus", FeedQuery(words="menu"))
    with pytest.raises(Conflict):
        save_search(session, people[1], "menus", FeedQuery(words="menu"))
    for name, query in (
        ("", FeedQuery(words="a")),
        ("All", FeedQuery()),
        ("Mine", FeedQuery(tab=Tab.MINE, words="a")),
    ):
        with pytest.raises(InvalidInput):
            save_search(session, people[1], name, query)
    for n in range(MOST_SEARCHES - 1):
        save_search(session, people[1], f"Search {n}", FeedQuery(words="menu"))
    with pytest.raises(LimitReached):
        save_search(session, people[1], "One more", FeedQuery(words="menu"))


def test_what_is_new_and_fits_is_told_once(session: Session, people: list[Actor]) -> None:
    publish(session, people[0], "Old menus")
    for name, query in (
        ("words", FeedQuery(words="menus")), ("stem", FeedQuery(words="translators")),
        ("category", FeedQuery(category="food")), ("other category", FeedQuery(category="health")),
        ("tag", FeedQuery(tags=("translation",))), ("cheap", FeedQuery(most_price_cents=200)),
        ("built", FeedQuery(built=True)),
    ):  # fmt: skip
        save_search(session, people[1], name, query, alert=True)
    save_search(session, people[1], "silent", FeedQuery(words="menus"))
    save_search(session, people[0], "the author's own", FeedQuery(words="menus"), alert=True)
    publish(session, people[0])
    publish(session, people[0], "Menu printer")
    assert told(session) == [("category", 2), ("stem", 2), ("tag", 2), ("words", 2)]
    assert told(session) == []


def test_who_begins_to_be_told_hears_of_nothing_before(session: Session, people: list[Actor]) -> None:
    kept = save_search(session, people[1], "Menus", FeedQuery(words="menus"))
    publish(session, people[0])
    set_alert(session, people[1], kept.id, alert=True)
    assert told(session) == []


def test_a_search_is_renamed_deleted_and_brought_back(session: Session, people: list[Actor]) -> None:
    first = save_search(session, people[1], "Menus", FeedQuery(words="menus"), alert=True)
    save_search(session, people[1], "Food", FeedQuery(category="food"))
    assert rename_search(session, people[1], first.id, "MENUS").name == "MENUS"
    with pytest.raises(Conflict):
        rename_search(session, people[1], first.id, "food")
    delete_search(session, people[1], first.id)
    assert [one.name for one in list_searches(session, people[1])] == ["Food"]
    publish(session, people[0])
    assert told(session) == []
    assert bring_some_back(session, people[0], [first.id]).refused
    assert bring_some_back(session, people[1], [first.id]).done == [(first.id, "MENUS")]
    assert told(session) == [("MENUS", 1)]


def test_a_name_that_was_given_away_meanwhile_is_not_taken_back(
    session: Session, people: list[Actor]
) -> None:
    first = save_search(session, people[1], "Menus", FeedQuery(words="menus"))
    delete_search(session, people[1], first.id)
    save_search(session, people[1], "menus", FeedQuery(words="menu"))
    [refused] = bring_some_back(session, people[1], [first.id]).refused
    assert refused.error.code == "name_taken"


def test_a_hit_is_one_notification_and_of_the_searcher_alone(session: Session, people: list[Actor]) -> None:
    save_search(session, people[1], "Menus", FeedQuery(words="menus"), alert=True)
    idea = publish(session, people[0])
    for _ in range(2):
        tell_due(session, notify, before=now() + timedelta(seconds=1))
    [one] = list_notifications(session, people[1]).items
    assert (one.text, one.path) == (f"“{idea.title}” fits your search “Menus”", f"/ideas/{idea.id}")
    publish(session, people[0], "Menu printer")
    tell_due(session, notify, before=now() + timedelta(seconds=1))
    [one] = list_notifications(session, people[1]).items
    assert (one.text, one.path) == ("2 new ideas fit your search “Menus”", "/ideas?tab=new&q=menus")
    assert list_notifications(session, people[0]).items == []


def test_an_idea_whose_transaction_ends_late_is_told_the_next_time(
    session: Session, people: list[Actor]
) -> None:
    save_search(session, people[1], "Menus", FeedQuery(words="menus"), alert=True)
    publish(session, people[0])
    soon = now() + timedelta(seconds=1)
    tell_due(session, notify, before=soon, until=now() - timedelta(seconds=30))
    assert list_notifications(session, people[1]).items == []
    tell_due(session, notify, before=soon)
    assert len(list_notifications(session, people[1]).items) == 1
