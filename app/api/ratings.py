"""Ratings: what its owner says about an application."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, DeploymentId
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from services import ratings

router = APIRouter(prefix="/deployments", tags=["Deployments"])


class RatingOut(BaseModel):
    """What was said about an application, by its owner."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.RATING})

    deployment_id: str
    stars: int | None = Field(description="1 (not at all) to 5 (fully); null while nothing was said.")
    words: str
    skipped: bool = Field(description="Whether its owner does not want to be asked.")
    may_rate: bool = Field(description="Whether you may answer: its maker, and the owners of its team.")
    changed_at: datetime | None


class NewRating(BaseModel):
    """How well it does what you wanted."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"stars": 5, "words": "Live before the coffee was ready."}},
    )

    stars: int | None = Field(description="1 to 5; null to skip the question for good.")
    words: str = Field(default="", max_length=2000, description="One line, at most 280 characters.")


@router.get("/{id}/rating", summary="Get a deployment's rating", responses=problems(404, *READING))
def get_deployment_rating(actor: CurrentActor, id: DeploymentId) -> RatingOut:  # noqa: A002
    """Return what its owner said about an application."""
    with transaction() as session:
        return RatingOut.model_validate(ratings.get_rating(session, actor, id))


@router.put("/{id}/rating", summary="Rate a deployment", responses=problems(404, *WRITING))
def rate_deployment(actor: CurrentActor, id: DeploymentId, body: NewRating) -> RatingOut:  # noqa: A002
    """Say how well an application does what you wanted, or change what you said. Doing it twice changes nothing."""
    with transaction() as session:
        return RatingOut.model_validate(ratings.rate(session, actor, id, body.stars, body.words))
