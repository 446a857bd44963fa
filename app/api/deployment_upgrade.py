"""What a newer version of its template would bring to an application, and the execution that brings it."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, DeploymentId
from app.api.executions import ACCEPTED, ExecutionOut, accepted
from app.api.idempotency import Answer, OnceOnly
from app.api.problem import READING, WRITING, problems
from app.api.under import fields_under
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


Options = Annotated[
    str,
    Query(
        alias="config",
        max_length=20_000,
        description="Options that shall have other values, as a JSON object.",
    ),
]


class OptionChangeOut(BaseModel):
    """An option that would have another value than now."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    before: Any
    after: Any


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
    settled: bool = Field(
        description="Yours is taken unless you say otherwise: nothing that you wrote hangs on it."
    )


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
    changed_options: list[OptionChangeOut] = Field(description="Options that were given other values.")
    changelog: str = Field(description="What the template says about its newer versions, as Markdown.")
    changes: list[UpgradeChangeOut]
    kept: list[str] = Field(description="Files that were edited by their owner, and are kept.")
    conflicts: list[ConflictOut]


class UpgradeIn(BaseModel):
    """What was decided."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"take": {"shop/pages.py": "ours"}, "config": {"theme": "dark"}}},
    )

    take: dict[str, Literal["ours", "theirs"]] = Field(
        default_factory=dict, max_length=200, description="For each file in conflict the side that is taken."
    )
    head: str = Field("", pattern="^([0-9a-f]{40})?$", description="The commit that was looked at.")
    to_version: str = Field("", max_length=60, description="The version that was looked at.")
    config: dict[str, Any] = Field(
        default_factory=dict, description="Options that are new or shall have other values. The others stay."
    )


@router.get("/{id}/upgrade", summary="Look at a deployment's upgrade", responses=problems(404, 409, *READING))
def look_at_upgrade(
    actor: CurrentActor,
    id: DeploymentId,  # noqa: A002
    take: Take = [],  # noqa: B006
    config: Options = "",
) -> UpgradeOut:
    """Return what the template's newer version would change, and what of your edits it keeps. Nothing is stored."""
    decided, options = decisions(take), given_options(config)
    with transaction() as session:
        target = find_target(session, actor, id)
        session.expunge_all()
    return UpgradeOut.model_validate(preview(target, decided, options))


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
        with fields_under("/config"):
            row = order.upgrade(
                session, actor, id,
                take=wanted.take, head=wanted.head, options=wanted.config, to_version=wanted.to_version,
            )  # fmt: skip
        return accepted(executions.get_execution(session, actor, row.id))

    with transaction() as session:
        return once.answer(session, actor, launch)


def given_options(config: str) -> dict[str, Any]:
    """Return the options of a query."""
    try:
        found = json.loads(config or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidInput('Write config as a JSON object, such as {"name": "Tea"}.', "invalid_config")
    return found


def decisions(take: list[str]) -> dict[str, str]:
    """Return the side by file."""
    pairs = [one.partition(":") for one in take]
    if strange := next((side for side, _, path in pairs if side not in ("ours", "theirs") or not path), None):
        raise InvalidInput(f"Write take=ours:PATH or take=theirs:PATH, not {strange[:40]!r}.", "unknown_side")
    return {path: side for side, _, path in pairs}
