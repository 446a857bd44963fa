"""What is killed before its commit has told nobody anything, and is done once when it is repeated."""

import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from models.db import transaction
from models.errors import Conflict
from models.ideas import Idea
from models.journal import AuditEntry
from models.messages import Message
from models.moderation import Appeal, Case, Decision, Report, Source
from models.settings import Settings
from models.trust import TrustDay
from services.crashpoints import AFTER_EFFECT
from services.moderation.appeals import answer, appeal
from services.moderation.cases import open_case
from services.moderation.deciding import decide
from services.moderation.reporting import report
from tests.market import publish
from tests.moderators import REASON, court
from tests.services.ideas.test_killed import ended

Work = Callable[[Session], object]
TABLES: tuple[Any, ...] = (Report, Case, Decision, Appeal, Message, AuditEntry, TrustDay)


def set_up(session: Session) -> dict[str, Work]:
    """An idea to report, one whose case is open, one whose decision was appealed; and what is killed with each."""
    people = court(session)
    ada, bob, grace, linus = people.ada, people.bob, people.grace, people.linus
    seen, held, hidden = (publish(session, ada, f"Idea {number}").id for number in range(3))
    case = open_case(session, Source.REPORT, held)
    row = decide(session, grace, open_case(session, Source.REPORT, hidden), "hide", "spam", REASON)
    appealed = appeal(session, ada, row.id, "This is not so, and here is why.").id
    return {
        "report": lambda session: report(session, bob, seen, "spam"),
        "decision": lambda session: decide(session, grace, case, "hide", "spam", REASON),
        "appeal_answer": lambda session: answer(
            session, linus, appealed, "overturned", "You are right about it."
        ),
    }


def stored() -> list[Any]:
    """How many rows there are, and how the ideas stand."""
    with transaction() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in TABLES]
        return [counts, sorted(map(tuple, session.execute(select(Idea.id, Idea.state))))]


@pytest.mark.parametrize("subject", ["report", "decision", "appeal_answer"])
def test_who_is_killed_has_done_nothing_and_a_repeat_does_it_once(subject: str, clean: Settings) -> None:
    with transaction() as session:
        work = set_up(session)[subject]
    before = stored()
    assert ended(f"{AFTER_EFFECT}:{subject}", work) == signal.SIGKILL
    assert stored() == before
    with transaction() as session:
        work(session)
    once = stored()
    assert once != before
    with pytest.raises(Conflict), transaction() as session:
        work(session)
    assert stored() == once
