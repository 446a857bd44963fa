"""Deciding: what happens to the subject, whom it is told, and how it is taken back."""

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from models.accounts import User
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.journal import AuditEntry
from models.trust import TrustLevel
from services import ideas
from services.accounts import Actor, actor_for_user
from services.ideas.feed import FeedQuery, Tab, list_ideas
from services.ideas.paid import read_for_case
from services.keys import actor_for_key, create_key
from services.moderation.context import get_case
from services.moderation.deciding import confirm, decide, decline, undo
from services.moderation.listing import list_cases
from services.moderation.reporting import list_reports
from services.moderation.statements import list_statements
from tests.market import canary, publish
from tests.moderators import REASON, Court, letters_to, reported


def state_of(session: Session, author: Actor, idea_id: str) -> str:
    return ideas.get_idea(session, author, idea_id).state


def found(session: Session) -> list[str]:
    return [card.title for card in list_ideas(session, None, FeedQuery(tab=Tab.NEW)).items]


def test_hiding_takes_it_away_from_everybody_and_tells_why(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    decide(session, people.grace, case_id, "hide", "private", REASON)
    assert state_of(session, people.ada, idea.id) == "hidden"
    assert found(session) == []
    with pytest.raises(NotFound):
        ideas.get_idea(session, people.bob, idea.id)
    told = letters_to(session, people.ada)[-1]
    assert REASON in told and "Private data" in told and "30 days" in told and "reported to us" in told
    for name in ("Bob", "Grace"):
        assert name not in told
    thanks = letters_to(session, people.bob)[-1]
    assert "You were right" in thanks and "Ada" not in thanks
    assert list_cases(session, people.grace).items == []
    assert [row.id for row in list_cases(session, people.grace, "decided").items] == [case_id]
    assert list_reports(session, people.bob).items[0].outcome == "agreed"


def test_a_warning_leaves_it_and_counts_against_the_author(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    decide(session, people.grace, reported(session, people.bob, idea.id), "warn", "misleading", REASON)
    assert state_of(session, people.ada, idea.id) == "published"
    assert session.get_one(TrustLevel, people.ada.user_id).counted["strikes"] == 1
    assert session.get_one(TrustLevel, people.bob.user_id).counted["recognised"] == 1
    assert list_statements(session, people.ada).items[0].action == "warn"


def test_keeping_tells_the_author_nothing_and_the_reporter_that_it_stays(
    session: Session, people: Court
) -> None:
    idea = publish(session, people.ada)
    before = len(letters_to(session, people.ada))
    decide(
        session,
        people.grace,
        reported(session, people.bob, idea.id),
        "keep",
        "other",
        "It breaks no rule of ours.",
    )
    assert len(letters_to(session, people.ada)) == before
    assert list_statements(session, people.ada).items == []
    assert "it stays" in letters_to(session, people.bob)[-1]
    assert session.get_one(TrustLevel, people.ada.user_id).counted["strikes"] == 0
    assert reported(session, people.bob, idea.id)  # it may be reported anew


def test_every_decision_needs_a_rule_and_a_reason(session: Session, people: Court) -> None:
    case_id = reported(session, people.bob, publish(session, people.ada).id)
    for action, rule, reason in (("hide", "spam", "bad"), ("hide", "x", REASON), ("burn", "spam", REASON)):
        with pytest.raises(InvalidInput):
            decide(session, people.grace, case_id, action, rule, reason)
    with pytest.raises(NotAllowed):
        decide(session, people.bob, case_id, "hide", "spam", REASON)


def test_a_case_is_decided_once(session: Session, people: Court) -> None:
    case_id = reported(session, people.bob, publish(session, people.ada).id)
    decide(session, people.grace, case_id, "hide", "spam", REASON)
    with pytest.raises(Conflict) as refused:
        decide(session, people.linus, case_id, "keep", "other", REASON)
    assert refused.value.code == "case_decided"


def test_what_is_hidden_can_be_restored(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    decide(session, people.grace, case_id, "hide", "spam", REASON)
    assert get_case(session, people.grace, case_id).actions == ["restore"]
    decide(session, people.grace, case_id, "restore", "spam", "Its author took the addresses out.")
    assert state_of(session, people.ada, idea.id) == "published" and found(session) == [idea.title]
    assert "shown again" in letters_to(session, people.ada)[-1]


def test_a_decision_is_undone_within_the_hour(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    row = decide(session, people.grace, case_id, "hide", "spam", REASON)
    assert get_case(session, people.grace, case_id).decisions[0].undoable
    undo(session, people.linus, row.id)
    assert found(session) == [idea.title]
    assert [one.id for one in list_cases(session, people.grace).items] == [case_id]
    assert list_reports(session, people.bob).items[0].outcome == "open"
    assert session.get_one(TrustLevel, people.ada.user_id).counted["strikes"] == 0
    assert "Taken back" in letters_to(session, people.ada)[-1]
    again = decide(session, people.grace, case_id, "hide", "spam", REASON)
    session.execute(text("UPDATE decisions SET final_at = final_at - interval '2 hours'"))
    session.expire_all()
    with pytest.raises(Conflict) as refused:
        undo(session, people.grace, again.id)
    assert refused.value.code == "too_late"


def test_undo_does_not_publish_what_its_author_had_taken_back(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    ideas.unpublish(session, people.ada, idea.id)
    row = decide(session, people.grace, case_id, "hide", "spam", REASON)
    undo(session, people.grace, row.id)
    assert state_of(session, people.ada, idea.id) == "unpublished"


def test_closing_an_account_takes_two(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, people.ada.user_id, "fraud")
    row = decide(session, people.grace, case_id, "close", "fraud", REASON)
    user = session.get_one(User, people.ada.user_id)
    assert row.state == "proposed" and user.disabled_at is None
    assert list_statements(session, people.ada).items == []
    with pytest.raises(Conflict) as refused:
        confirm(session, people.grace, row.id)
    assert refused.value.code == "second_needed"
    with pytest.raises(Conflict):
        decide(session, people.linus, case_id, "keep", "other", REASON)
    _, token = create_key(session, people.ada, "CI", ["ideas:read"])
    confirm(session, people.linus, row.id)
    assert user.disabled_at is not None
    assert actor_for_key(session, token) is None
    assert state_of(session, people.ada, idea.id) == "hidden"
    assert "account is closed" in letters_to(session, people.ada)[-1]
    with pytest.raises(NotFound):
        confirm(session, people.linus, row.id)


def test_a_proposal_can_be_dropped(session: Session, people: Court) -> None:
    publish(session, people.ada)
    case_id = reported(session, people.bob, people.ada.user_id, "fraud")
    row = decide(session, people.grace, case_id, "close", "fraud", REASON)
    decline(session, people.linus, row.id)
    assert session.get_one(User, people.ada.user_id).disabled_at is None
    decide(session, people.linus, case_id, "warn", "fraud", REASON)


def test_a_closed_account_is_opened_by_somebody_else(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, people.ada.user_id, "fraud")
    confirm(session, people.linus, decide(session, people.grace, case_id, "close", "fraud", REASON).id)
    third = session.get_one(User, people.eve.user_id)
    third.is_operator = True
    session.flush()
    with pytest.raises(NotAllowed) as refused:
        decide(session, people.grace, case_id, "restore", "fraud", REASON)
    assert refused.value.code == "own_decision"
    decide(session, actor_for_user(session, third, via="session"), case_id, "restore", "fraud", REASON)
    assert session.get_one(User, people.ada.user_id).disabled_at is None
    assert state_of(session, people.ada, idea.id) == "published"
    assert session.get_one(TrustLevel, people.ada.user_id).counted["strikes"] == 0


def test_nobody_decides_about_themselves_while_there_is_another(session: Session, people: Court) -> None:
    case_id = reported(session, people.bob, publish(session, people.linus).id)
    with pytest.raises(NotAllowed) as refused:
        decide(session, people.linus, case_id, "keep", "other", REASON)
    assert refused.value.code == "own_case"
    decide(session, people.grace, case_id, "keep", "other", REASON)


def test_operators_are_not_closed(session: Session, people: Court) -> None:
    publish(session, people.linus)
    case_id = reported(session, people.bob, people.linus.user_id)
    with pytest.raises(Conflict) as refused:
        decide(session, people.grace, case_id, "close", "fraud", REASON)
    assert refused.value.code == "is_operator"


def test_reading_what_is_sold_for_a_case_is_written_down(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    with pytest.raises(NotAllowed):
        ideas.read_paid(session, people.grace, idea.id)
    case_id = reported(session, people.bob, idea.id)
    assert canary(idea.title) in read_for_case(session, people.grace, case_id).solution
    line = session.scalars(
        select(AuditEntry).where(col(AuditEntry.action) == "paid_part.read_for_case")
    ).one()
    assert (line.user_id, line.subject_id, line.team_id) == (
        people.grace.user_id,
        idea.id,
        people.ada.team_id,
    )
    assert line.data == {"case": case_id}
    with pytest.raises(NotAllowed):
        read_for_case(session, people.bob, case_id)
    decide(session, people.grace, case_id, "keep", "other", REASON)
    with pytest.raises(NotFound):
        read_for_case(session, people.grace, case_id)


def test_every_decision_is_in_the_trail_with_its_rule(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    row = decide(session, people.grace, case_id, "hide", "spam", REASON)
    undo(session, people.linus, row.id)
    lines = session.scalars(select(AuditEntry).where(col(AuditEntry.subject_id) == case_id)).all()
    assert [line.action for line in sorted(lines, key=lambda line: (line.at, line.id))] == [
        "case.opened", "case.decided", "case.reopened",
    ]  # fmt: skip
    assert all(REASON not in repr(line.data) and canary(idea.title) not in repr(line.data) for line in lines)


def test_what_is_gone_can_only_be_kept_so(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    session.execute(text("DELETE FROM ideas"))
    session.expire_all()
    case = get_case(session, people.grace, case_id)
    assert (case.subject, case.actions) == (None, ["keep"])
    assert list_cases(session, people.grace).items[0].title == "It is gone"
    decide(session, people.grace, case_id, "keep", "other", REASON)
