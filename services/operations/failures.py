"""The last executions that failed, over all teams."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.executions import Execution, State, real
from services.accounts import Actor

SHOWN = 20


@dataclass(frozen=True, slots=True)
class FailureView:
    """One failed execution. `readable` says whether this operator's teams own it: then it can be opened."""

    execution_id: str
    name: str
    template_slug: str
    error_code: str
    error_message: str
    next_action: str
    at: datetime
    readable: bool


def recent_failures(session: Session, actor: Actor) -> list[FailureView]:
    """Return the last failures, newest first. The operator sees that they failed, not what another team made."""
    statement = (
        select(Execution)
        .where(real(), col(Execution.state) == State.FAILED, col(Execution.finished_at).is_not(None))
        .order_by(col(Execution.finished_at).desc())
        .limit(SHOWN)
    )
    return [failure_view(row, row.team_id in actor.roles) for row in session.scalars(statement)]


def failure_view(row: Execution, readable: bool) -> FailureView:
    """Return what the operator sees of a failure. Another team's name for its application is its own business."""
    return FailureView(
        execution_id=row.id,
        name=row.name if readable else "Of another team",
        template_slug=row.template_slug,
        error_code=row.error_code,
        error_message=row.error_message,
        next_action=row.next_action,
        at=row.finished_at or row.created_at,
        readable=readable,
    )
