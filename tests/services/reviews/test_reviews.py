"""Reviews: by buyers alone, one each, counted while they stand, answered by the author and marked by others."""

import pytest
from sqlmodel import Session

from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.idea_ranks import IdeaRank
from services import ideas, reviews, telling
from services.accounts import Actor
from services.reviews import ReviewFields, ReviewState, list_reviews, my_review, write_review
from tests.market import buy, give_back, publish, review_fields
from tests.services.teams.people import person


@pytest.fixture
def people(session: Session) -> list[Actor]:
    """An author, three buyers and a stranger."""
    return [person(session, name) for name in ("Author", "Bob", "Cleo", "Dana", "Eve")]


@pytest.fixture
def idea(session: Session, people: list[Actor]) -> str:
    made = publish(session, people[0]).id
    for buyer in people[1:4]:
        buy(session, buyer, made)
    return made


def rank(session: Session, idea_id: str) -> tuple[int, float, float]:
    row = session.get_one(IdeaRank, idea_id, populate_existing=True)
    return row.reviews, row.rating_for, row.rating_against


def test_whoever_has_bought_an_idea_reviews_it_and_everybody_reads_that(
    session: Session, people: list[Actor], idea: str
) -> None:
    given = write_review(session, people[1], idea, ReviewFields(5, 2, 4, True, "**Short** and clear."))
    [read] = list_reviews(session, None, idea).items
    assert (read.clarity, read.novelty, read.feasibility, read.would_build) == (5, 2, 4, True)
    assert (read.author_name, read.words, read.mine, read.version_number) == (
        "Bob",
        "**Short** and clear.",
        False,
        1,
    )
    assert given.mine and my_review(session, people[1], idea) == given
    assert my_review(session, people[2], idea) is None
    assert ideas.get_idea(session, None, idea).reviews == 1


def test_nobody_else_does(session: Session, people: list[Actor], idea: str) -> None:
    for actor, code in ((people[4], "not_bought"), (people[0], "own_idea")):
        with pytest.raises(NotAllowed) as refused:
            write_review(session, actor, idea, review_fields())
        assert refused.value.code == code
    assert rank(session, idea) == (0, 0.0, 0.0)


