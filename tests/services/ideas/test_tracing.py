"""From a copy that turned up elsewhere to the purchase: by the operator alone, and never to somebody else."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, col, select

from models.errors import InvalidInput, NotAllowed, NotFound
from models.journal import AuditEntry
from models.purchases import Purchase, PurchaseState
from services import ideas, purchases
from services.accounts import Actor
from services.ideas.marks import finding
from services.ideas.marks.tokens import ONE, ZERO
from services.ideas.marks.tracing import Outcome, trace
from tests.market import fields, publish
from tests.prose import prose

TEXT = prose(11, 900)
NAMES = ("op", "author", "ada", "bob", "eve")


@pytest.fixture
def cast(session: Session, make_user: Callable[..., Any]) -> dict[str, Actor]:
    """The operator, an author and three others."""
    return {name: make_user(session, email=f"{name}@example.com", name=name)[1] for name in NAMES}


@pytest.fixture
def sold(session: Session, cast: dict[str, Actor]) -> str:
    """An idea that three have bought, beside another one of the same field."""
    publish(session, cast["author"], "Another idea", solution=prose(12, 900))
    idea = publish(session, cast["author"], solution=TEXT, licence="Do not sell it to everybody.")
    for name in ("ada", "bob", "eve"):
        purchases.grant(session, cast["op"], cast[name].user_id, idea.id)
    return idea.id


def stripped(copy: str) -> str:
    return copy.replace(ZERO, "").replace(ONE, "")


def test_each_buyer_reads_their_own_copy_and_the_author_what_they_wrote(
    session: Session, cast: dict[str, Actor], sold: str
) -> None:
    copies = {name: ideas.read_paid(session, cast[name], sold) for name in ("author", "ada", "bob")}
    assert copies["author"].solution.startswith(TEXT)
    assert copies["ada"] == ideas.read_paid(session, cast["ada"], sold)
    assert len({stripped(one.solution) for one in copies.values()}) == 3
    assert len({one.licence for one in copies.values()}) == 1


@pytest.mark.parametrize("named", [True, False], ids=["with its idea", "among all"])
def test_a_copy_names_its_purchase_and_the_trail_says_that_it_was_asked(
    session: Session, cast: dict[str, Actor], sold: str, named: bool
) -> None:
    copy = stripped(ideas.read_paid(session, cast["bob"], sold).solution)
    found = trace(session, cast["op"], copy[len(copy) // 3 :], sold if named else "")
    assert found.outcome == Outcome.NAMED and not found.unseen
    (suspect,) = found.suspects
    assert (suspect.name, suspect.user_id, suspect.state) == ("bob", cast["bob"].user_id, "paid")
    assert (found.idea_id, found.title, found.buyers) == (sold, "Menu translator", 3)
    assert found.places >= found.needed and "more than 99.9999 % sure among 3 buyers" in found.sentence
    line = session.scalars(select(AuditEntry).where(AuditEntry.action == "copy.traced")).one()
    assert line.data == {"outcome": "named", "purchases": [suspect.purchase_id]}


def test_a_copy_of_an_earlier_version_and_of_a_refunded_purchase_is_traced_too(
    session: Session, cast: dict[str, Actor], sold: str
) -> None:
    copy = stripped(ideas.read_paid(session, cast["eve"], sold).solution)
    ideas.change_idea(session, cast["author"], sold, fields(solution="A better way, said anew. " * 20))
    row = session.scalars(select(Purchase).where(col(Purchase.user_id) == cast["eve"].user_id)).one()
    row.state = PurchaseState.REFUNDED
    session.flush()
    found = trace(session, cast["op"], copy)
    assert [(one.name, one.state) for one in found.suspects] == [("eve", "refunded")]


def test_what_names_nobody_says_why(session: Session, cast: dict[str, Actor], sold: str) -> None:
    short = stripped(ideas.read_paid(session, cast["ada"], sold).solution)[:300]
    assert trace(session, cast["op"], short, sold).outcome == Outcome.TOO_SHORT
    original = trace(session, cast["op"], TEXT, sold)
    assert original.outcome == Outcome.NOBODY and "author's own text" in original.sentence
    elsewhere = trace(
        session, cast["op"], "Something that no idea here has ever said, in no words that are like it."
    )
    assert (elsewhere.outcome, elsewhere.idea_id) == (Outcome.UNKNOWN, "")
    unsold = publish(session, cast["author"], "Unsold", solution=prose(13, 300))
    assert "Nobody has bought this idea" in trace(session, cast["op"], prose(13, 300), unsold.id).sentence


def test_only_the_operator_traces_and_only_a_text(
    session: Session, cast: dict[str, Actor], sold: str
) -> None:
    with pytest.raises(NotAllowed):
        trace(session, cast["author"], TEXT, sold)
    for bad in ("", "  \n", "x" * 250_001):
        with pytest.raises(InvalidInput):
            trace(session, cast["op"], bad)
    with pytest.raises(NotFound):
        trace(session, cast["op"], TEXT, "idea_00000000000000000000000000")


def test_an_idea_is_found_by_runs_of_words_that_every_copy_has(
    session: Session, cast: dict[str, Actor], sold: str
) -> None:
    for name in ("ada", "bob", "eve"):
        copy = ideas.read_paid(session, cast[name], sold).solution
        assert finding.ideas_that_say(session, copy) == [sold]
    assert finding.ideas_that_say(session, "Too short.") == []
    assert finding.ideas_that_say(session, "a (b| c[ \\ d' e\" f% " * 9) == []
