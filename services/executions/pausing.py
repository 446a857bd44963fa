"""Pausing at the next safe point: between two steps. What is paused holds no worker and no lease."""

from sqlalchemy import update
from sqlmodel import Session, col

from models.clock import now
from models.errors import Conflict, IdeasmithError
from models.executions import ENDED, Execution, State, Step
from services import audit, queue
from services.accounts import Actor
from services.events.appending import append_events
from services.executions.progress import list_steps
from services.executions.requests import find_execution
from services.executions.stopping import lock_all, not_ended, owned_of
from services.executions.titles import TITLES


def pause(session: Session, actor: Actor, execution_id: str) -> Execution:
    """Ask an execution to pause before its next step. One that nobody works on is paused when this commits.

    Raises:
        NotFound: there is none with this id in the actor's teams.
        Conflict: it has ended, is paused already, or is being cancelled.
    """
    rows, refused = lock_all(session, actor, [execution_id], pausable)
    if refused:
        raise refused[0].error
    row = rows[0]
    if row.pause_requested_at is None:
        row.pause_requested_at = now()
        audit.record(session, actor, "execution.pause_requested", row.id, row.team_id)
    if not owned_of(session, rows):
        # The epoch rises, so that an owner that only seems to be gone cannot write any more.
        row.epoch += 1
        append_events(session, [row], "execution.paused", come_to_rest(session, row), "warning")
    session.flush()
    return find_execution(session, actor, execution_id)


def resume(session: Session, actor: Actor, execution_id: str) -> Execution:
    """Let a paused execution go on, or take back a pause that has not come yet.

    Raises:
        NotFound: there is none with this id in the actor's teams.
        Conflict: nobody has paused it.
    """
    rows, refused = lock_all(session, actor, [execution_id], paused)
    if refused:
        raise refused[0].error
    row = rows[0]
    row.pause_requested_at = None
    audit.record(session, actor, "execution.resumed", row.id, row.team_id)
    if row.state == State.WAITING:
        row.state = State.QUEUED
        append_events(session, [row], "execution.resumed", "Resumed.")
        queue.enqueue(session, "advance", {"execution_id": row.id})
    session.flush()
    return find_execution(session, actor, execution_id)


def come_to_rest(session: Session, execution: Execution, before: str = "") -> str:
    """Let an execution wait, in the transaction that holds its row; `before` is its next step. Returns the sentence."""
    before = before or next_step(session, execution.id)
    execution.state, execution.lease_until = State.WAITING, None
    begun = (col(Step.execution_id) == execution.id, col(Step.state) == State.RUNNING)
    session.execute(update(Step).where(*begun).values(state=State.QUEUED, started_at=None))
    audit.record(session, None, "execution.paused", execution.id, execution.team_id, {"before": before})
    session.flush()
    return f"Paused before “{TITLES.get(before, before)}”. It holds no worker; resume it when you like."


def next_step(session: Session, execution_id: str) -> str:
    """Return the name of the first step without a result."""
    return next(
        (step.name for step in list_steps(session, execution_id) if step.state != State.SUCCEEDED), ""
    )


def pausable(row: Execution) -> IdeasmithError | None:
    """Refuse what has ended, what is paused, and what is about to end."""
    if row.state in ENDED:
        return not_ended(row)
    if row.state == State.WAITING:
        return Conflict("This execution is paused already. Resume it when you like.", "already_paused")
    if row.cancel_requested_at is not None:
        return Conflict("This execution is being cancelled, so it cannot be paused.", "being_cancelled")
    return None


def paused(row: Execution) -> IdeasmithError | None:
    """Refuse what nobody has paused."""
    if row.state in ENDED or row.pause_requested_at is None:
        return Conflict("This execution is not paused.", "not_paused")
    return None
