"""Launching, cancelling, retrying: what a person asks for and what is in the tables after it."""

import pytest
from sqlmodel import select

from models.clock import now
from models.db import transaction
from models.errors import Conflict, InvalidInput, NotFound
from models.executions import STEP_NAMES, Event, Execution, State, Step
from models.journal import AuditEntry, OutboxRow
from services import executions
from services.accounts import Actor
from services.executions import lease, progress, turns
from services.executions.lease import Fenced
from tests.note import launch


def actions(subject: str) -> list[str]:
    with transaction() as session:
        statement = select(AuditEntry.action).where(AuditEntry.subject_id == subject).order_by(AuditEntry.at)
        return list(session.scalars(statement))


def test_launch_writes_execution_steps_promise_and_trail_at_once(ada: Actor) -> None:
    execution_id = launch(ada, app_name="Menu")
    with transaction() as session:
        view = executions.get_execution(session, ada, execution_id)
        promises = [row.payload for row in session.scalars(select(OutboxRow))]
    assert (view.state, view.name, view.config) == ("queued", "Menu", {"app_name": "Menu", "tone": "calm"})
    assert [step.name for step in view.steps] == list(STEP_NAMES)
    assert promises == [{"execution_id": execution_id}]
    assert actions(execution_id) == ["execution.launched"]


def test_a_launch_that_is_rolled_back_leaves_nothing(ada: Actor) -> None:
    with pytest.raises(RuntimeError), transaction() as session:
        executions.launch(session, ada, "note", {})
        raise RuntimeError("the request failed behind the launch")
    with transaction() as session:
        assert session.scalars(select(Execution)).all() == []
        assert session.scalars(select(OutboxRow)).all() == []


def test_bad_options_are_refused_with_the_path_of_the_field(ada: Actor) -> None:
    with pytest.raises(InvalidInput) as refusal, transaction() as session:
        executions.launch(session, ada, "note", {"tone": "shrill"})
    assert [field.path for field in refusal.value.fields] == ["/tone"]


def test_an_execution_of_another_team_reads_as_not_there(ada: Actor, bob: Actor) -> None:
    execution_id = launch(ada)
    for ask in (executions.get_execution, executions.cancel, executions.retry):
        with pytest.raises(NotFound), transaction() as session:
            ask(session, bob, execution_id)


def test_a_deployment_of_another_team_cannot_be_replaced(ada: Actor) -> None:
    with pytest.raises(NotFound), transaction() as session:
        executions.launch(session, ada, "note", {}, deployment_id="depl_00000000000000000000000000")


