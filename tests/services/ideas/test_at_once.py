"""Two hands on one thing: each of them is done wholly, or told that it came too late."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from models.accounts import User
from models.db import transaction
from models.errors import IdeasmithError
from models.idea_ranks import IdeaRank, Vote
from models.ideas import Idea, IdeaVersion
from models.purchases import Purchase
from models.settings import Settings
from services import accounts, ideas, purchases, votes
from services.accounts import Actor
from tests.market import fields, publish

HANDS = 6


@pytest.fixture
def people(clean: Settings) -> list[Actor]:
    """An operator who writes, and somebody else."""
    with transaction() as session:
        return [person(session, name) for name in ("author", "other")]


def person(session: Session, name: str) -> Actor:
    user = User(email=f"{name}@example.com", name=name, is_operator=name == "author")
    accounts.add_with_team(session, user, f"{name}'s team")
    return accounts.actor_for_user(session, user, via="session")


def published(author: Actor) -> str:
    with transaction() as session:
        return publish(session, author).id


def at_once(*works: Callable[[Session], Any]) -> list[Any]:
    """Do things on a connection each, all begun together; what is refused is returned as its code."""
    barrier = Barrier(len(works))

    def do(work: Callable[[Session], Any]) -> Any:
        barrier.wait(10)
        try:
            with transaction() as session:
                return work(session)
        except IdeasmithError as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(do, works))


def test_one_draft_is_published_once_however_many_click(people: list[Actor]) -> None:
    author = people[0]
    with transaction() as session:
        draft = ideas.save_draft(session, author, fields())

    def publish_it(session: Session) -> str:
        return ideas.submit_idea(session, author, draft.fields, draft_id=draft.id).state

    assert sorted(at_once(*[publish_it] * HANDS)) == ["not_found"] * (HANDS - 1) + ["published"]
    with transaction() as session:
        assert session.scalar(select(func.count()).select_from(Idea)) == 1


def test_one_account_votes_once_by_however_many_connections(people: list[Actor]) -> None:
    author, other = people
    idea = published(author)
    at_once(*[lambda session: votes.set_vote(session, other, idea, voted=True)] * HANDS)
    with transaction() as session:
        votes.fold(session)
        assert (session.get_one(IdeaRank, idea).votes, counted(session)) == (1, 1)


def test_voting_and_taking_back_at_once_leaves_the_count_true(people: list[Actor]) -> None:
    author, other = people
    idea = published(author)
    for _ in range(3):
        works = [
            lambda session, voted=bool(n % 2): votes.set_vote(session, other, idea, voted=voted)
            for n in range(HANDS)
        ]
        at_once(*works, votes.fold)
        with transaction() as session:
            votes.fold(session)
            assert session.get_one(IdeaRank, idea, populate_existing=True).votes == counted(session)


def counted(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Vote)) or 0


def test_a_change_and_an_unpublishing_at_once_are_both_done(people: list[Actor]) -> None:
    author = people[0]
    idea = published(author)
    at_once(
        lambda session: ideas.change_some(session, author, idea, {"title": "Menu translator, again"}),
        lambda session: ideas.unpublish(session, author, idea),
    )
    with transaction() as session:
        row, rank = session.get_one(Idea, idea), session.get_one(IdeaRank, idea)
        assert (row.state, row.version_number, row.title) == ("unpublished", 2, "Menu translator, again")
        assert not rank.listed


def test_changes_of_different_fields_at_once_are_all_kept(people: list[Actor]) -> None:
    author = people[0]
    idea = published(author)
    changes: list[dict[str, Any]] = [
        {"price_cents": 700}, {"tags": ["menus"]}, {"numbers": "Forty guests a day."}, {"audience": "Hotels"},
    ]  # fmt: skip
    at_once(*[lambda session, one=one: ideas.change_some(session, author, idea, one) for one in changes])
    with transaction() as session:
        view, sold = ideas.get_idea(session, author, idea), ideas.read_paid(session, author, idea)
        assert (view.price_cents, view.tags, view.audience) == (700, ["menus"], "Hotels")
        assert sold.numbers == "Forty guests a day."
        numbers = session.scalars(select(IdeaVersion.number).order_by(col(IdeaVersion.number)))
        assert list(numbers) == [1, 2, 3, 4, 5]


def test_an_idea_is_given_once_however_many_hands_give_it(people: list[Actor]) -> None:
    author, other = people
    idea = published(author)
    given = at_once(*[lambda session: purchases.grant(session, author, other.user_id, idea).id] * HANDS)
    with transaction() as session:
        assert list(session.scalars(select(Purchase.id))) == list(set(given))
        assert session.get_one(IdeaRank, idea).buyers == 1


def test_two_windows_that_save_one_draft_at_once_lose_nothing_unseen(people: list[Actor]) -> None:
    author = people[0]
    with transaction() as session:
        draft = ideas.save_draft(session, author, {"title": "Menu"})

    def save(title: str) -> Callable[[Session], int]:
        return lambda session: (
            ideas.save_draft(
                session, author, {"title": title}, draft_id=draft.id, revision=draft.revision
            ).revision
        )

    assert sorted(map(str, at_once(save("One"), save("Two")))) == ["2", "draft_changed"]
