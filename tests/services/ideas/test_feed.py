"""The lists of ideas: who sees what, in which order, a page at a time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from models.errors import InvalidInput, NotAllowed
from services import ideas, purchases, votes
from services.accounts import Actor
from services.ideas.by_name import find_by_name
from services.ideas.feed import FeedQuery, IdeaCard, Mine, Tab, as_parameters, list_ideas, read_query
from services.ideas.standing import warm
from tests.market import publish

TITLES = ("Menu translator", "Bike school", "Garden planner", "Tool library", "Quiet hours")


@pytest.fixture
def crowd(session: Session, make_user: Callable[..., Any]) -> list[Actor]:
    """An author, and two others."""
    return [make_user(session, email=f"{n}@example.com")[1] for n in range(3)]


def titles(session: Session, actor: Actor | None = None, **asked: Any) -> list[str]:
    return [card.title for card in list_ideas(session, actor, FeedQuery(**asked)).items]


def pages(session: Session, query: FeedQuery, limit: int, actor: Actor | None = None) -> list[IdeaCard]:
    """Return all of a list, read a page at a time."""
    found, cursor = [], ""
    while True:
        page = list_ideas(session, actor, query, cursor, limit)
        found += page.items
        if page.next_cursor is None:
            return found
        cursor = page.next_cursor


def test_a_visitor_finds_what_is_published_the_best_first(session: Session, crowd: list[Actor]) -> None:
    made = [publish(session, crowd[0], title) for title in TITLES]
    ideas.unpublish(session, crowd[0], made[1].id)
    for voter in crowd[1:]:
        votes.set_vote(session, voter, made[2].id, voted=True)
    votes.set_vote(session, crowd[1], made[0].id, voted=True)
    votes.fold(session)
    assert titles(session)[:2] == ["Garden planner", "Menu translator"]
    assert "Bike school" not in titles(session)
    assert titles(session, tab=Tab.NEW) == [
        "Quiet hours",
        "Tool library",
        "Garden planner",
        "Menu translator",
    ]


def test_rising_holds_what_just_happened(session: Session, crowd: list[Actor]) -> None:
    made = [publish(session, crowd[0], title) for title in TITLES]
    assert titles(session, tab=Tab.RISING) == []
    votes.set_vote(session, crowd[1], made[3].id, voted=True)
    votes.fold(session)
    warm(session)
    assert titles(session, tab=Tab.RISING) == ["Tool library"]


def test_a_card_says_how_its_idea_stands_to_who_asks(
    session: Session, crowd: list[Actor], make_user: Any
) -> None:
    idea = publish(session, crowd[0])
    operator = make_user(session, email="op@example.com")[1]
    votes.set_vote(session, crowd[1], idea.id, voted=True)
    purchases.grant(session, replace(operator, is_operator=True), crowd[2].user_id, idea.id)
    stands = {
        who: (card.voted, card.owns, card.mine)
        for who, actor in (("visitor", None), ("author", crowd[0]), ("voter", crowd[1]), ("buyer", crowd[2]))
        for card in list_ideas(session, actor, FeedQuery()).items
    }
    assert stands == {
        "visitor": (False, False, False), "author": (False, True, True), "voter": (True, False, False),
        "buyer": (False, True, False),
    }  # fmt: skip


# Each facet, and what it leaves.
FACETS: list[tuple[dict[str, Any], list[str]]] = [
    ({"category": "health"}, ["Bike school"]),
    ({"tags": ("cycling",)}, ["Bike school"]),
    ({"language": "de"}, ["Garden planner"]),
    ({"least_price_cents": 500}, ["Law desk"]),
    ({"most_price_cents": 200}, ["Garden planner"]),
    ({"premium": True}, ["Law desk"]),
    ({"built": True}, []),
    ({"category": "food", "language": "de"}, ["Garden planner"]),
]


def test_facets_narrow_every_list(session: Session, crowd: list[Actor]) -> None:
    publish(session, crowd[0])
    publish(session, crowd[0], "Bike school", category="health", tags=["cycling"])
    publish(session, crowd[0], "Garden planner", language="de", price_cents=200)
    publish(session, crowd[0], "Law desk", category="regulated", price_cents=700)
    for facet, left in FACETS:
        assert titles(session, tab=Tab.TOP, **facet) == left, facet
        assert titles(session, tab=Tab.NEW, **facet) == left, facet
        assert titles(session, crowd[0], tab=Tab.MINE, **facet) == left, facet


def test_the_ideas_of_one_author(session: Session, crowd: list[Actor]) -> None:
    publish(session, crowd[0])
    publish(session, crowd[1], "Bike school")
    assert titles(session, tab=Tab.NEW, author_id=crowd[1].user_id) == ["Bike school"]


def test_mine_is_what_somebody_wrote_bought_or_voted_for(session: Session, crowd: list[Actor]) -> None:
    made = [publish(session, crowd[n % 2], title) for n, title in enumerate(TITLES)]
    ideas.unpublish(session, crowd[0], made[0].id)
    votes.set_vote(session, crowd[0], made[1].id, voted=True)
    assert titles(session, crowd[0], tab=Tab.MINE) == [
        "Quiet hours", "Garden planner", "Bike school", "Menu translator",
    ]  # fmt: skip
    assert titles(session, crowd[0], tab=Tab.MINE, mine=Mine.VOTED) == ["Bike school"]
    assert titles(session, crowd[2], tab=Tab.MINE) == []
    assert [c.title for c in pages(session, FeedQuery(tab=Tab.MINE), 1, crowd[0])] == titles(
        session, crowd[0], tab=Tab.MINE
    )
    with pytest.raises(NotAllowed):
        list_ideas(session, None, FeedQuery(tab=Tab.MINE))


def test_pages_hold_each_idea_once(session: Session, crowd: list[Actor]) -> None:
    made = {publish(session, crowd[0], f"Idea number {n}").title for n in range(9)}
    for tab in (Tab.TOP, Tab.NEW):
        for limit in (1, 2, 7):
            found = [card.title for card in pages(session, FeedQuery(tab=tab), limit)]
            assert len(found) == 9 and set(found) == made


def test_a_cursor_is_good_for_its_own_list_only(session: Session, crowd: list[Actor]) -> None:
    for title in TITLES:
        publish(session, crowd[0], title)
    cursor = list_ideas(session, None, FeedQuery(), limit=2).next_cursor
    for query, given in (
        (FeedQuery(tab=Tab.NEW), cursor),
        (FeedQuery(), "nonsense"),
        (FeedQuery(), "bnVsbA"),
    ):
        with pytest.raises(InvalidInput) as refused:
            list_ideas(session, None, query, given or "")
        assert refused.value.code == "bad_cursor"


def test_a_search_finds_by_words_of_the_teaser_and_by_facets(session: Session, crowd: list[Actor]) -> None:
    publish(session, crowd[0])
    publish(session, crowd[0], "Bike school", category="health", tags=["cycling"])
    assert titles(session, words="translating menus") == ["Menu translator"]
    assert set(titles(session, words="menus")) == {"Menu translator", "Bike school"}
    assert titles(session, words="bikes") == ["Bike school"]
    assert titles(session, words="cycling", category="food") == []
    assert titles(session, words="old town sample") == []  # stands in the paid part alone


def test_an_address_says_a_query_and_is_read_back() -> None:
    given = {"q": "menu", "category": "food", "tag": "#Tea,cakes", "least": "2", "built": "no", "tab": "new"}
    query = read_query(given)
    assert (query.tags, query.least_price_cents, query.built) == (("tea", "cakes"), 200, False)
    assert read_query(as_parameters(query)) == query and as_parameters(FeedQuery()) == {}
    wrong = {
        "tab": "best",
        "category": "x",
        "language": "xx",
        "least": "one",
        "built": "maybe",
        "author": "me",
    }
    with pytest.raises(InvalidInput) as refused:
        read_query(wrong)
    assert {one.path for one in refused.value.fields} == {f"/{name}" for name in wrong}


def test_a_palette_finds_titles_by_the_beginnings_of_words(
    session: Session, make_user: Callable[..., Any]
) -> None:
    ada = make_user(session)[1]
    menu, tide = (
        publish(session, ada),
        publish(session, ada, "Tide table", promise="A menu of the sea's moods."),
    )
    assert find_by_name(session, "men trans", 5) == [(menu.id, menu.title, menu.promise)]
    assert {found[0] for found in find_by_name(session, "", 5)} == {menu.id, tide.id}
    assert find_by_name(session, "menu", 5)[0][0] == menu.id and len(find_by_name(session, "menu", 5)) == 1
    for nothing in ("zebra", "%", "' | '", "\x00", "canary"):
        assert find_by_name(session, nothing, 5) == []
