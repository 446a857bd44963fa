"""Going back to an earlier release, sleep, and the last 24 hours of an application."""

from datetime import datetime
from functools import partial

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from app.api import examples
from app.api.access import CurrentActor, DeploymentId
from app.api.deployments import WISHED, DeploymentOut, fulfil
from app.api.idempotency import OnceOnly
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from services import deployment_backups, deployments
from services.accounts import Actor

router = APIRouter(prefix="/deployments", tags=["Deployments"])


class RollBack(BaseModel):
    """Which release shall serve."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"release": 3, "restore_data": False}}
    )

    release: int | None = Field(
        default=None, ge=1, le=2_147_483_647, description="Its number; null for the last good one before."
    )
    restore_data: bool = Field(
        default=False,
        description="Bring the data along, as that release left it, where there is a backup of it.",
    )


class SleepIn(BaseModel):
    """When an application may sleep."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"after_s": 1800}})

    after_s: int | None = Field(description="Seconds without a request: 60 to 604800. Null: never.")


class QuarterOut(BaseModel):
    """A quarter of an hour."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.QUARTER})

    start: datetime
    state: str = Field(
        description="well, ill (a probe failed), off (stopped or asleep), unknown (nobody looked)."
    )
    requests: int
    errors: int = Field(description="Answered with 500 or above, by the application or for it.")
    well: int = Field(description="Probes that it answered.")
    ill: int = Field(description="Probes that it did not.")


class DayOut(BaseModel):
    """The last 24 hours."""

    model_config = ConfigDict(json_schema_extra={"example": {"quarters": [examples.QUARTER]}})

    quarters: list[QuarterOut] = Field(description="96, oldest first; the last one has just begun.")


@router.post(
    "/{id}/rollback",
    summary="Roll a deployment back",
    status_code=202,
    response_model=DeploymentOut,
    responses=WISHED,
)
def roll_back_deployment(
    actor: CurrentActor,
    once: OnceOnly,
    id: DeploymentId,  # noqa: A002
    body: RollBack,
) -> Response:
    """Let an earlier release serve again. It takes over when it answers; the data stays unless it is asked for too."""
    service = with_data if body.restore_data else deployments.roll_back
    return fulfil(once, actor, id, partial(service, number=body.release))


def with_data(
    session: Session, actor: Actor, deployment_id: str, number: int | None
) -> deployments.DeploymentView:
    """Go back to an earlier release and its data."""
    deployment_backups.roll_back_with_data(session, actor, deployment_id, number)
    return deployments.get_deployment(session, actor, deployment_id)


@router.put(
    "/{id}/sleep",
    summary="Set when a deployment sleeps",
    responses=problems(404, *WRITING),
)
def set_deployment_sleep(actor: CurrentActor, id: DeploymentId, body: SleepIn) -> DeploymentOut:  # noqa: A002
    """Stop the application when nobody asks for it; the next request starts it again and waits for it."""
    with transaction() as session:
        return DeploymentOut.model_validate(deployments.set_sleep(session, actor, id, body.after_s))


@router.get("/{id}/day", summary="Get a deployment's last 24 hours", responses=problems(404, *READING))
def get_deployment_day(actor: CurrentActor, id: DeploymentId) -> DayOut:  # noqa: A002
    """Return what probes saw and visitors asked, in quarters of an hour."""
    with transaction() as session:
        found = deployments.last_day(session, actor, id)
    return DayOut(quarters=[QuarterOut.model_validate(one) for one in found])
