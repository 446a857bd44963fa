"""Why an idea is where it is in a list: every factor, for everybody."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import IdeaId, Reader
from app.api.problem import READING, problems
from models.db import transaction
from services.ideas.feed.cards import Slot
from services.ideas.why import explain

router = APIRouter(prefix="/ideas", tags=["Ideas"])

InSlot = Annotated[
    Slot, Query(description="The kind of place that it was listed in: `slot` of the idea in the list.")
]


class FactorOut(BaseModel):
    """One thing that its place depends on."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    value: str
    how: str = Field(description="Where it comes from, in words.")


class WhyOut(BaseModel):
    """Why an idea is there."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.WHY})

    sentence: str
    slot: Slot
    quality: float = Field(description="From 0 to 1. Top is ordered by it.")
    heat: float = Field(description="Rising is ordered by it.")
    factors: list[FactorOut]


@router.get("/{id}/why", summary="Explain the place of an idea", responses=problems(404, *READING))
def explain_idea(actor: Reader, id: IdeaId, slot: InSlot = Slot.ORGANIC) -> WhyOut:  # noqa: A002
    """Return every factor that an idea's place in the lists depends on, as it is now."""
    with transaction() as session:
        return WhyOut.model_validate(explain(session, actor, id, slot))
