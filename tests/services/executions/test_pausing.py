"""Pausing: at once when nobody works on it, else before the next step; it holds nothing meanwhile."""

import pytest
from sqlmodel import select

from models.db import transaction
from models.errors import Conflict, NotFound
from models.executions import Event, Execution, State
from services import executions
from services.accounts import Actor
from services.executions import lease, progress, turns
from tests.note import launch


def paused(actor: Actor) -> str:
    """Launch and pause before anybody works on it."""
    execution_id = launch(actor)
    with transaction() as session:
        executions.pause(session, actor, execution_id)
    return execution_id


def texts(execution_id: str) -> list[str]:
    with transaction() as session:
        return list(
            session.scalars(select(Event.text).where(Event.execution_id == execution_id).order_by(Event.seq))
        )


def test_what_nobody_works_on_is_paused_at_once_and_says_before_which_step(ada: Actor) -> None:
    execution_id = paused(ada)
    with transaction() as session:
        view = executions.get_execution(session, ada, execution_id)
        assert (view.state, view.pausing, view.place) == ("waiting", True, None)
        assert lease.claim(session, execution_id, "worker") is None
        assert turns.claim_next(session, "worker") is None and turns.reap(session) == 0
    assert texts(execution_id) == [
        "Paused before “Check the options”. It holds no worker; resume it when you like."
    ]


def test_a_paused_execution_goes_on_when_it_is_resumed(ada: Actor) -> None:
    execution_id = paused(ada)
    with transaction() as session:
        executions.resume(session, ada, execution_id)
    with transaction() as session:
        claim = turns.claim_next(session, "worker")
    assert claim is not None and claim.execution_id == execution_id
    assert texts(execution_id)[-1] == "Resumed."


def test_a_pause_that_has_not_come_yet_can_be_taken_back(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        assert lease.claim(session, execution_id, "worker")
    with transaction() as session:
        assert executions.pause(session, ada, execution_id).state == State.RUNNING
        assert executions.get_execution(session, ada, execution_id).pausing
    with transaction() as session:
        executions.resume(session, ada, execution_id)
        view = executions.get_execution(session, ada, execution_id)
    assert (view.state, view.pausing) == ("running", False)
    assert texts(execution_id) == []


def test_a_paused_execution_can_be_cancelled_and_retried(ada: Actor) -> None:
    execution_id = paused(ada)
    with transaction() as session:
        assert executions.cancel(session, ada, execution_id).state == State.CANCELLED
    with transaction() as session:
        row = executions.retry(session, ada, execution_id)
        assert (row.state, row.pause_requested_at) == (State.QUEUED, None)


def test_an_execution_that_ends_before_its_pause_comes_is_not_pausing(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        assert lease.claim(session, execution_id, "worker")
    with transaction() as session:
        executions.pause(session, ada, execution_id)
        progress.finish(session, session.get_one(Execution, execution_id), State.SUCCEEDED)
    with transaction() as session:
        assert not executions.get_execution(session, ada, execution_id).pausing
    with pytest.raises(Conflict, match="not paused"), transaction() as session:
        executions.resume(session, ada, execution_id)


def test_a_worker_that_lost_its_lease_cannot_undo_a_pause(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        late = lease.claim(session, execution_id, "late")
        assert late is not None
        session.get_one(Execution, execution_id).lease_until = None
    with transaction() as session:
        executions.pause(session, ada, execution_id)
    with transaction() as session, pytest.raises(lease.Fenced):
        lease.fence(session, late)


@pytest.mark.parametrize("ask", [executions.pause, executions.resume])
def test_others_find_nothing_to_pause_and_what_has_ended_stays_so(
    ada: Actor, bob: Actor, ask: object
) -> None:
    execution_id = launch(ada)
    with pytest.raises(NotFound), transaction() as session:
        ask(session, bob, execution_id)  # type: ignore[operator]
    with transaction() as session:
        executions.cancel(session, ada, execution_id)
    with pytest.raises(Conflict), transaction() as session:
        ask(session, ada, execution_id)  # type: ignore[operator]


def test_pausing_twice_says_so(ada: Actor) -> None:
    execution_id = paused(ada)
    with pytest.raises(Conflict, match="paused already"), transaction() as session:
        executions.pause(session, ada, execution_id)