def test_cancelling_a_queued_execution_ends_it_at_once(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        executions.cancel(session, ada, execution_id)
    with transaction() as session:
        view = executions.get_execution(session, ada, execution_id)
        events = list(session.scalars(select(Event.kind)))
        assert lease.claim(session, execution_id, "late worker") is None
    assert view.state == "cancelled" and view.finished_at is not None
    assert {step.state for step in view.steps} == {"cancelled"}
    assert events == ["execution.cancelled"]
    assert actions(execution_id)[:2] == ["execution.launched", "execution.cancel_requested"]


def test_cancelling_a_running_execution_asks_its_owner(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        claim = lease.claim(session, execution_id, "worker")
    assert claim is not None
    with transaction() as session:
        executions.cancel(session, ada, execution_id)
    with transaction() as session:
        assert executions.get_execution(session, ada, execution_id).state == "running"
        assert lease.cancel_requested(session, claim)


def test_what_has_ended_cannot_be_cancelled(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        executions.cancel(session, ada, execution_id)
    with pytest.raises(Conflict, match="already been cancelled"), transaction() as session:
        executions.cancel(session, ada, execution_id)


def test_retry_starts_again_at_the_step_that_failed(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        execution = session.get_one(Execution, execution_id)
        steps = progress.list_steps(session, execution_id)
        for step in steps[:3]:
            progress.complete_step(session, progress.begin_step(session, step, 1), "done", {"kept": True})
        failure = progress.Failure("tests_failed", "Tests failed in 2 of 41.", "Read the log.")
        progress.fail_step(session, progress.begin_step(session, steps[3], 1), failure, {})
        progress.finish(session, execution, State.FAILED, failure)
    with transaction() as session:
        executions.retry(session, ada, execution_id)
    with transaction() as session:
        view = executions.get_execution(session, ada, execution_id)
        rings = len(session.scalars(select(OutboxRow)).all())
    assert view.state == "queued" and view.error_message == "" and view.finished_at is None
    assert [step.state for step in view.steps][:4] == ["succeeded", "succeeded", "succeeded", "queued"]
    assert view.steps[0].data == {"kept": True} and view.steps[3].error_message == ""
    assert rings == 2
    assert "execution.retried" in actions(execution_id)


def test_what_succeeded_is_launched_again_rather_than_retried(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        progress.finish(session, session.get_one(Execution, execution_id), State.SUCCEEDED)
    with pytest.raises(Conflict, match="Launch the template again"), transaction() as session:
        executions.retry(session, ada, execution_id)


def test_the_list_is_paged_without_gaps_and_costs_two_queries(ada: Actor, bob: Actor) -> None:
    made = [launch(ada, app_name=f"App {number}") for number in range(5)]
    launch(bob)
    seen: list[str] = []
    cursor = ""
    while True:
        with transaction() as session:
            page = executions.list_executions(session, ada, cursor=cursor, limit=2)
        seen += [view.id for view in page.items]
        assert all(len(view.steps) == len(STEP_NAMES) for view in page.items)
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == made[::-1]


def test_the_list_is_filtered_by_state_template_and_name(ada: Actor) -> None:
    first = launch(ada, app_name="Menu translator")
    launch(ada, app_name="100% _done_")
    with transaction() as session:
        executions.cancel(session, ada, first)
    with transaction() as session:

        def names(**wanted: str) -> list[str]:
            return [view.name for view in executions.list_executions(session, ada, **wanted).items]

        assert names(state="cancelled") == ["Menu translator"]
        assert names(query="TRANSLATOR") == ["Menu translator"]
        assert names(query="_done") == ["100% _done_"]
        assert names(template="nothing") == []
        with pytest.raises(InvalidInput, match="no state"):
            names(state="finished")


def test_one_owner_at_a_time_and_every_new_one_has_a_higher_epoch(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        first = lease.claim(session, execution_id, "one")
    with transaction() as session:
        assert lease.claim(session, execution_id, "two") is None
    with transaction() as session:
        session.get_one(Execution, execution_id).lease_until = now()
    with transaction() as session:
        second = lease.claim(session, execution_id, "two")
    assert first is not None and second is not None and second.epoch == first.epoch + 1
    with transaction() as session:
        assert not lease.extend(session, first)
        assert lease.extend(session, second)
    with pytest.raises(Fenced), transaction() as session:
        lease.fence(session, first)


def test_a_lease_that_was_given_back_is_not_taken_again_by_a_late_beat(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        claim = lease.claim(session, execution_id, "one")
        assert claim is not None
        progress.finish(session, session.get_one(Execution, execution_id), State.FAILED)
    with transaction() as session:
        assert not lease.extend(session, claim)
        executions.retry(session, ada, execution_id)
    with transaction() as session:
        assert lease.claim(session, execution_id, "two") is not None


def test_the_reaper_rings_for_what_nobody_works_on(ada: Actor) -> None:
    waiting, working = launch(ada), launch(ada)
    with transaction() as session:
        assert turns.reap(session) == 0  # both were rung a moment ago
    with transaction() as session:
        for row in session.scalars(select(OutboxRow)):
            row.created_at = row.created_at.replace(year=row.created_at.year - 1)
        lease.claim(session, working, "worker")
    with transaction() as session:
        assert turns.reap(session) == 1
    with transaction() as session:
        newest = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc())).first()
        assert newest is not None and newest.payload == {"execution_id": waiting}
        assert turns.reap(session) == 0


def test_steps_are_kept_once_each(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        step = progress.list_steps(session, execution_id)[0]
        for attempt in (1, 2, 3):
            assert progress.begin_step(session, step, attempt).attempt == attempt
        assert len(session.scalars(select(Step).where(Step.execution_id == execution_id)).all()) == 8
