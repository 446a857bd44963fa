"""What an execution was before it was retried: kept, numbered, and readable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.executions import Attempt, Execution, Step
from services.accounts import Actor
from services.executions.requests import find_execution

KEPT = (
    "name", "state", "attempt", "summary", "result", "error_code", "error_message", "input_hash", "reused_from",
    "started_at", "finished_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One earlier attempt, with its steps as they were."""

    number: int
    state: str
    config: dict[str, Any]
    error_code: str
    error_message: str
    next_action: str
    started_at: datetime | None
    finished_at: datetime | None
    steps: list[dict[str, Any]]


def list_attempts(session: Session, actor: Actor, execution_id: str) -> list[AttemptView]:
    """Return what an execution was before each retry, oldest first.

    Raises:
        NotFound: there is none with this id in the actor's teams.
    """
    find_execution(session, actor, execution_id)
    statement = select(Attempt).where(col(Attempt.execution_id) == execution_id).order_by(col(Attempt.number))
    return [view_of(row) for row in session.scalars(statement)]


def view_of(row: Attempt) -> AttemptView:
    """Return an attempt as people see it."""
    return AttemptView(
        row.number, row.state, row.config, row.error_code, row.error_message, row.next_action,
        row.started_at, row.finished_at, row.steps,
    )  # fmt: skip


def keep_attempts(session: Session, rows: Sequence[Execution]) -> None:
    """Write down how executions stand, and begin to count the next attempt of each."""
    if not rows:
        return
    statement = (
        select(Step)
        .where(col(Step.execution_id).in_([row.id for row in rows]))
        .order_by(col(Step.position))
        .execution_options(populate_existing=True)
    )
    steps: dict[str, list[dict[str, Any]]] = {row.id: [] for row in rows}
    for step in session.scalars(statement):
        steps[step.execution_id].append(step.model_dump(mode="json", include=set(KEPT)))
    session.add_all(attempt_of(row, steps[row.id]) for row in rows)
    for row in rows:
        row.attempt += 1
    session.flush()


def attempt_of(row: Execution, steps: list[dict[str, Any]]) -> Attempt:
    """Return the record of an execution as it stands."""
    return Attempt(
        execution_id=row.id,
        team_id=row.team_id,
        number=row.attempt,
        state=row.state,
        config=row.config,
        error_code=row.error_code,
        error_message=row.error_message,
        next_action=row.next_action,
        started_at=row.started_at,
        finished_at=row.finished_at,
        steps=steps,
    )
