"""Who reads what: one table of askers and states, and the one door to the paid part."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import Session

from models.errors import NotAllowed, NotFound
from models.ideas import Idea, IdeaState
from models.purchases import Purchase, PurchaseState
from services import ideas, purchases
from services.accounts import Actor
from tests.market import canary, fields, publish

STATES = list(IdeaState)
# teaser and paid part, for each state in the order of IdeaState
MAY = {
    "visitor": "t - - -",
    "stranger": "t - - -",
    "operator": "t t t t",
    "buyer": "tp tp tp tp",
    "buyer's key without purchases:read": "t - - -",
    "refunded": "t - - -",
    "pending": "t - - -",
    "author": "tp tp tp tp",
    "author's key without ideas:read": "t - - -",
}


@pytest.fixture
def cast(session: Session, make_user: Callable[..., Any]) -> dict[str, Any]:
    """Everybody who may come, and an idea."""
    operator = make_user(session, email="op@example.com")[1]
    people = {
        name: make_user(session, email=f"{name}@example.com")[1]
        for name in ("author", "buyer", "stranger", "refunded", "pending")
    }
    idea = publish(session, people["author"])
    for name in ("buyer", "refunded", "pending"):
        made = purchases.grant(session, operator, people[name].user_id, idea.id)
        if name != "buyer":
            session.get_one(Purchase, made.id).state = PurchaseState(name)
    session.flush()
    keys = {
        "buyer's key without purchases:read": replace(
            people["buyer"], scopes=frozenset({"ideas:read"}), via="key"
        ),
        "author's key without ideas:read": replace(
            people["author"], scopes=frozenset({"purchases:read"}), via="key"
        ),
    }
    return {"visitor": None, "operator": operator, "idea": idea, **people, **keys}


def reads(session: Session, actor: Actor | None, idea_id: str) -> str:
    """Return "t" when the teaser may be read, "p" when the paid part may, "-" when neither."""
    found = ""
    for letter, read in (("t", ideas.get_idea), ("p", ideas.read_paid)):
        try:
            read(session, actor, idea_id)  # type: ignore[operator]
        except (NotFound, NotAllowed):
            continue
        found += letter
    return found or "-"


@pytest.mark.parametrize("state", STATES)
def test_each_reads_what_is_theirs_and_no_more(
    session: Session, cast: dict[str, Any], state: IdeaState
) -> None:
    idea = cast["idea"]
    session.get_one(Idea, idea.id).state = state
    session.flush()
    found = {name: reads(session, cast[name], idea.id) for name in MAY}
    assert found == {name: row.split()[STATES.index(state)] for name, row in MAY.items()}


def test_a_teaser_holds_nothing_of_the_paid_part_but_its_opening(
    session: Session, cast: dict[str, Any]
) -> None:
    seen = repr(ideas.get_idea(session, None, cast["idea"].id)) + repr(
        ideas.list_versions(session, None, cast["idea"].id)
    )
    assert canary("Menu translator") not in seen and "Walk the old town" not in seen
    assert canary("Menu translator") in ideas.read_paid(session, cast["buyer"], cast["idea"].id).solution


def test_a_buyer_reads_the_versions_that_follow(session: Session, cast: dict[str, Any]) -> None:
    ideas.change_idea(session, cast["author"], cast["idea"].id, fields(solution="A better way. " * 20))
    assert ideas.read_paid(session, cast["buyer"], cast["idea"].id).version_number == 2


@pytest.mark.parametrize(
    "bad", ["", "idea_x", "exec_01jd0000000000000000000000", "'; drop table ideas --", "\x00"], ids=ascii
)
def test_an_id_that_is_none_is_like_one_that_is_not_there(
    session: Session, cast: dict[str, Any], bad: str
) -> None:
    with pytest.raises(NotFound):
        ideas.get_idea(session, None, bad)
