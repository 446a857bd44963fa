"""Ideas from the draft to the shelf and back: versions, states, and who may do it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from models.accounts import Membership, Role, Team, User
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.idea_ranks import IdeaRank
from models.ideas import Idea, IdeaState
from models.journal import AuditEntry
from services import accounts, ideas
from services.accounts import Actor
from services.teams.making import close_team
from tests.market import fields, publish


@pytest.fixture
def ada(session: Session, make_user: Callable[..., Any]) -> Actor:
    actor: Actor = make_user(session)[1]
    return actor


@pytest.fixture
def bob(session: Session, ada: Actor, make_user: Callable[..., Any]) -> Actor:
    actor: Actor = make_user(session, email="bob@example.com")[1]
    return actor


def listed(session: Session, idea_id: str) -> bool:
    return session.get_one(IdeaRank, idea_id, populate_existing=True).listed


def test_an_idea_is_there_for_everybody_as_soon_as_it_is_submitted(session: Session, ada: Actor) -> None:
    made = publish(session, ada)
    seen = ideas.get_idea(session, None, made.id)
    assert (seen.title, seen.version_number, seen.votes, seen.mine, seen.owns) == (
        "Menu translator",
        1,
        0,
        False,
        False,
    )
    assert made.mine and made.owns and listed(session, made.id)
    assert [one["heading"] for one in seen.sections] == ["Solution", "Go to market", "Licence"]
    assert len(seen.opening) <= len(fields()["solution"]) * 0.16


def test_a_draft_goes_when_it_is_published_and_a_second_click_publishes_nothing(
    session: Session, ada: Actor
) -> None:
    draft = ideas.save_draft(session, ada, fields())
    ideas.submit_idea(session, ada, fields(), draft_id=draft.id)
    with pytest.raises(NotFound):
        ideas.submit_idea(session, ada, fields(), draft_id=draft.id)
    assert len(session.scalars(select(Idea)).all()) == 1 and ideas.list_drafts(session, ada) == []


def test_a_draft_stays_when_a_field_is_wrong(session: Session, ada: Actor) -> None:
    draft = ideas.save_draft(session, ada, fields(title=""))
    with pytest.raises(InvalidInput), session.begin_nested():
        ideas.submit_idea(session, ada, fields(title=""), draft_id=draft.id)
    assert ideas.get_draft(session, ada, draft.id).fields["title"] == ""


def test_a_change_is_a_new_version_and_the_same_again_is_none(session: Session, ada: Actor) -> None:
    made = publish(session, ada)
    changed = ideas.change_idea(
        session, ada, made.id, fields(promise="In every language of the world.", note="Wider.")
    )
    assert (changed.version_number, changed.promise) == (2, "In every language of the world.")
    again = ideas.change_idea(session, ada, made.id, fields(promise="In every language of the world."))
    assert again.version_number == 2
    history = ideas.list_versions(session, None, made.id)
    assert [(one.number, one.note) for one in history] == [(2, "Wider."), (1, "")]
    assert history[0].content_hash != history[1].content_hash


def test_another_price_is_a_new_version_of_the_same_content(session: Session, ada: Actor) -> None:
    made = ideas.submit_idea(session, ada, fields())
    ideas.change_idea(session, ada, made.id, fields(price_cents=500))
    one, two = ideas.list_versions(session, None, made.id)
    assert one.content_hash == two.content_hash and (one.price_cents, two.price_cents) == (500, 300)
    assert session.get_one(IdeaRank, made.id).price_cents == 500


def test_what_is_taken_back_is_seen_by_its_author_alone_and_comes_back(
    session: Session, ada: Actor, bob: Actor
) -> None:
    made = publish(session, ada)
    assert ideas.unpublish(session, ada, made.id).state == IdeaState.UNPUBLISHED
    assert ideas.unpublish(session, ada, made.id).state == IdeaState.UNPUBLISHED
    for other in (None, bob):
        with pytest.raises(NotFound):
            ideas.get_idea(session, other, made.id)
    assert not listed(session, made.id)
    assert ideas.publish_again(session, ada, made.id).published_at == made.published_at
    assert listed(session, made.id)


def test_nobody_changes_an_idea_of_others(session: Session, ada: Actor, bob: Actor) -> None:
    made = publish(session, ada)
    for do in (ideas.unpublish, ideas.publish_again, ideas.draft_of_change):
        with pytest.raises(NotFound):
            do(session, bob, made.id)
    with pytest.raises(NotFound):
        ideas.change_idea(session, bob, made.id, fields())


def test_a_viewer_of_the_team_reads_and_changes_nothing(session: Session, ada: Actor, bob: Actor) -> None:
    made = publish(session, ada)
    session.add(Membership(team_id=ada.team_id, user_id=bob.user_id, role=Role.VIEWER))
    session.flush()
    viewer = accounts.actor_for_user(session, session.get_one(User, bob.user_id), via="session")
    assert ideas.read_paid(session, viewer, made.id).solution
    with pytest.raises(NotAllowed):
        ideas.unpublish(session, viewer, made.id)


def test_a_hidden_idea_is_neither_changed_nor_published_again(session: Session, ada: Actor) -> None:
    made = publish(session, ada)
    session.get_one(Idea, made.id).state = IdeaState.HIDDEN
    session.flush()
    with pytest.raises(Conflict):
        ideas.publish_again(session, ada, made.id)
    with pytest.raises(Conflict):
        ideas.change_idea(session, ada, made.id, fields(title="Another"))


def test_a_closed_team_s_ideas_go_and_each_change_left_a_line(session: Session, ada: Actor) -> None:
    made = publish(session, ada)
    ideas.save_draft(session, ada, {"title": "Next"})
    close_team(session, session.get_one(Team, ada.team_id))
    with pytest.raises(NotFound):
        ideas.get_idea(session, None, made.id)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == made.id)).all()
    assert actions == ["idea.submitted"]
