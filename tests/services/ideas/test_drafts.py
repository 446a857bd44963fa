"""Drafts: kept whatever is wrong with them, for their author alone, and never overwritten unseen."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from models.errors import Conflict, InvalidInput, LimitReached, NotFound
from services import ideas
from services.accounts import Actor
from services.ideas import drafts
from tests.market import fields, publish


@pytest.fixture
def ada(session: Session, make_user: Callable[..., Any]) -> Actor:
    actor: Actor = make_user(session)[1]
    return actor


def test_half_an_idea_is_kept_as_it_was_typed(session: Session, ada: Actor) -> None:
    begun = ideas.save_draft(session, ada, {"title": " half"})
    kept = ideas.save_draft(
        session, ada, {"title": " half an", "price_cents": "3"}, draft_id=begun.id, revision=1
    )
    assert (kept.fields, kept.revision) == ({"title": " half an", "price_cents": "3"}, 2)
    assert [one.id for one in ideas.list_drafts(session, ada)] == [begun.id]


def test_the_same_again_is_no_change(session: Session, ada: Actor) -> None:
    begun = ideas.save_draft(session, ada, {"title": "x"})
    assert ideas.save_draft(session, ada, {"title": "x"}, draft_id=begun.id).revision == begun.revision


def test_two_windows_cannot_overwrite_each_other_unseen(session: Session, ada: Actor) -> None:
    begun = ideas.save_draft(session, ada, {"title": "x"})
    ideas.save_draft(session, ada, {"title": "y"}, draft_id=begun.id, revision=begun.revision)
    with pytest.raises(Conflict) as refused:
        ideas.save_draft(session, ada, {"title": "z"}, draft_id=begun.id, revision=begun.revision)
    assert refused.value.code == "draft_changed"


def test_a_draft_is_nobody_else_s(session: Session, ada: Actor, make_user: Callable[..., Any]) -> None:
    bob = make_user(session, email="bob@example.com")[1]
    begun = ideas.save_draft(session, ada, {"title": "x"})
    for do in (ideas.get_draft, ideas.discard_draft):
        with pytest.raises(NotFound):
            do(session, bob, begun.id)
    ideas.discard_draft(session, ada, begun.id)
    assert ideas.list_drafts(session, ada) == []


def test_a_change_begins_with_what_is_published_paid_part_included(session: Session, ada: Actor) -> None:
    made = publish(session, ada)
    draft = ideas.draft_of_change(session, ada, made.id)
    assert draft.fields["title"] == made.title and draft.fields["solution"].startswith("Guests scan")
    assert ideas.draft_of_change(session, ada, made.id).id == draft.id
    assert ideas.change_idea(session, ada, made.id, draft.fields, draft_id=draft.id).version_number == 1


@pytest.mark.parametrize(
    "bad",
    [{"nothing": 1}, {"title": "\x00"}, {"title": "\ud800"}, {"solution": "x" * 400_000}],
    ids=lambda bad: ascii(bad)[:24],
)
def test_what_no_draft_can_hold_is_refused(session: Session, ada: Actor, bad: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        ideas.save_draft(session, ada, bad)


def test_fifty_drafts_are_enough(session: Session, ada: Actor) -> None:
    for number in range(drafts.MOST_DRAFTS):
        ideas.save_draft(session, ada, {"title": str(number)})
    with pytest.raises(LimitReached):
        ideas.save_draft(session, ada, fields())
