"""How far an execution is: every change of its state, each written by the owner in a fenced transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, update
from sqlmodel import Session, col, select

from models.clock import now
from models.executions import Execution, State, Step
from services import audit

# A step that has not begun.
FRESH: dict[str, Any] = {
    "state": State.QUEUED,
    "started_at": None,
    "finished_at": None,
    "summary": "",
    "error_code": "",
    "error_message": "",
    "result": {},
    "input_hash": "",
    "reused_from": None,
    "fresh": False,
    "spent_s": 0.0,
}


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an execution failed: what happened and the next action, each a sentence for the person."""

    code: str
    message: str
    next_action: str


def list_steps(session: Session, execution_id: str) -> list[Step]:
    """Return the steps of an execution in order."""
    statement = select(Step).where(col(Step.execution_id) == execution_id).order_by(col(Step.position))
    return list(session.scalars(statement))


def begin_step(session: Session, step: Step, epoch: int) -> Step:
    """Mark a step as running. Its attempt counts every begin, also one after a crash."""
    step = session.merge(step)
    step.state, step.epoch, step.attempt = State.RUNNING, epoch, step.attempt + 1
    step.started_at, step.finished_at = now(), None
    step.summary = step.error_code = step.error_message = ""
    session.flush()
    return step


def complete_step(
    session: Session,
    step: Step,
    summary: str,
    data: dict[str, Any],
    *,
    input_hash: str = "",
    reused_from: str | None = None,
) -> Step:
    """Store what a step has reached, and what that depends on."""
    step = session.merge(step)
    step.state, step.finished_at, step.summary, step.result = State.SUCCEEDED, now(), summary, data
    step.input_hash, step.reused_from = input_hash, reused_from
    session.flush()
    return step


def fail_step(session: Session, step: Step, failure: Failure, data: dict[str, Any]) -> Step:
    """Store why a step could not do its work."""
    step = session.merge(step)
    step.state, step.finished_at, step.result = State.FAILED, now(), data
    step.error_code, step.error_message = failure.code, failure.message
    session.flush()
    return step


def spend(session: Session, execution_id: str, epoch: int, name: str, seconds: float) -> None:
    """Write down how long a step of this owner has been worked on, over all owners of its attempt."""
    own = (col(Step.execution_id) == execution_id, col(Step.name) == name, col(Step.epoch) == epoch)
    statement = update(Step).where(*own, col(Step.state) == State.RUNNING).values(spent_s=seconds)
    session.execute(statement.execution_options(synchronize_session=False))


def rewind_steps(session: Session, execution_id: str, position: int) -> None:
    """Put the steps from `position` on back to the start of their queue."""
    later = (col(Step.execution_id) == execution_id, col(Step.position) >= position)
    session.execute(update(Step).where(*later).values(**FRESH))


def rewind_named(session: Session, execution_id: str, names: Sequence[str], *, fresh: str = "") -> None:
    """Put some steps back to the start of their queue; `fresh` is to be done anew, whatever is known of it."""
    chosen = (col(Step.execution_id) == execution_id, col(Step.name).in_(names))
    values = FRESH | {"fresh": col(Step.name) == fresh}
    session.flush()
    session.execute(update(Step).where(*chosen).values(**values).execution_options(synchronize_session=False))
    session.expire_all()


def keep_named(session: Session, execution_id: str, names: Sequence[str]) -> None:
    """Say of steps that their result is of an earlier attempt."""
    chosen = (col(Step.execution_id) == execution_id, col(Step.name).in_(names))
    session.execute(
        update(Step).where(*chosen, col(Step.reused_from).is_(None)).values(reused_from=execution_id)
    )


def rewind_all(session: Session, execution_ids: Sequence[str]) -> dict[str, str]:
    """Put each execution's steps, from the first that did not succeed on, back to the start of their queue.

    Returns the name of that first step by execution.
    """
    open_steps = (col(Step.execution_id).in_(execution_ids), col(Step.state) != State.SUCCEEDED)
    first = (
        select(Step.execution_id, func.min(Step.position).label("position"))
        .where(*open_steps)
        .group_by(col(Step.execution_id))
        .subquery()
    )
    begin = session.execute(
        select(Step.execution_id, Step.name)
        .join(first, first.c.execution_id == col(Step.execution_id))
        .where(col(Step.position) == first.c.position)
    ).all()
    statement = (
        update(Step)
        .where(col(Step.execution_id) == first.c.execution_id, col(Step.position) >= first.c.position)
        .values(**FRESH)
        .execution_options(synchronize_session=False)
    )
    session.execute(statement)
    return dict(begin)


def finish(session: Session, execution: Execution, state: State, failure: Failure | None = None) -> None:
    """End an execution and give its lease back. Steps that have not ended are cancelled with it."""
    if failure is not None:
        execution.error_code, execution.error_message = failure.code, failure.message
        execution.next_action = failure.next_action
    end_all(session, [execution], state)


def end_all(session: Session, executions: Sequence[Execution], state: State) -> None:
    """End executions and give their leases back."""
    for execution in executions:
        execution.state, execution.finished_at, execution.lease_until = state, now(), None
        audit.record(session, None, f"execution.{state}", execution.id, execution.team_id, ending(execution))
    if state == State.CANCELLED:
        cancel_open_steps(session, [execution.id for execution in executions])
    session.flush()


def ending(execution: Execution) -> dict[str, Any]:
    """Return what the audit trail says about an end."""
    return {"error_code": execution.error_code} if execution.error_code else {}


def cancel_open_steps(session: Session, execution_ids: Sequence[str]) -> None:
    """Mark every step that has not ended as cancelled."""
    open_steps = col(Step.state).in_((State.QUEUED, State.RUNNING))
    statement = (
        update(Step)
        .where(col(Step.execution_id).in_(execution_ids), open_steps)
        .values(state=State.CANCELLED, finished_at=now())
    )
    session.execute(statement)
