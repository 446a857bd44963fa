"""What a newer version of its template would bring to an application, and the execution that brings it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, DeploymentId
from app.api.executions import ACCEPTED, ExecutionOut, accepted
from app.api.idempotency import Answer, OnceOnly
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.errors import InvalidInput
from services import executions
from services.upgrades import order
from services.upgrades.preview import find_target, preview

router = APIRouter(prefix="/deployments", tags=["Deployments"])

Take = Annotated[
    list[str],
    Query(max_length=200, description="`ours:PATH` or `theirs:PATH`, once for each file in conflict."),
]


class OptionRefusedOut(BaseModel):
    """An option that the new version does not take."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    message: str


class UpgradeChangeOut(BaseModel):
    """How one file of the application would change."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    kind: str = Field(description="added, changed or removed.")
    added: int
    removed: int
    lines: list[str] = Field(description="A unified diff without its head.")
    note: str


class ConflictOut(BaseModel):
    """A file that both sides have changed in the same place."""

    model_config = ConfigDict(from_attributes=True)

    path: str
    kind: str = Field(description="As git calls it: contents, modify/delete, rename/delete, add/add, …")
    words: str
    paths: list[str] = Field(description="The other names that belong to it.")
    take: str = Field(description="ours, theirs, or empty while nobody has decided.")
    settled: bool = Field(description="Yours is taken unless you say otherwise: nothing that you wrote hangs on it.")


class UpgradeOut(BaseModel):
    """What an upgrade would do."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.UPGRADE})

    deployment_id: str
    up_to_date: bool = Field(description="There is nothing newer.")
    from_version: str
    to_version: str
    head: str = Field(description="The commit that it was computed for: send it back with decisions.")
    words: str = Field(description="All of it in a sentence.")
    refusal: str = Field(description="Why it cannot be started as it stands. Empty: it can.")
    refused_options: list[OptionRefusedOut]
    new_options: dict[str, Any] = Field(description="Options that are new, with the value that they get.")
    changelog: str = Field(description="What the template says about its newer versions, as Markdown.")
    changes: list[UpgradeChangeOut]
    kept: list[str] = Field(description="Files that were edited by their owner, and are kept.")
    conflicts: list[ConflictOut]


class UpgradeIn(BaseModel):
    """What was decided."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"take": {"shop/pages.py": "ours"}}}
    )

    take: dict[str, Literal["ours", "theirs"]] = Field(
        default_factory=dict, max_length=200, description="For each file in conflict the side that is taken."
    )
    head: str = Field("", pattern="^([0-9a-f]{40})?$", description="The commit that was looked at.")


@router.get("/{id}/upgrade", summary="Look at a deployment's upgrade", responses=problems(404, 409, *READING))
def look_at_upgrade(actor: CurrentActor, id: DeploymentId, take: Take = []) -> UpgradeOut:  # noqa: A002, B006
    """Return what the template's newer version would change, and what of your edits it keeps. Nothing is stored."""
    decided = decisions(take)
    with transaction() as session:
        target = find_target(session, actor, id)
        session.expunge_all()
    return UpgradeOut.model_validate(preview(target, decided))


@router.post(
    "/{id}/upgrade",
    summary="Upgrade a deployment",
    status_code=202,
    response_model=ExecutionOut,
    responses=ACCEPTED | problems(404, *WRITING),
)
def upgrade_deployment(
    actor: CurrentActor,
    once: OnceOnly,
    id: DeploymentId,  # noqa: A002
    body: UpgradeIn | None = None,
) -> Response:
    """Merge, test, try on a copy of the data, release. Refused when that fails, with nothing changed."""
    wanted = body or UpgradeIn()

    def launch() -> Answer:
        row = order.upgrade(session, actor, id, take=wanted.take, head=wanted.head)
        return accepted(executions.get_execution(session, actor, row.id))

    with transaction() as session:
        return once.answer(session, actor, launch)


def decisions(take: list[str]) -> dict[str, str]:
    """Return the side by file."""
    pairs = [one.partition(":") for one in take]
    if strange := next((side for side, _, path in pairs if side not in ("ours", "theirs") or not path), None):
        raise InvalidInput(f"Write take=ours:PATH or take=theirs:PATH, not {strange[:40]!r}.", "unknown_side")
    return {path: side for side, _, path in pairs}
