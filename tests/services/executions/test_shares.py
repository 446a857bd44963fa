"""Links to one execution: read by anybody for a while, without what is its owner's alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col, select

from models.accounts import Role, Team, User
from models.clock import now
from models.db import transaction
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.executions import Event, Execution
from models.journal import AuditEntry
from models.shares import Share
from services import teams
from services.accounts import Actor
from services.events.search import Query
from services.events.view import EventView, parse_event
from services.executions import shares
from services.executions.shared_search import search_shared
from services.privacy.erasing import forget_person
from services.redaction import redact
from services.teams.making import close_team
from tests.long_log import make_long_log
from tests.note import person, tiny_catalogue
from tests.services.teams.people import joined
from tests.services.teams.people import shared as team_of_two

PRIVATE = (
    "mail to ada@tea.example from 10.1.2.3 wrote /home/ada/secret/plan.txt for http://tea.localhost:3001"
)


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody with a template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


@pytest.fixture
def execution_id(ada: Actor) -> str:
    """An execution whose 20th line has what no stranger shall see."""
    with transaction() as session:
        made = make_long_log(session, ada.personal_team_id, ada.user_id, 300, "note")
        row = session.get_one(Execution, made)
        row.url, row.config = "http://tea.localhost:3001", {"app_name": "Secret Tea"}
        session.execute(
            update(Event)
            .where(col(Event.execution_id) == made, col(Event.seq) == 20)
            .values(text=PRIVATE, plain=None)
        )
    return made


def shared(ada: Actor, execution_id: str, days: int = 7) -> tuple[str, str]:
    with transaction() as session:
        row, token = shares.share(session, ada, execution_id, days)
    return row.id, token


def read(token: str) -> shares.ExecutionView:
    with transaction() as session:
        return shares.shared_view(session, token)


def test_a_link_shows_what_was_done_and_not_whose_it_is(ada: Actor, execution_id: str) -> None:
    _, token = shared(ada, execution_id)
    view = read(token)
    assert view.name == "Long" and len(view.steps) == 4
    assert (view.config, view.url, view.deployment_id, view.next_action) == ({}, "", None, "")
    assert all(step.data == {} for step in view.steps)


def test_what_names_people_or_machines_is_taken_out_of_the_log(ada: Actor, execution_id: str) -> None:
    _, token = shared(ada, execution_id)
    with transaction() as session:
        clean = shares.cleaner(shares.find_shared(session, token))
    said = clean(PRIVATE)
    assert said == "mail to [redacted] from [redacted] wrote [redacted] for [redacted]"
    assert (
        clean("tests/test_cart.py passed on 127.0.0.1 in 1.2.3 s")
        == "tests/test_cart.py passed on 127.0.0.1 in 1.2.3 s"
    )
    event = EventView(1, now(), "test", "step.failed", "error", PRIVATE, {"attempt": 1, "url": "http://tea"})
    seen = shares.shared_event(parse_event(event.as_json(), 1), clean)
    assert seen.data == {"attempt": 1} and "tea" not in seen.as_json()


def test_a_search_by_link_finds_only_what_the_link_shows(ada: Actor, execution_id: str) -> None:
    _, token = shared(ada, execution_id)
    with transaction() as session:
        assert search_shared(session, token, Query("ada@tea")).count == 0
        assert search_shared(session, token, Query("mail to")).count == 1
        assert search_shared(session, token, Query("PASSED")).count > 200


@pytest.mark.parametrize("how", ["withdrawn", "expired", "unknown", "no token of ours"])
def test_a_link_that_has_ended_shows_nothing(ada: Actor, execution_id: str, how: str) -> None:
    share_id, token = shared(ada, execution_id)
    if how == "withdrawn":
        with transaction() as session:
            shares.withdraw(session, ada, share_id)
            shares.withdraw(session, ada, share_id)  # twice is harmless
    elif how == "expired":
        with transaction() as session:
            session.execute(update(Share).values(expires_at=now() - timedelta(seconds=1)))
    else:
        token = f"{token}x" if how == "unknown" else "x"
    with pytest.raises(NotFound, match="has ended"):
        read(token)


def test_a_link_is_masked_wherever_text_is_kept(ada: Actor, execution_id: str) -> None:
    _, token = shared(ada, execution_id)
    assert token not in redact(f"GET {shares.link_of(token)} 200")
    with transaction() as session:
        row = session.scalars(select(Share)).one()
    assert token not in str(row.model_dump())


def test_making_and_withdrawing_a_link_is_in_the_audit_trail(ada: Actor, execution_id: str) -> None:
    share_id, _ = shared(ada, execution_id)
    with transaction() as session:
        shares.withdraw(session, ada, share_id)
        lines = select(AuditEntry.action).where(AuditEntry.subject_id == execution_id).order_by(AuditEntry.id)
        trail = session.scalars(lines).all()
    assert [action for action in trail if "share" in action] == ["execution.shared", "execution.unshared"]


def test_a_link_lives_a_month_at_most_and_there_are_not_endlessly_many(ada: Actor, execution_id: str) -> None:
    for days in (0, 31):
        with pytest.raises(InvalidInput):
            shared(ada, execution_id, days)
    for _ in range(shares.MOST):
        shared(ada, execution_id)
    with pytest.raises(Conflict):
        shared(ada, execution_id)


def test_nobody_else_makes_sees_or_withdraws_a_link(ada: Actor, execution_id: str) -> None:
    share_id, _ = shared(ada, execution_id)
    eve = person("eve@example.com")
    with transaction() as session:
        for attempt in (
            lambda: shares.share(session, eve, execution_id),
            lambda: shares.list_shares(session, eve, execution_id),
            lambda: shares.withdraw(session, eve, share_id),
        ):
            with pytest.raises((NotFound, NotAllowed)):
                attempt()


def test_a_link_ends_when_its_maker_leaves_the_team(ada: Actor) -> None:
    with transaction() as session:
        owner, team_id = team_of_two(session, ada)
        member = joined(session, team_id, "Mel", Role.MEMBER)
        execution_id = make_long_log(session, team_id, member.user_id, 20, "note")
        _, token = shares.share(session, member, execution_id)
        assert shares.shared_view(session, token).name == "Long"
        teams.remove_member(session, owner, team_id, member.user_id)
    with pytest.raises(NotFound):
        read(token)


def test_a_link_ends_with_its_team_and_with_its_maker(ada: Actor, execution_id: str) -> None:
    _, token = shared(ada, execution_id)
    with transaction() as session:
        close_team(session, session.get_one(Team, ada.personal_team_id))
    with pytest.raises(NotFound):
        read(token)
    with transaction() as session:
        forget_person(session, session.get_one(User, ada.user_id))
        assert session.scalars(select(Share)).all() == []
