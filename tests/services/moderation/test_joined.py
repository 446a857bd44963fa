"""What the rest of the marketplace brings before a moderator, and what it hears of a decision."""

from collections.abc import Sequence

import pytest
from sqlmodel import Session, col, select

from models.clock import now
from models.errors import NotFound
from models.ideas import IdeaState
from models.moderation import Case, Source
from models.rings import RingState, VoteRing
from services import comments, ideas, notifications, reviews
from services.accounts import Actor
from services.follows import set_follow, tell_some
from services.ideas.likeness.cases import compare_idea
from services.ideas.likeness.judging import judge
from services.ideas.rings import nightly
from services.ideas.rings.groups import Group
from services.ideas.rings.signs import Sign
from services.moderation.cases import open_case
from services.moderation.context import get_case
from services.moderation.deciding import decide
from services.moderation.listing import list_cases
from services.votes import set_vote
from tests.labelled.texts import HAND_WRITTEN
from tests.market import buy, fields, publish, review_fields
from tests.moderators import REASON, Court, reported
from tests.services.teams.people import person


def told(session: Session, who: Actor) -> list[str]:
    return [one.text for one in notifications.list_notifications(session, who).items]


def why(session: Session, moderator: Actor, subject_id: str) -> Sequence[str]:
    """Return the sentences that a moderator reads in the open case about something."""
    [case] = session.scalars(select(Case).where(col(Case.subject_id) == subject_id))
    return [sentence for data in case.data.values() for sentence in data.get("why", ())]


def test_a_comment_is_reported_hidden_and_shown_again_and_its_author_hears_of_it(
    session: Session, people: Court
) -> None:
    idea = publish(session, people.ada)
    said = comments.write_comment(session, people.bob, idea.id, "Buy at cheap.example").id
    case_id = reported(session, people.eve, said, "spam")
    seen = get_case(session, people.grace, case_id)
    assert seen.title == "Comment: Buy at cheap.example"
    decide(session, people.grace, case_id, "hide", "spam", REASON)
    assert comments.list_comments(session, None, idea.id).items == []
    assert "A moderator has decided about a comment of yours" in told(session, people.bob)
    decide(session, people.linus, case_id, "restore", "other", "It was no advertising after all.")
    assert [one.id for one in comments.list_comments(session, None, idea.id).items] == [said]


def test_a_review_is_reported_and_hidden_and_counts_no_more(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    buy(session, people.bob, idea.id)
    given = reviews.write_review(session, people.bob, idea.id, review_fields()).id
    case_id = reported(session, people.eve, given, "hate")
    assert get_case(session, people.grace, case_id).title.startswith("Review: ")
    decide(session, people.grace, case_id, "hide", "hate", REASON)
    assert reviews.list_reviews(session, None, idea.id).items == []
    assert ideas.get_idea(session, None, idea.id).reviews == 0


def test_a_copy_comes_before_a_moderator_whose_keeping_publishes_it_and_is_remembered(
    session: Session, people: Court
) -> None:
    text = HAND_WRITTEN[0]
    first = ideas.submit_idea(session, people.ada, fields("An idea", solution=text, go_to_market=""))
    compare_idea(session, first.id)
    copy = ideas.submit_idea(session, people.bob, fields("Another", solution=text, go_to_market=""))
    assert compare_idea(session, copy.id)
    [sentence] = [one for one in why(session, people.grace, copy.id) if first.id in one]
    assert "% of its words stand in the earlier idea" in sentence
    [case] = list_cases(session, people.grace).items
    decide(session, people.grace, case.id, "keep", "other", "Both have the text from the same public source.")
    assert ideas.get_idea(session, None, copy.id).state == IdeaState.PUBLISHED
    assert not any(one.alarming for one in judge(session, copy.id)), "what was looked at is no case again"


def test_the_ideas_of_a_ring_come_before_a_moderator(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    ring = [person(session, f"Voter {number}") for number in range(6)]
    for voter in ring:
        set_vote(session, voter, idea.id, voted=True)
    accounts = frozenset(one.user_id for one in ring)
    group = Group(accounts, {Sign.IDEAS: 6})
    assert nightly.keep(session, group, now() - nightly.LOOKED_AT)
    assert session.scalars(select(VoteRing.state)).all() == [RingState.SUSPECTED]
    sentences = why(session, people.grace, idea.id)
    assert any("6 accounts vote for it as one (same ideas)" in one for one in sentences)


def test_who_follows_hears_of_a_held_idea_when_it_is_released(session: Session, people: Court) -> None:
    publish(session, people.ada, "Seen by all")
    set_follow(session, people.bob, people.ada.user_id, followed=True)
    held = publish(session, people.ada, "Looked at first", category="ventures", price_cents=600)
    assert held.state == IdeaState.HELD
    tell_some(session, held.id, "")
    assert told(session, people.bob) == []
    [case] = list_cases(session, people.grace).items
    decide(session, people.grace, case.id, "keep", "other", "It belongs into this category.")
    tell_some(session, held.id, "")
    assert any("Looked at first" in one for one in told(session, people.bob))


@pytest.mark.parametrize("subject", ["cmnt_00000000000000000000000000", "revw_00000000000000000000000000"])
def test_what_is_not_there_cannot_come_before_a_moderator(
    session: Session, people: Court, subject: str
) -> None:
    with pytest.raises(NotFound):
        open_case(session, Source.REPORT, subject)


def test_comments_and_reviews_tell_whom_they_concern(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    said = comments.write_comment(session, people.bob, idea.id, "Does it read PDFs?")
    comments.write_comment(session, people.ada, idea.id, "It does.", answer_to=said.id)
    buy(session, people.bob, idea.id)
    given = reviews.write_review(session, people.bob, idea.id, review_fields())
    reviews.write_reply(session, people.ada, given.id, "Thank you.")
    assert {one.split(" ")[0] for one in told(session, people.bob)} == {"Ada", "The"}
    assert any(one.startswith("Bob commented on") for one in told(session, people.ada))
    comments.delete_comment(session, people.bob, said.id)
    assert not any("commented" in one for one in told(session, people.ada)), (
        "what was deleted is told no more"
    )
