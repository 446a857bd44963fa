"""The example: an honest recording, marked, made once, removed for good."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models.clock import now
from models.db import transaction
from models.errors import Conflict
from models.executions import STEP_NAMES, Event, Execution, Step
from models.journal import AuditEntry
from services import catalog, examples, executions
from services.events import read_events
from services.examples import RECORDING, ensure_example, remove_example
from services.executions.views import get_execution, list_executions
from services.keys import ensure_local_account
from services.queue import dispatch
from tests import aged
from workers.cleaning import clean as clean_up


@pytest.fixture
def landing(session: Session) -> Session:
    """A new installation that knows the real templates."""
    catalog.sync(session)
    return session


def test_the_operator_finds_a_whole_recorded_launch_and_nobody_else_does(
    landing: Session, make_user: Callable
) -> None:
    made = ensure_example(landing)
    assert made is not None
    _, operator = make_user(landing)
    _, other = make_user(landing, email="bob@example.com")
    seen = get_execution(landing, operator, made)
    assert (seen.example, seen.state, seen.url, seen.deployment_id) == (True, "succeeded", "", None)
    assert [step.name for step in seen.steps] == list(STEP_NAMES)
    assert all(step.state == "succeeded" and step.summary for step in seen.steps)
    assert [one.id for one in list_executions(landing, operator).items] == [made]
    assert list_executions(landing, other).items == []


def test_it_is_the_recording_of_the_landing_page_word_for_word(landing: Session) -> None:
    made = ensure_example(landing)
    recorded = json.loads(RECORDING.read_text(encoding="utf-8"))
    events = read_events(landing, made or "", limit=1000)
    assert [(one.seq, one.kind, one.text) for one in events] == [
        (one["seq"], one["kind"], one["text"]) for one in recorded["events"]
    ]
    assert [one.seq for one in events] == list(range(1, len(events) + 1))
    row = landing.get_one(Execution, made)
    assert (row.started_at or now()).isoformat() == recorded["execution"]["started_at"].replace("Z", "+00:00")


def test_it_is_made_once_and_a_removed_one_does_not_come_back(landing: Session) -> None:
    assert ensure_example(landing) is not None
    assert ensure_example(landing) is None
    assert remove_example(landing) == 1
    for table in (Execution, Step, Event):
        assert landing.scalars(select(table)).all() == []
    assert ensure_example(landing) is None and remove_example(landing) == 0
    actions = set(landing.scalars(select(AuditEntry.action)))
    assert {"example.created", "example.removed"} <= actions


def test_an_installation_that_has_executions_gets_none(landing: Session, make_user: Callable) -> None:
    _, actor = make_user(landing)
    catalog_version = catalog.find_template(landing, "landing")
    executions.launch(landing, actor, catalog_version.slug, {"app_name": "Mine"})
    assert ensure_example(landing) is None
    remove_example(landing)
    assert len(landing.scalars(select(Execution)).all()) == 1


@pytest.mark.parametrize("content", [None, '{"template": "gone"}', '{"template": "landing", "events": []}'])
def test_without_a_whole_recording_nothing_is_made_up(
    landing: Session, tmp_path: Path, content: str | None
) -> None:
    recording = tmp_path / "recording.json"
    if content is not None:
        recording.write_text(content)
    assert ensure_example(landing, recording) is None
    # Nothing was decided by that: with a recording it is made.
    assert ensure_example(landing) is not None


def test_nobody_works_on_it_and_it_cannot_be_cancelled_or_retried(landing: Session) -> None:
    made = ensure_example(landing) or ""
    user, _ = ensure_local_account(landing)
    actor = examples.actor_for_user(landing, user, via="local")
    for wish in (executions.cancel, executions.retry):
        with pytest.raises(Conflict):
            wish(landing, actor, made)
    assert dispatch(landing) == 0


def test_the_retention_spares_it(clean: object) -> None:
    who = aged.person()
    old = aged.ended(who, days_ago=400, example=True)
    clean_up()
    assert aged.execution(old).log_cleaned_at is None
    with transaction() as session:
        assert len(read_events(session, old)) == 3
