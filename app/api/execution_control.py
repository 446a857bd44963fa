"""Executions under a person's hands: paused, resumed, retried from any step, branched; and what they were before."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app.api import examples
from app.api.access import CurrentActor, ExecutionId
from app.api.executions import ACCEPTED, ExecutionOut, accepted
from app.api.idempotency import Answer, OnceOnly
from app.api.problem import READING, WRITING, problems
from app.api.under import fields_under
from models.db import transaction
from models.executions import Execution, State
from services import executions
from services.accounts import Actor
from services.executions.attempts import AttemptView

router = APIRouter(prefix="/executions", tags=["Executions"])


class From(BaseModel):
    """From where to go on, and with which options."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": examples.FROM})

    from_step: str = Field(
        default="",
        max_length=40,
        description="The step that is done anew for certain. Empty: where it did not succeed, or what changed.",
    )
    config: dict[str, Any] = Field(
        default={}, description="Options that shall differ, by name. The others stay."
    )


class PlanIn(From):
    """What a retry or a branch would start from."""

    branch: bool = Field(default=False, description="Plan a branch instead of a retry.")


class PlanOut(BaseModel):
    """What would be done again, and what would be reused."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.PLAN})

    from_step: str
    config: dict[str, Any] = Field(description="The options that it would have, with every default filled.")
    changed: list[str] = Field(description="The options that differ from now.")
    runs: list[str] = Field(description="The steps that would run again.")
    reused: list[str] = Field(
        description="The steps whose result stays: nothing they depend on would change."
    )
    sentence: str = Field(description="The same for people.")


class PastStepOut(BaseModel):
    """One step as it was."""

    model_config = ConfigDict(extra="ignore")

    name: str
    state: State
    summary: str
    error_message: str
    started_at: datetime | None
    finished_at: datetime | None
    reused_from: str | None = None


class AttemptOut(BaseModel):
    """What an execution was before it was retried."""

    model_config = ConfigDict(json_schema_extra={"example": examples.ATTEMPT})

    number: int
    state: State
    config: dict[str, Any]
    error_code: str
    error_message: str
    next_action: str
    started_at: datetime | None
    finished_at: datetime | None
    steps: list[PastStepOut]


class AttemptsOut(BaseModel):
    """Earlier attempts, oldest first."""

    items: list[AttemptOut]


Change = Callable[[Session, Actor, str], Execution]


def change(actor: Actor, once: OnceOnly, execution_id: str, do: Change) -> Response:
    """Change an execution and answer with how it stands then."""

    def answer() -> Answer:
        with fields_under("/config"):
            row = do(session, actor, execution_id)
        return accepted(executions.get_execution(session, actor, row.id))

    with transaction() as session:
        return once.answer(session, actor, answer)


@router.post(
    "/{id}/pause",
    summary="Pause an execution",
    status_code=202,
    response_model=ExecutionOut,
    responses=ACCEPTED | problems(404, *WRITING),
)
def pause_execution(actor: CurrentActor, once: OnceOnly, id: ExecutionId) -> Response:  # noqa: A002
    """Let an execution wait before its next step. It holds no worker then, until it is resumed."""
    return change(actor, once, id, executions.pause)


@router.post(
    "/{id}/resume",
    summary="Resume an execution",
    status_code=202,
    response_model=ExecutionOut,
    responses=ACCEPTED | problems(404, *WRITING),
)
def resume_execution(actor: CurrentActor, once: OnceOnly, id: ExecutionId) -> Response:  # noqa: A002
    """Let a paused execution go on, or take back a pause that has not come yet."""
    return change(actor, once, id, executions.resume)


@router.post(
    "/{id}/retry",
    summary="Retry an execution",
    status_code=202,
    response_model=ExecutionOut,
    responses=ACCEPTED | problems(404, *WRITING),
)
def retry_execution(
    actor: CurrentActor,
    once: OnceOnly,
    id: ExecutionId,  # noqa: A002
    body: From | None = None,
) -> Response:
    """Start an execution again: where it did not succeed, or from any step, with the same or other options.

    What depends on none of the changes is reused. Ask `plan` first to see what that is.
    """
    asked = body or From()
    return change(
        actor,
        once,
        id,
        lambda session, who, one: executions.retry(
            session, who, one, from_step=asked.from_step, changes=asked.config
        ),
    )


@router.post(
    "/{id}/branch",
    summary="Branch an execution",
    status_code=202,
    response_model=ExecutionOut,
    responses=ACCEPTED | problems(404, *WRITING),
)
def branch_execution(
    actor: CurrentActor,
    once: OnceOnly,
    id: ExecutionId,  # noqa: A002
    body: From | None = None,
) -> Response:
    """Start another execution that goes another way from a step on. This one stays as it is."""
    asked = body or From()
    return change(
        actor,
        once,
        id,
        lambda session, who, one: executions.branch(
            session, who, one, from_step=asked.from_step, changes=asked.config
        ),
    )


@router.post("/{id}/plan", summary="Plan to go on from a step", responses=problems(404, *WRITING))
def plan_execution(actor: CurrentActor, id: ExecutionId, body: PlanIn) -> PlanOut:  # noqa: A002
    """Say what would run again and what would be reused. Nothing is changed."""
    with transaction() as session, fields_under("/config"):
        found = executions.plan_retry(
            session, actor, id, from_step=body.from_step, changes=body.config, branch=body.branch
        )
        return PlanOut.model_validate(found)


@router.get("/{id}/attempts", summary="List earlier attempts", responses=problems(404, *READING))
def list_attempts(actor: CurrentActor, id: ExecutionId) -> AttemptsOut:  # noqa: A002
    """Return what an execution was before each retry, oldest first."""
    with transaction() as session:
        found = executions.list_attempts(session, actor, id)
    return AttemptsOut(items=[attempt_out(one) for one in found])


def attempt_out(view: AttemptView) -> AttemptOut:
    """Return an attempt for programs."""
    return AttemptOut(
        number=view.number,
        state=State(view.state),
        config=view.config,
        error_code=view.error_code,
        error_message=view.error_message,
        next_action=view.next_action,
        started_at=view.started_at,
        finished_at=view.finished_at,
        steps=[PastStepOut.model_validate(step) for step in view.steps],
    )
