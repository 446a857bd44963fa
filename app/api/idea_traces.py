"""Whose copy a text is that turned up elsewhere. For the operator."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor
from app.api.problem import READING, problems
from models.db import transaction
from models.ids import decode_id
from services.ideas.marks.tracing import MOST_CHARACTERS, Outcome, trace

router = APIRouter(prefix="/idea-traces", tags=["Purchases"])


class NewTrace(BaseModel):
    """A copy that turned up."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": examples.NEW_TRACE})

    text: str = Field(max_length=MOST_CHARACTERS, description="The copy, as it was found.")
    idea_id: str = Field(
        default="",
        max_length=40,
        description="The idea that it is of. Without it every idea is looked through.",
    )


class SuspectOut(BaseModel):
    """A purchase that the copy comes from."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.SUSPECT})

    purchase_id: str
    user_id: str
    name: str
    state: str
    bought_at: datetime
    agree: int = Field(description="At how many places of the copy its mark agrees.")
    places: int = Field(description="How many places of the copy say something.")
    chance: float = Field(description="How likely anybody else's mark, of all buyers, would agree so well.")


class TraceOut(BaseModel):
    """What was found."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.TRACE})

    outcome: Outcome
    sentence: str
    idea_id: str = Field(description="The idea; empty where none sells it.")
    title: str
    places: int
    needed: int = Field(description="How many places name one of so many buyers.")
    buyers: int
    unseen: bool = Field(description="Whether characters that nobody sees are still in the copy.")
    suspects: list[SuspectOut]


@router.post("", summary="Trace a copy", responses=problems(400, 404, 413, *READING))
def trace_copy(actor: CurrentActor, body: NewTrace) -> TraceOut:
    """Compare a text with what each buyer was given, and name the purchase that it comes from. Operator only.

    Nobody is named unless anybody else's copy would agree so well once in a million times.
    """
    if body.idea_id:
        decode_id("idea", body.idea_id)
    with transaction() as session:
        return TraceOut.model_validate(trace(session, actor, body.text, body.idea_id))
