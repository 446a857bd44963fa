"""Search over everything by name, for the palette and for programs."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor
from app.api.problem import READING, problems
from models.db import transaction
from services.search import LONGEST, search

router = APIRouter(prefix="/search", tags=["Search"])


class HitOut(BaseModel):
    """One thing that was found."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.HIT})

    kind: Literal["idea", "template", "execution", "deployment"]
    id: str = Field(description="Its id; the slug of a template.")
    name: str
    detail: str = Field(
        description="An idea's promise, a template's category, an execution's state, a deployment's short name."
    )


class HitsOut(BaseModel):
    """What was found: up to 5 of each kind."""

    items: list[HitOut]


@router.get("", summary="Search by name", responses=problems(*READING))
def search_everything(
    actor: CurrentActor,
    q: Annotated[
        str, Query(max_length=LONGEST, description="What the name holds; empty for the newest.")
    ] = "",
) -> HitsOut:
    """Return published ideas by name, and templates, executions and deployments of your teams, up to 5 of each."""
    with transaction() as session:
        return HitsOut(items=[HitOut.model_validate(hit) for hit in search(session, actor, q)])
