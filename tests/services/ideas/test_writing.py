"""The author's desk: nothing typed is lost, whatever is wrong with it, and looking stores nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session

from models.errors import Conflict, NotFound
from services import ideas
from services.accounts import Actor
from services.ideas import writing
from tests.market import fields, publish


@pytest.fixture
def ada(session: Session, make_user: Callable[..., Any]) -> Actor:
    actor: Actor = make_user(session)[1]
    return actor


def test_looking_at_the_form_of_a_change_stores_no_draft(session: Session, ada: Actor) -> None:
    made = publish(session, ada)
    desk = writing.open_desk(session, ada, idea_id=made.id)
    assert desk.fields["title"] == made.title
    assert desk.fields["solution"].startswith("Guests scan")
    assert (desk.draft_id, desk.revision) == ("", 0)
    assert ideas.list_drafts(session, ada) == []


def test_the_draft_of_a_change_is_found_again_by_its_idea(session: Session, ada: Actor) -> None:
    made = publish(session, ada)
    kept = writing.keep(session, ada, fields("Other"), idea_id=made.id, revision=0)
    desk = writing.open_desk(session, ada, idea_id=made.id)
    assert (desk.draft_id, desk.fields["title"]) == (kept.id, "Other")
    with pytest.raises(Conflict):
        writing.keep(session, ada, fields("Third"), idea_id=made.id, revision=0)


def test_a_form_with_bad_fields_is_kept_and_each_of_them_named(session: Session, ada: Actor) -> None:
    outcome = writing.publish(
        session, ada, {**fields(), "title": "x", "price_cents": "much", "note": "n" * 201}
    )
    assert [one.path for one in outcome.problems] == ["/title", "/price_cents", "/note"]
    assert outcome.idea_id == "" and outcome.draft is not None
    assert ideas.get_draft(session, ada, outcome.draft.id).fields["title"] == "x"


def test_a_whole_form_becomes_an_idea_and_its_draft_goes(session: Session, ada: Actor) -> None:
    kept = writing.keep(session, ada, {"title": "half"})
    made = writing.publish(session, ada, fields(), draft_id=kept.id)
    assert ideas.get_idea(session, ada, made.idea_id).version_number == 1
    changed = writing.publish(session, ada, fields("Better"), idea_id=made.idea_id)
    assert changed.idea_id == made.idea_id
    assert ideas.get_idea(session, ada, made.idea_id).title == "Better"
    assert ideas.list_drafts(session, ada) == []


def test_what_the_form_has_no_field_for_stays(session: Session, ada: Actor) -> None:
    settings = {"template": "landing", "options": {"app_name": "Tea"}}
    made = publish(session, ada, template_settings=settings)
    writing.publish(session, ada, fields("Without a field for it"), idea_id=made.id)
    assert ideas.read_paid(session, ada, made.id).template_settings == settings


def test_a_stranger_has_no_desk_for_somebody_else_s_idea(
    session: Session, ada: Actor, make_user: Callable[..., Any]
) -> None:
    bob = make_user(session, email="bob@example.com")[1]
    made, kept = publish(session, ada), writing.keep(session, ada, {"title": "half"})
    for where in ({"idea_id": made.id}, {"draft_id": kept.id}):
        with pytest.raises(NotFound):
            writing.open_desk(session, bob, **where)
        with pytest.raises(NotFound):
            writing.publish(session, bob, fields(), **where)