def test_every_bad_field_is_named(session: Session, people: list[Actor], idea: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        write_review(session, people[1], idea, ReviewFields(0, 6, True, "yes", "x" * 4_001))
    assert [one.path for one in refused.value.fields] == [
        "/clarity", "/novelty", "/feasibility", "/would_build", "/words",
    ]  # fmt: skip


def test_a_second_review_changes_the_first_and_the_same_again_changes_nothing(
    session: Session, people: list[Actor], idea: str
) -> None:
    first = write_review(session, people[1], idea, review_fields(5))
    assert write_review(session, people[1], idea, review_fields(5)) == first
    ideas.change_some(session, people[0], idea, {"title": "Menu translator, better"})
    second = write_review(session, people[1], idea, review_fields(1, would_build=False))
    assert second.id == first.id and second.edited_at is not None and second.version_number == 2
    assert rank(session, idea) == (1, 0.0, 1.0)


def test_what_reviews_say_enters_the_rank_as_ratings_do(
    session: Session, people: list[Actor], idea: str
) -> None:
    before = session.get_one(IdeaRank, idea, populate_existing=True).quality
    write_review(session, people[1], idea, review_fields(5))  # the best: 1 for it
    assert rank(session, idea) == (1, 1.0, 0.0)
    liked = session.get_one(IdeaRank, idea, populate_existing=True).quality
    write_review(session, people[2], idea, review_fields(1, would_build=False))  # the worst: 1 against it
    assert rank(session, idea) == (2, 1.0, 1.0)
    write_review(session, people[3], idea, ReviewFields(3, 3, 3, True))  # 0.625: a quarter for it
    assert rank(session, idea) == (3, 1.25, 1.0)
    after = session.get_one(IdeaRank, idea, populate_existing=True).quality
    assert after < before < liked


def test_averages_are_told_from_three_on(session: Session, people: list[Actor], idea: str) -> None:
    for number, buyer in enumerate(people[1:3], 1):
        write_review(session, buyer, idea, review_fields(5))
        assert reviews.averages_of(session, None, idea) == reviews.Averages(number)
    write_review(session, people[3], idea, ReviewFields(2, 5, 5, False))
    assert reviews.averages_of(session, None, idea) == reviews.Averages(
        3, 4.0, 5.0, 5.0, pytest.approx(2 / 3)
    )


def test_a_withdrawn_review_counts_no_more_until_it_is_given_again(
    session: Session, people: list[Actor], idea: str
) -> None:
    bob = people[1]
    write_review(session, bob, idea, review_fields(5))
    for _ in range(2):
        reviews.withdraw_review(session, bob, idea)
    assert list_reviews(session, None, idea).items == [] and rank(session, idea) == (0, 0.0, 0.0)
    own = my_review(session, bob, idea)
    assert own is not None and own.state == ReviewState.WITHDRAWN
    write_review(session, bob, idea, review_fields(5))
    assert rank(session, idea) == (1, 1.0, 0.0)
    with pytest.raises(NotFound):
        reviews.withdraw_review(session, people[2], idea)


def test_who_gave_an_idea_back_is_heard_no_more_until_it_is_bought_again(
    session: Session, people: list[Actor], idea: str
) -> None:
    cleo, other = people[2], publish(session, people[0], "Another idea").id
    purchase = buy(session, cleo, other)
    given = write_review(session, cleo, other, review_fields(5))
    give_back(session, purchase)
    assert list_reviews(session, None, other).items == [] and rank(session, other) == (0, 0.0, 0.0)
    own = my_review(session, cleo, other)
    assert own is not None and own.state == ReviewState.REFUNDED
    with pytest.raises(NotFound):
        reviews.get_review(session, people[1], given.id)
    with pytest.raises(NotAllowed):
        write_review(session, cleo, other, review_fields(1))
    buy(session, cleo, other)
    assert rank(session, other) == (1, 1.0, 0.0)


def test_a_hidden_review_counts_no_more_and_its_author_sees_that(
    session: Session, people: list[Actor], idea: str
) -> None:
    bob = people[1]
    given = write_review(session, bob, idea, review_fields(5))
    for _ in range(2):
        reviews.hide(session, given.id)
    assert list_reviews(session, bob, idea).items == [] and rank(session, idea) == (0, 0.0, 0.0)
    own = my_review(session, bob, idea)
    assert own is not None and (own.state, own.words) == (ReviewState.HIDDEN, "Clear and short.")
    with pytest.raises(Conflict):
        write_review(session, bob, idea, review_fields(4))
    reviews.show(session, given.id)
    assert rank(session, idea) == (1, 1.0, 0.0)


def test_the_author_replies_changes_and_deletes_the_reply(
    session: Session, people: list[Actor], idea: str
) -> None:
    author, bob = people[:2]
    given = write_review(session, bob, idea, review_fields())
    replied = reviews.write_reply(session, author, given.id, "Thank you.").reply
    assert replied is not None and (replied.author_name, replied.words, replied.edited_at) == (
        "Author", "Thank you.", None,
    )  # fmt: skip
    changed = reviews.write_reply(session, author, given.id, "Thank you, Bob.").reply
    assert changed is not None and changed.edited_at is not None
    with pytest.raises(NotAllowed):
        reviews.write_reply(session, bob, given.id, "Not at all.")
    with pytest.raises(InvalidInput):
        reviews.write_reply(session, author, given.id, " ")
    for _ in range(2):
        reviews.delete_reply(session, author, given.id)
    assert list_reviews(session, None, idea).items[0].reply is None


def test_others_mark_a_review_as_helpful_once_each(session: Session, people: list[Actor], idea: str) -> None:
    given = write_review(session, people[1], idea, review_fields())
    for _ in range(2):
        assert reviews.set_helpful(session, people[4], given.id, helpful=True).helpful == 1
    assert reviews.set_helpful(session, people[0], given.id, helpful=True).helpful == 2
    assert [one.marked for one in list_reviews(session, people[4], idea).items] == [True]
    for _ in range(2):
        assert reviews.set_helpful(session, people[4], given.id, helpful=False).helpful == 1
    with pytest.raises(NotAllowed):
        reviews.set_helpful(session, people[1], given.id, helpful=True)
    reviews.hide(session, given.id)
    with pytest.raises(NotFound):
        reviews.set_helpful(session, people[4], given.id, helpful=True)


def test_author_and_buyer_are_told_of_what_is_new(session: Session, people: list[Actor], idea: str) -> None:
    author, bob = people[:2]
    heard: list[tuple[str, str]] = []
    token = telling.listener.set(lambda session, user, kind, subject, ids: heard.append((user, kind)))
    given = write_review(session, bob, idea, review_fields())
    write_review(session, bob, idea, review_fields(2))
    reviews.write_reply(session, author, given.id, "Thank you.")
    reviews.write_reply(session, author, given.id, "Thank you!")
    telling.listener.reset(token)
    assert heard == [(author.user_id, "review"), (bob.user_id, "reply")]


def test_a_page_of_reviews_goes_on_where_it_ended(session: Session, people: list[Actor], idea: str) -> None:
    made = [write_review(session, buyer, idea, review_fields()).id for buyer in people[1:4]]
    first = list_reviews(session, None, idea, limit=2)
    second = list_reviews(session, None, idea, first.next_cursor or "", 2)
    assert [one.id for one in [*first.items, *second.items]] == made[::-1] and second.next_cursor is None
