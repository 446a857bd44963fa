"""Executions: launch a template, watch, cancel."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, ExecutionId
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import Cursor, Limit, OfTemplate, PageOut, Search, Since, Until
from app.api.problem import READING, WRITING, problems
from app.api.spreadsheet import ANSWER, Columns, spreadsheet
from app.api.under import fields_under
from models.db import transaction
from models.executions import Execution, State
from services import executions
from services.accounts import require_scope
from services.executions.views import elapsed_s
from services.keyset import read_page

router = APIRouter(prefix="/executions", tags=["Executions"])


OfState = Annotated[State | None, Query(description="Only in this state.")]


class StepOut(BaseModel):
    """One step of an execution."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.STEP})

    name: str = Field(examples=["test"])
    title: str = Field(examples=["Run the tests"])
    state: State
    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    duration_s: float | None = Field(description="Seconds so far; null before it began.")
    summary: str = Field(description="What came of it, in one line.")
    error_message: str
    data: dict[str, Any] = Field(description="What came of it, for programs; its fields differ by step.")
    limit_s: int = Field(description="It is ended when it takes longer, in seconds.")
    reused_from: str = Field(
        description="The execution whose result this is; its own id for one of an earlier attempt. Empty: made anew."
    )


class PlaceOut(BaseModel):
    """Where a queued execution stands in line."""

    model_config = ConfigDict(from_attributes=True)

    position: int = Field(description="From 1, over all people: those who have few at work go first.")
    running: int = Field(description="How many executions of the same person are at work.")
    limit: int = Field(description="How many of them may be.")
    sentence: str = Field(examples=["3rd in line; 2 of your 2 places are in use."])


class RelativeOut(BaseModel):
    """An execution on the other end of a branch."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    state: State
    from_step: str


class ExecutionOut(BaseModel):
    """One walk of a template from options to a running application."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.EXECUTION})

    id: str
    name: str
    template_slug: str
    template_name: str
    state: State
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    duration_s: float | None = Field(description="Seconds so far; null before it began.")
    error_code: str
    error_message: str = Field(description="What failed and why; empty otherwise.")
    next_action: str = Field(description="What to do about it; empty otherwise.")
    url: str = Field(description="Where its application answers; empty until it does.")
    deployment_id: str | None
    config: dict[str, Any] = Field(description="The options with every default filled.")
    cost_cents: int = Field(description="What models cost.")
    cancel_requested: bool = Field(description="Whether it was asked to stop.")
    example: bool = Field(description="Whether this is the recorded example; no figure counts it.")
    files_cleaned: bool = Field(description="Whether its working folder, and so its archive, was cleaned up.")
    attempt: int = Field(description="From 1; each retry is another one.")
    pausing: bool = Field(description="Whether it pauses before its next step, or has: then it is `waiting`.")
    place: PlaceOut | None = Field(
        default=None, description="Where it stands in line; null unless it is looked at alone."
    )
    branched_from: RelativeOut | None = None
    branches: list[RelativeOut]
    steps: list[StepOut]


class NewExecution(BaseModel):
    """What to launch."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"template": "landing", "config": examples.CONFIG}},
    )

    template: str = Field(max_length=60, description="The template's slug.")
    config: dict[str, Any] = Field(default={}, description="Options of the template by name.")
    deployment_id: str | None = Field(
        default=None,
        max_length=40,
        description="Replace what runs there, keeping its data, instead of a new one.",
    )
    idea_template_id: str = Field(
        default="",
        max_length=40,
        description="What an idea's author has made of this template, if it is from there.",
    )


def accepted(view: executions.ExecutionView) -> Answer:
    """Return the answer for an execution that goes on in the background."""
    headers = {"Location": f"/api/v1/executions/{view.id}"}
    return Answer(202, ExecutionOut.model_validate(view), headers)


LOCATION = {"Location": {"description": "The execution's address.", "schema": {"type": "string"}}}
ACCEPTED: dict[int | str, dict[str, Any]] = {202: {"description": "It is on its way.", "headers": LOCATION}}


@router.post(
    "",
    summary="Launch a template",
    status_code=202,
    response_model=ExecutionOut,
    responses=ACCEPTED | problems(404, *WRITING),
)
def create_execution(actor: CurrentActor, once: OnceOnly, body: NewExecution) -> Response:
    """Start an execution and return at once. Follow it by its events, or ask again until `state` has ended."""

    def launch() -> Answer:
        with fields_under("/config"):
            row = executions.launch(
                session, actor, body.template, body.config, deployment_id=body.deployment_id,
                idea_template_id=body.idea_template_id,
            )  # fmt: skip
        return accepted(executions.get_execution(session, actor, row.id))

    with transaction() as session:
        return once.answer(session, actor, launch)


@router.get("", summary="List executions", responses=problems(*READING))
def list_executions(
    actor: CurrentActor,
    state: OfState = None,
    template: OfTemplate = "",
    query: Search = "",
    since: Since = None,
    until: Until = None,
    cursor: Cursor = "",
    limit: Limit = 25,
) -> PageOut[ExecutionOut]:
    """Return the executions of your teams, newest first."""
    with transaction() as session:
        page = executions.list_executions(
            session,
            actor,
            state=state or "",
            template=template,
            query=query,
            since=since,
            until=until,
            cursor=cursor,
            limit=limit,
        )
    return PageOut(
        items=[ExecutionOut.model_validate(view) for view in page.items], next_cursor=page.next_cursor
    )


COLUMNS: Columns = {
    "id": lambda row: row.id,
    "name": lambda row: row.name,
    "template": lambda row: row.template_slug,
    "state": lambda row: row.state,
    "launched_at": lambda row: row.created_at,
    "started_at": lambda row: row.started_at,
    "finished_at": lambda row: row.finished_at,
    "duration_s": lambda row: elapsed_s(row.started_at, row.finished_at),
    "error": lambda row: row.error_message,
    "url": lambda row: row.url,
}


@router.get(
    ".csv",
    summary="Export executions",
    response_class=StreamingResponse,
    responses=ANSWER | problems(*READING),
)
def export_executions(
    actor: CurrentActor,
    state: OfState = None,
    template: OfTemplate = "",
    query: Search = "",
    since: Since = None,
    until: Until = None,
) -> StreamingResponse:
    """Return all executions of your teams that fit as CSV, newest first."""
    require_scope(actor, "executions:read")
    statement = executions.matching(
        actor, state=state or "", template=template, query=query, since=since, until=until
    )
    return spreadsheet(
        "executions",
        COLUMNS,
        lambda session, cursor, limit: read_page(session, statement, Execution, cursor, limit, most=limit),
    )


@router.get("/{id}", summary="Get an execution", responses=problems(404, *READING))
def get_execution(actor: CurrentActor, id: ExecutionId) -> ExecutionOut:  # noqa: A002
    """Return one execution with its steps."""
    with transaction() as session:
        return ExecutionOut.model_validate(executions.get_execution(session, actor, id))


@router.post(
    "/{id}/cancel",
    summary="Cancel an execution",
    status_code=202,
    response_model=ExecutionOut,
    responses=ACCEPTED | problems(404, *WRITING),
)
def cancel_execution(actor: CurrentActor, once: OnceOnly, id: ExecutionId) -> Response:  # noqa: A002
    """Stop an execution and everything it has started, within 2 seconds."""

    def cancel() -> Answer:
        executions.cancel(session, actor, id)
        return accepted(executions.get_execution(session, actor, id))

    with transaction() as session:
        return once.answer(session, actor, cancel)
