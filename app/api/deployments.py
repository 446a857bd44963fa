"""Deployments: applications that run."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app.api import examples
from app.api.access import CurrentActor, DeploymentId
from app.api.executions import ACCEPTED, ExecutionOut, accepted
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import Cursor, Limit, OfTemplate, PageOut, Search
from app.api.problem import READING, WRITING, problems
from app.api.spreadsheet import ANSWER, Columns, spreadsheet
from models.db import transaction
from models.deployments import Deployment
from services import deployments, executions
from services.accounts import Actor, require_scope
from services.deployments import DeploymentView
from services.keyset import read_page
from services.upgrades.redeploying import redeploy

router = APIRouter(prefix="/deployments", tags=["Deployments"])


class ReleaseOut(BaseModel):
    """One version of a deployment."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    number: int
    commit: str = Field(description="The commit of its repository.")
    execution_id: str
    created_at: datetime
    current: bool = Field(description="Whether this is the one that serves.")
    refused: str = Field("", description="Why it was not taken into service, or was taken out of it.")
    kept: bool = Field(True, description="Whether one can go back to it: its files are still there.")


class UseOut(BaseModel):
    """What an application uses, and what it may. Null where nothing runs or nobody has looked."""

    model_config = ConfigDict(from_attributes=True)

    memory_bytes: int | None = Field(description="What its processes have resident, together.")
    memory_limit_bytes: int
    cpu_cores: float | None
    cpu_limit_cores: int = Field(description="What the machine has: CPU is not rationed.")
    disk_bytes: int | None
    disk_limit_bytes: int


