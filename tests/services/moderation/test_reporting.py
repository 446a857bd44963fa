"""Reports: joined into one case a subject, by people whose names stay with the moderators."""

import pytest
from sqlmodel import Session, col, select

from models.errors import Conflict, InvalidInput, LimitReached, NotAllowed, NotFound
from models.journal import AuditEntry
from models.moderation import Source
from models.settings import settings
from services import ideas
from services.accounts import Actor
from services.moderation.cases import open_case
from services.moderation.context import get_case
from services.moderation.listing import count_waiting, list_cases
from services.moderation.reporting import list_reports, report
from tests.market import canary, publish
from tests.moderators import Court, reported


def test_however_many_report_it_there_is_one_case(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    first = reported(session, people.bob, idea.id, words="It lists the addresses of my neighbours.")
    assert reported(session, people.eve, idea.id, "spam") == first
    row = list_cases(session, people.grace).items[0]
    assert (row.title, row.kind, row.reports, row.sources, row.overdue) == (
        idea.title,
        "idea",
        2,
        ["report"],
        False,
    )
    case = get_case(session, people.grace, first)
    assert [(one.by, one.reason) for one in case.reports] == [("Eve", "Spam"), ("Bob", "Private data")]
    assert case.reports[1].words == "It lists the addresses of my neighbours."
    assert case.author is not None and case.author.name == "Ada"
    assert case.subject is not None and dict(case.subject.texts)["Problem"] == idea.problem
    assert count_waiting(session, people.grace) == (1, 0)


def test_other_signs_join_the_case_with_their_sentences(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    assert open_case(session, Source.LIKENESS, idea.id, {"why": ["It is 0.91 like another idea"]}) == case_id
    open_case(session, Source.LIKENESS, idea.id, {"why": ["It is 0.95 like another idea"]})
    case = get_case(session, people.grace, case_id)
    assert [(one.source, one.why) for one in case.signs] == [
        ("report", []), ("likeness", ["It is 0.95 like another idea"]),
    ]  # fmt: skip


def test_somebody_reports_a_thing_once_at_a_time(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    report(session, people.bob, idea.id, "spam")
    with pytest.raises(Conflict) as refused:
        report(session, people.bob, idea.id, "fraud")
    assert refused.value.code == "reported_already"


def test_nobody_reports_their_own_or_what_they_cannot_see(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    with pytest.raises(NotAllowed) as refused:
        report(session, people.ada, idea.id, "spam")
    assert refused.value.code == "own_subject"
    ideas.unpublish(session, people.ada, idea.id)
    for subject in (idea.id, people.eve.user_id, "idea_none", "exec_01k0v4jw3n6y8q1cbx5rmd7t9e", "nothing"):
        with pytest.raises(NotFound):
            report(session, people.bob, subject, "spam")


def test_an_author_can_be_reported(session: Session, people: Court) -> None:
    publish(session, people.ada)
    case = get_case(session, people.grace, reported(session, people.bob, people.ada.user_id, "fraud"))
    assert (case.kind, case.title, case.actions) == ("account", "Ada", ["keep", "warn", "close"])


def test_something_else_has_to_say_what(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    for reason, words in (("other", "bad"), ("nonsense", ""), ("spam", "x" * 1_001), ("spam", "a\u200bb")):
        with pytest.raises(InvalidInput) as refused:
            report(session, people.bob, idea.id, reason, words)
        assert refused.value.fields[0].path in ("/reason", "/words")


def test_a_day_has_room_for_so_many_reports(
    session: Session, people: Court, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "trust_limits", True)
    made = [publish(session, people.grace, f"Idea {number}") for number in range(6)]
    for idea in made[:5]:
        report(session, people.bob, idea.id, "spam")
    with pytest.raises(LimitReached) as refused:
        report(session, people.bob, made[5].id, "spam")
    assert refused.value.code == "too_many_reports"


def test_the_trail_of_the_reported_team_names_no_reporter(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    reported(session, people.bob, idea.id)
    lines = session.scalars(select(AuditEntry).where(col(AuditEntry.team_id) == people.ada.team_id)).all()
    assert "case.opened" in {line.action for line in lines}
    assert people.bob.user_id not in repr([line.model_dump() for line in lines])


def test_a_reporter_sees_what_became_of_it(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    report(session, people.bob, idea.id, "spam", "Look at it.")
    mine = list_reports(session, people.bob).items
    assert [(one.title, one.outcome, one.words) for one in mine] == [(idea.title, "open", "Look at it.")]
    assert list_reports(session, people.eve).items == []


def test_a_case_shows_nothing_of_what_is_sold(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    assert canary(idea.title) not in repr(get_case(session, people.grace, case_id))


def test_the_queue_is_for_operators(session: Session, people: Court) -> None:
    idea = publish(session, people.ada)
    case_id = reported(session, people.bob, idea.id)
    whoever: Actor = people.ada
    for look in (lambda: list_cases(session, whoever), lambda: get_case(session, whoever, case_id)):
        with pytest.raises(NotAllowed):
            look()


def test_pages_of_the_queue_hold_each_case_once_the_most_urgent_first(
    session: Session, people: Court
) -> None:
    made = [publish(session, people.grace, f"Idea {number}") for number in range(5)]
    for number, idea in enumerate(made):
        open_case(session, Source.RING if number % 2 else Source.REPORT, idea.id)
    seen, cursor = [], ""
    while True:
        page = list_cases(session, people.grace, cursor=cursor, limit=2)
        seen += page.items
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert len({row.id for row in seen}) == len(seen) == 5
    assert [row.due_at for row in seen] == sorted(row.due_at for row in seen)
    assert seen[0].sources == ["report"]
