"""Templates made of ideas: whose they are, who sees them, what is built from them and what that brings."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select

from models.db import transaction
from models.errors import Conflict, InvalidInput, NotFound
from models.ideas import Idea
from models.journal import AuditEntry
from services import executions, idea_templates, ideas
from services.accounts import Actor
from services.idea_templates import IdeaTemplateView, beginning, share_of
from services.ideas import IdeaView
from services.ideas.ending import end_ideas
from tests.note import SCHEMA, traces
from workers.walk import walk


def turn(actor: Actor, idea: IdeaView, config: dict[str, Any] | None = None, **more: str) -> IdeaTemplateView:
    with transaction() as session:
        return idea_templates.turn_into_template(session, actor, idea.id, "note", config or {}, **more)


def seen(actor: Actor | None, **asked: str) -> list[str]:
    with transaction() as session:
        return [one.id for one in idea_templates.list_idea_templates(session, actor, **asked).items]


def built(actor: Actor, made: IdeaTemplateView, tmp_path: Path, *, fails: str = "") -> str:
    with transaction() as session:
        execution = executions.launch(session, actor, "note", made.config, idea_template_id=made.id).id
    walk(execution, traces(tmp_path, fails=fails))
    return execution


def test_an_author_turns_an_idea_into_a_template_that_everybody_sees(
    ada: Actor, bob: Actor, idea: IdeaView
) -> None:
    made = turn(ada, idea, {"app_name": "Menu", "tone": "loud"})
    assert made.config == {"app_name": "Menu", "tone": "loud"}
    assert (made.title, made.words) == (idea.title, idea.promise)
    assert (made.template_name, made.idea_title, made.builds, made.mine) == ("Note", idea.title, 0, True)
    assert seen(None) == seen(bob, slug="note") == [made.id] and seen(None, slug="shop") == []
    with transaction() as session:
        of_idea = idea_templates.idea_template_of(session, None, idea.id)
        actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == made.id)).all()
    assert of_idea is not None and (of_idea.id, of_idea.mine) == (made.id, False)
    assert actions == ["idea.template_published"]


def test_once_more_changes_it_and_only_what_differs_from_the_defaults_is_kept(
    ada: Actor, idea: IdeaView
) -> None:
    first = turn(ada, idea, {"tone": "loud"})
    second = turn(
        ada, idea, {"app_name": "Menu", "tone": "calm"}, title="Menu kit", words="For two languages."
    )
    assert second.id == first.id and second.config == {"app_name": "Menu"}
    assert (second.title, second.words) == ("Menu kit", "For two languages.")


def test_what_was_withdrawn_or_made_of_an_unpublished_idea_is_gone_and_can_come_back(
    ada: Actor, idea: IdeaView
) -> None:
    made = turn(ada, idea)
    for _ in range(2):
        with transaction() as session:
            idea_templates.withdraw_template(session, ada, idea.id)
    assert seen(None) == []
    assert turn(ada, idea).id == made.id and seen(None) == [made.id]
    with transaction() as session:
        ideas.unpublish(session, ada, idea.id)
    assert seen(None) == seen(ada) == []
    with pytest.raises(NotFound), transaction() as session:
        idea_templates.find_idea_template(session, ada, made.id)


def test_others_and_unpublished_ideas_and_bad_options_are_refused(
    ada: Actor, bob: Actor, idea: IdeaView
) -> None:
    with pytest.raises(NotFound):
        turn(bob, idea)
    with pytest.raises(InvalidInput) as refused:
        turn(ada, idea, {"tone": "shrill"})
    assert [field.path for field in refused.value.fields] == ["/tone"]
    for bad in ({"title": "x" * 81}, {"words": "x" * 201}, {"words": "a\u202eb"}):
        with pytest.raises(InvalidInput):
            turn(ada, idea, **bad)
    with pytest.raises(NotFound), transaction() as session:
        idea_templates.turn_into_template(session, ada, idea.id, "no-such", {})
    with transaction() as session:
        ideas.unpublish(session, ada, idea.id)
    with pytest.raises(Conflict) as early:
        turn(ada, idea)
    assert early.value.code == "idea_not_published" and seen(None) == []


def test_each_build_by_another_that_succeeds_counts_once(
    ada: Actor, bob: Actor, idea: IdeaView, tmp_path: Path
) -> None:
    made = turn(ada, idea, {"tone": "loud"})

    def figures() -> tuple[int, int]:
        with transaction() as session:
            earned = idea_templates.earned(session, made.id)
            return earned.builds, idea_templates.find_idea_template(session, None, made.id).builds

    built(ada, made, tmp_path)
    assert figures() == (0, 0), "the author's own is no build of others"
    failed = built(bob, made, tmp_path, fails="test")
    assert figures() == (0, 0), "one that failed brought nobody anything"
    with transaction() as session:
        executions.retry(session, bob, failed)
    walk(failed, traces(tmp_path))
    assert figures() == (1, 1)
    built(bob, made, tmp_path)
    assert figures() == (2, 2)


def test_a_build_names_a_template_of_an_idea_that_is_there_and_is_the_same(
    ada: Actor, bob: Actor, idea: IdeaView
) -> None:
    made = turn(ada, idea)
    with transaction() as session:
        idea_templates.withdraw_template(session, ada, idea.id)
    for unknown in (made.id, "itpl_00000000000000000000000000", "nonsense"):
        with pytest.raises(NotFound), transaction() as session:
            executions.launch(session, bob, "note", {}, idea_template_id=unknown)


def test_an_idea_that_somebody_built_from_stays_when_its_team_goes(
    ada: Actor, bob: Actor, idea: IdeaView, tmp_path: Path
) -> None:
    made = turn(ada, idea)
    built(bob, made, tmp_path)
    with transaction() as session:
        end_ideas(session, ada.team_id)
        assert session.scalars(select(Idea.state).where(col(Idea.id) == idea.id)).all() == ["unpublished"]
        assert idea_templates.earned(session, made.id).builds == 1


def test_the_form_begins_with_what_the_teaser_says_already(idea: IdeaView) -> None:
    tight = {"properties": {"app_name": {"type": "string", "maxLength": 6}, "tagline": {"type": "string"}}}
    assert beginning(SCHEMA, idea) == {"app_name": idea.title}
    assert beginning(tight, idea) == {"app_name": idea.title[:6].strip(), "tagline": idea.promise}


def test_addresses_of_mail_are_left_out() -> None:
    from services.idea_templates.publishing import public_part

    schema = {
        "properties": {
            "owner": {"type": "string", "format": "email", "default": ""},
            "tone": {"type": "string"},
        }
    }
    assert public_part(schema, {"owner": "ada@example.com", "tone": "calm"}) == {"tone": "calm"}


@given(st.integers(0, 10_000_000))
def test_a_share_is_a_tenth_and_never_more_than_the_price(price_cents: int) -> None:
    share = share_of(price_cents)
    assert 0 <= share <= price_cents and abs(share * 10 - price_cents) <= 5