class DeploymentOut(BaseModel):
    """An application as the last look saw it. What is older than 10 s is `unknown`, never running."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.DEPLOYMENT})

    id: str
    slug: str
    name: str
    url: str
    wanted: str = Field(description="What its owner wants: running or stopped.")
    state: str = Field(
        description="What was seen: starting, running, sleeping, stopped, crashed, unhealthy, unknown, deleting."
    )
    detail: str
    observed_at: datetime | None
    observed_age_s: float | None = Field(description="How long ago that was.")
    probe_ms: float | None = Field(description="How long its health check took to answer.")
    release_number: int | None
    releases: list[ReleaseOut] = Field(description="Newest first; in lists only the one that serves.")
    template_slug: str
    execution_id: str | None = Field(description="What made the release that serves.")
    clone_url: str = Field(description="For `git clone`.")
    restarts: int
    created_at: datetime
    sleep_after_s: int | None = Field(description="After how long without a request it sleeps. Null: never.")
    use: UseOut


class LogsOut(BaseModel):
    """The end of what an application wrote."""

    lines: list[str] = Field(description="Oldest first, over its restarts.")


WISHED = problems(404, *WRITING)
Wish = Callable[[Session, Actor, str], DeploymentView]


def fulfil(once: OnceOnly, actor: Actor, deployment_id: str, wish: Wish) -> Response:
    """Write what is wanted and return the deployment as it is: the keeper of apps does the rest."""

    def write() -> Answer:
        view = wish(session, actor, deployment_id)
        return Answer(202, DeploymentOut.model_validate(view))

    with transaction() as session:
        return once.answer(session, actor, write)


@router.get("", summary="List deployments", responses=problems(*READING))
def list_deployments(
    actor: CurrentActor,
    query: Search = "",
    template: OfTemplate = "",
    cursor: Cursor = "",
    limit: Limit = 25,
) -> PageOut[DeploymentOut]:
    """Return the applications of your teams, newest first."""
    with transaction() as session:
        page = deployments.list_deployments(
            session, actor, query=query, template=template, cursor=cursor, limit=limit
        )
    return PageOut(
        items=[DeploymentOut.model_validate(view) for view in page.items], next_cursor=page.next_cursor
    )


COLUMNS: Columns = {
    "id": lambda row: row.id,
    "name": lambda row: row.name,
    "short_name": lambda row: row.slug,
    "address": lambda row: deployments.app_url(row.slug),
    "template": lambda row: row.template_slug,
    "wanted": lambda row: row.wanted,
    "seen": deployments.state_of,
    "seen_at": lambda row: row.observed_at,
    "probe_ms": lambda row: row.probe_ms,
    "restarts": lambda row: row.restarts,
    "made_at": lambda row: row.created_at,
}


@router.get(
    ".csv",
    summary="Export deployments",
    response_class=StreamingResponse,
    responses=ANSWER | problems(*READING),
)
def export_deployments(
    actor: CurrentActor, query: Search = "", template: OfTemplate = ""
) -> StreamingResponse:
    """Return all applications of your teams that fit as CSV, newest first."""
    require_scope(actor, "deployments:read")
    statement = deployments.matching(actor, query=query, template=template)
    return spreadsheet(
        "deployments",
        COLUMNS,
        lambda session, cursor, limit: read_page(session, statement, Deployment, cursor, limit, most=limit),
    )


@router.get("/{id}", summary="Get a deployment", responses=problems(404, *READING))
def get_deployment(actor: CurrentActor, id: DeploymentId) -> DeploymentOut:  # noqa: A002
    """Return one application with its releases."""
    with transaction() as session:
        return DeploymentOut.model_validate(deployments.get_deployment(session, actor, id))


@router.post(
    "/{id}/start",
    summary="Start a deployment",
    status_code=202,
    response_model=DeploymentOut,
    responses=WISHED,
)
def start_deployment(actor: CurrentActor, once: OnceOnly, id: DeploymentId) -> Response:  # noqa: A002
    """Want the application to run. Wanting it twice changes nothing."""
    return fulfil(once, actor, id, partial(deployments.want, wanted="running"))


@router.post(
    "/{id}/stop", summary="Stop a deployment", status_code=202, response_model=DeploymentOut, responses=WISHED
)
def stop_deployment(actor: CurrentActor, once: OnceOnly, id: DeploymentId) -> Response:  # noqa: A002
    """Want the application to be stopped. Its data stays."""
    return fulfil(once, actor, id, partial(deployments.want, wanted="stopped"))


@router.post(
    "/{id}/restart",
    summary="Restart a deployment",
    status_code=202,
    response_model=DeploymentOut,
    responses=WISHED,
)
def restart_deployment(actor: CurrentActor, once: OnceOnly, id: DeploymentId) -> Response:  # noqa: A002
    """Replace its process by a new one of the same release. The old one serves until the new one answers."""
    return fulfil(once, actor, id, deployments.restart)


@router.post(
    "/{id}/redeploy",
    summary="Redeploy a deployment",
    status_code=202,
    response_model=ExecutionOut,
    responses=ACCEPTED | problems(404, *WRITING),
)
def redeploy_deployment(actor: CurrentActor, once: OnceOnly, id: DeploymentId) -> Response:  # noqa: A002
    """Build it again from the template as it is now and switch over. Options, data and edits of yours stay."""

    def launch() -> Answer:
        row = redeploy(session, actor, id)
        return accepted(executions.get_execution(session, actor, row.id))

    with transaction() as session:
        return once.answer(session, actor, launch)


@router.delete(
    "/{id}", summary="Delete a deployment", status_code=204, responses=problems(401, 403, 404, 422, 500, 503)
)
def delete_deployment(actor: CurrentActor, id: DeploymentId) -> None:  # noqa: A002
    """Stop the application and take its address; 10 s later its releases, data and repository are removed for good."""
    with transaction() as session:
        deployments.delete(session, actor, id)


@router.post(
    "/{id}/restore",
    summary="Undo a deletion",
    status_code=202,
    response_model=DeploymentOut,
    responses=WISHED,
)
def restore_deployment(actor: CurrentActor, once: OnceOnly, id: DeploymentId) -> Response:  # noqa: A002
    """Bring back what was deleted less than 10 s ago, with its address and its data."""
    return fulfil(once, actor, id, deployments.restore)


@router.get("/{id}/logs", summary="Get a deployment's log", responses=problems(404, *READING))
def get_deployment_logs(
    actor: CurrentActor,
    id: DeploymentId,  # noqa: A002
    lines: Annotated[int, Query(ge=1, le=5000, description="How many lines from the end.")] = 200,
) -> LogsOut:
    """Return the last lines that the application wrote, over its restarts."""
    with transaction() as session:
        return LogsOut(lines=deployments.read_logs(session, actor, id, lines=lines))
