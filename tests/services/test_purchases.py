"""Purchases: given once, split to the cent, counted, and never one's own."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from models.errors import Conflict, NotAllowed, NotFound
from models.idea_ranks import IdeaRank
from models.purchases import Purchase, PurchaseState
from services import ideas, purchases
from services.accounts import Actor
from services.purchases import split_of
from tests.market import fields, publish


@pytest.fixture
def people(session: Session, make_user: Callable[..., Any]) -> tuple[Actor, Actor, Actor]:
    """The operator, an author and a buyer."""
    made = [make_user(session, email=f"{name}@example.com")[1] for name in ("op", "author", "buyer")]
    return made[0], made[1], made[2]


def test_a_gift_is_a_purchase_that_nobody_paid(session: Session, people: tuple[Actor, ...]) -> None:
    operator, author, buyer = people
    idea = publish(session, author)
    once, twice = (purchases.grant(session, operator, buyer.user_id, idea.id) for _ in range(2))
    assert once == twice and (once.state, once.price_cents, once.source) == ("paid", 0, "grant")
    assert session.get_one(IdeaRank, idea.id).buyers == 1
    assert [one.title for one in purchases.list_purchases(session, buyer).items] == ["Menu translator"]
    assert purchases.list_purchases(session, author).items == []


def test_nobody_but_the_operator_gives_and_nobody_gets_their_own(
    session: Session, people: tuple[Actor, ...]
) -> None:
    operator, author, buyer = people
    idea = publish(session, author)
    with pytest.raises(NotAllowed):
        purchases.grant(session, author, buyer.user_id, idea.id)
    with pytest.raises(NotAllowed):
        purchases.grant(session, operator, author.user_id, idea.id)
    with pytest.raises(NotFound):
        purchases.grant(session, operator, "user_nobody", idea.id)


def test_who_has_one_version_is_sold_no_second(session: Session, people: tuple[Actor, ...]) -> None:
    operator, author, buyer = people
    idea = publish(session, author)
    purchases.grant(session, operator, buyer.user_id, idea.id)
    ideas.change_idea(session, author, idea.id, fields(title="Menu translator 2"))
    with pytest.raises(Conflict) as refused:
        purchases.grant(session, operator, buyer.user_id, idea.id)
    assert refused.value.code == "owned_already"


def test_what_was_refunded_can_be_had_again_with_its_mark(
    session: Session, people: tuple[Actor, ...]
) -> None:
    operator, author, buyer = people
    idea = publish(session, author)
    first = purchases.grant(session, operator, buyer.user_id, idea.id)
    row = session.get_one(Purchase, first.id)
    mark, row.state = row.mark, PurchaseState.REFUNDED
    session.flush()
    assert purchases.grant(session, operator, buyer.user_id, idea.id).id == first.id
    assert session.scalars(select(Purchase.mark)).one() == mark


@given(st.integers(100, 1_000))
def test_a_price_is_split_to_the_cent(price_cents: int) -> None:
    split = split_of(price_cents)
    assert split.commission_cents + split.author_cents == price_cents
    assert abs(split.commission_cents * 10 - price_cents) <= 5 and split.commission_cents >= 1
