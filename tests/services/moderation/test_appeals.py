"""Appeals: once, in time, and answered by somebody else."""

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from models.accounts import User
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.moderation import Appeal, Decision
from models.trust import TrustLevel
from services import ideas
from services.accounts import Actor
from services.moderation.appeals import answer, appeal
from services.moderation.context import get_case
from services.moderation.deciding import decide
from services.moderation.listing import list_cases
from services.moderation.reporting import list_reports
from services.moderation.statements import list_statements
from tests.market import publish
from tests.moderators import REASON, Court, letters_to, reported

WORDS = "The addresses are those of my own three shops."


@pytest.fixture
def hidden(session: Session, people: Court) -> Decision:
    """An idea of Ada's that Grace has hidden."""
    case_id = reported(session, people.bob, publish(session, people.ada).id)
    return decide(session, people.grace, case_id, "hide", "private", REASON)


def appealed(session: Session, who: Actor, row: Decision) -> Appeal:
    return appeal(session, who, row.id, WORDS)


def test_an_appeal_comes_into_the_queue_and_is_taken_back_by_somebody_else(
    session: Session, people: Court, hidden: Decision
) -> None:
    told = list_statements(session, people.ada).items[0]
    assert told.reason == REASON and told.appeal_until is not None and told.rule == "Private data"
    made = appealed(session, people.ada, hidden)
    assert [row.state for row in list_cases(session, people.linus).items] == ["appealed"]
    case = get_case(session, people.linus, hidden.case_id)
    assert case.appeal is not None and case.appeal.words == WORDS and case.actions == []
    with pytest.raises(NotAllowed) as refused:
        answer(session, people.grace, made.id, "upheld", "We looked at it again.")
    assert refused.value.code == "own_decision"
    answer(session, people.linus, made.id, "overturned", "They are your own shops: we were wrong.")
    assert ideas.get_idea(session, people.ada, hidden.subject_id).state == "published"
    told = list_statements(session, people.ada).items[0]
    assert (told.state, told.outcome, told.appeal_until) == ("overturned", "overturned", None)
    assert told.answer == "They are your own shops: we were wrong."
    assert "taken back" in letters_to(session, people.ada)[-1]
    assert session.get_one(TrustLevel, people.ada.user_id).counted["strikes"] == 0
    assert session.get_one(TrustLevel, people.bob.user_id).counted["recognised"] == 0
    assert list_reports(session, people.bob).items[0].outcome == "kept"
    assert list_cases(session, people.linus).items == []


def test_an_appeal_that_is_turned_down_changes_nothing(
    session: Session, people: Court, hidden: Decision
) -> None:
    made = appealed(session, people.ada, hidden)
    answer(session, people.linus, made.id, "upheld", "The addresses are not public.")
    assert ideas.get_idea(session, people.ada, hidden.subject_id).state == "hidden"
    assert session.get_one(TrustLevel, people.ada.user_id).counted["strikes"] == 1
    with pytest.raises(Conflict) as refused:
        answer(session, people.linus, made.id, "overturned", "Or rather not so.")
    assert refused.value.code == "answered_already"


def test_a_decision_is_appealed_once_and_by_whom_it_is_about(
    session: Session, people: Court, hidden: Decision
) -> None:
    with pytest.raises(NotFound):
        appealed(session, people.bob, hidden)
    with pytest.raises(InvalidInput):
        appeal(session, people.ada, hidden.id, "No.")
    appealed(session, people.ada, hidden)
    with pytest.raises(Conflict) as refused:
        appealed(session, people.ada, hidden)
    assert refused.value.code == "appealed_already"


def test_after_thirty_days_it_is_too_late(session: Session, people: Court, hidden: Decision) -> None:
    session.execute(text("UPDATE decisions SET final_at = final_at - interval '31 days'"))
    session.expire_all()
    assert list_statements(session, people.ada).items[0].appeal_until is None
    with pytest.raises(Conflict) as refused:
        appealed(session, people.ada, hidden)
    assert refused.value.code == "not_appealable"


def test_where_there_is_one_operator_they_answer_themselves(
    session: Session, people: Court, hidden: Decision
) -> None:
    session.get_one(User, people.linus.user_id).is_operator = False
    session.flush()
    made = appealed(session, people.ada, hidden)
    answer(session, people.grace, made.id, "overturned", "Looking again, you are right.")
    assert ideas.get_idea(session, people.ada, hidden.subject_id).state == "published"


def test_a_statement_names_nobody(session: Session, people: Court, hidden: Decision) -> None:
    shown = repr(list_statements(session, people.ada).items)
    for person in (people.bob, people.grace):
        assert person.user_id not in shown and person.name not in shown
    assert session.scalars(select(Decision)).one().decided_by == people.grace.user_id
