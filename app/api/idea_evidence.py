"""What speaks for an idea."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import IdeaId, Reader
from app.api.cached import TAGGED, cached
from app.api.problem import READING, problems
from models.db import transaction
from services.ideas.evidence.parts import PartName, evidence_of

router = APIRouter(prefix="/ideas", tags=["Ideas"])


class EvidencePartOut(BaseModel):
    """One part of the evidence."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.EVIDENCE_PART})

    name: PartName
    label: str
    score: int | None = Field(description="0 to 100; null while it is not known.")
    low: int | None = Field(description="From where it may be.")
    high: int | None = Field(description="To where it may be.")
    words: str = Field(description="What is known.")
    how: str = Field(description="How the score is computed.")
    unsure: str = Field(description="What the range means, and what is not known.")


class EvidenceOut(BaseModel):
    """Every part of the evidence. There is no sum of them: nobody knows how much one should weigh."""

    items: list[EvidencePartOut]


@router.get(
    "/{id}/evidence",
    summary="Get the evidence for an idea",
    response_model=EvidenceOut,
    responses=TAGGED | problems(404, *READING),
)
def get_idea_evidence(request: Request, actor: Reader, id: IdeaId) -> Response:  # noqa: A002
    """Return what speaks for an idea: demand, reviews, what was built from it, its receipt, its age."""
    with transaction() as session:
        items = [EvidencePartOut.model_validate(one) for one in evidence_of(session, actor, id)]
    return cached(request, actor, EvidenceOut(items=items))
