"""Ideas that wait for a moderator before anybody else sees them."""

import pytest
from sqlmodel import Session

from models.errors import Conflict, NotFound
from models.trust import TrustLevel
from services import ideas
from services.accounts import Actor
from services.ideas.feed import FeedQuery, Tab, list_ideas
from services.moderation.context import get_case
from services.moderation.deciding import decide, undo
from services.moderation.listing import list_cases
from services.moderation.statements import list_statements
from tests.market import PROBLEM, fields, publish
from tests.moderators import REASON, Court, letters_to
from tests.services.moderation.test_spam import SPAM

PREMIUM = {"category": "ventures", "price_cents": 700}


def trusted(session: Session, who: Actor, level: int) -> None:
    session.merge(TrustLevel(user_id=who.user_id, level=level))
    session.flush()


def found(session: Session) -> list[str]:
    return [card.title for card in list_ideas(session, None, FeedQuery(tab=Tab.NEW)).items]


def test_what_enters_a_premium_category_waits_and_is_published_by_keeping_it(
    session: Session, people: Court
) -> None:
    trusted(session, people.ada, 4)
    idea = publish(session, people.ada, **PREMIUM)
    assert (idea.state, idea.published_at) == ("held", None)
    assert found(session) == []
    with pytest.raises(NotFound):
        ideas.get_idea(session, people.bob, idea.id)
    row = list_cases(session, people.grace).items[0]
    assert (row.subject_id, row.sources, row.reports) == (idea.id, ["premium"], 0)
    decided = decide(session, people.grace, row.id, "keep", "other", "It belongs into this category.")
    released = ideas.get_idea(session, people.ada, idea.id)
    assert released.state == "published" and released.published_at is not None
    assert found(session) == [idea.title]
    assert "it is published now" in letters_to(session, people.ada)[-1]
    assert [one.action for one in list_statements(session, people.ada).items] == ["keep"]
    undo(session, people.grace, decided.id)
    assert ideas.get_idea(session, people.ada, idea.id).state == "held" and found(session) == []


def test_what_looks_like_spam_waits_when_nothing_is_known_of_its_author(
    session: Session, people: Court
) -> None:
    idea = publish(session, people.ada, problem=f"{PROBLEM} {SPAM}")
    assert idea.state == "held"
    case = get_case(session, people.grace, list_cases(session, people.grace).items[0].id)
    assert [one.source for one in case.signs] == ["spam"]
    assert any("lead away" in why for why in case.signs[0].why)
    decide(session, people.grace, case.id, "hide", "spam", REASON)
    assert ideas.get_idea(session, people.ada, idea.id).state == "hidden"


def test_the_same_of_a_known_author_is_published_and_looked_at(session: Session, people: Court) -> None:
    trusted(session, people.ada, 1)
    idea = publish(session, people.ada, problem=f"{PROBLEM} {SPAM}")
    assert idea.state == "published"
    assert [row.sources for row in list_cases(session, people.grace).items] == [["spam"]]


def test_a_change_that_has_to_be_looked_at_leaves_the_lists(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    since = idea.published_at
    ideas.change_idea(session, people.ada, idea.id, fields(**PREMIUM))
    assert ideas.get_idea(session, people.ada, idea.id).state == "held" and found(session) == []
    case_id = list_cases(session, people.grace).items[0].id
    decide(session, people.grace, case_id, "warn", "misleading", "It fits, but say what it costs to run.")
    again = ideas.get_idea(session, people.ada, idea.id)
    assert (again.state, again.published_at) == ("published", since)
    ideas.change_idea(session, people.ada, idea.id, fields(promise="Now with a better promise.", **PREMIUM))
    assert found(session) == [idea.title]


def test_taking_it_back_and_publishing_it_again_is_no_way_around(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    ideas.unpublish(session, people.ada, idea.id)
    ideas.change_idea(session, people.ada, idea.id, fields(**PREMIUM))
    assert ideas.get_idea(session, people.ada, idea.id).state == "unpublished"
    assert ideas.publish_again(session, people.ada, idea.id).state == "held"
    with pytest.raises(Conflict):
        ideas.publish_again(session, people.ada, idea.id)
    case_id = list_cases(session, people.grace).items[0].id
    decide(session, people.grace, case_id, "keep", "other", "It belongs into this category.")
    ideas.unpublish(session, people.ada, idea.id)
    assert ideas.publish_again(session, people.ada, idea.id).state == "published"


def test_operators_publish_without_asking_themselves(session: Session, people: Court) -> None:
    assert publish(session, people.grace, **PREMIUM).state == "published"
    assert list_cases(session, people.grace).items == []
