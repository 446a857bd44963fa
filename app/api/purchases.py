"""Purchases: what you may read because you bought it, or were given it."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import Cursor, Limit, PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.ids import decode_id
from models.purchases import PurchaseSource, PurchaseState
from services import purchases

router = APIRouter(prefix="/purchases", tags=["Purchases"])

GIVEN: dict[int | str, dict[str, Any]] = {201: {"description": "It is theirs to read."}}


class PurchaseOut(BaseModel):
    """One purchase of yours."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.PURCHASE})

    id: str
    idea_id: str
    title: str
    version_id: str = Field(description="The version that was sold; later ones are yours too.")
    state: PurchaseState
    source: PurchaseSource
    price_cents: int = Field(description="What was paid: 0 for what was given.")
    created_at: datetime
    paid_at: datetime | None = None
    refunded_at: datetime | None = None


class NewGrant(BaseModel):
    """Which idea goes to whom."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"idea_id": examples.IDEA_ID, "user_id": examples.AUTHOR_ID}},
    )

    idea_id: str = Field(max_length=40)
    user_id: str = Field(max_length=40, description="The account that may read it then.")


@router.get("", summary="List purchases", responses=problems(*READING))
def list_purchases(actor: CurrentActor, cursor: Cursor = "", limit: Limit = 25) -> PageOut[PurchaseOut]:
    """Return what you bought or were given, newest first. `GET /api/v1/ideas/{id}/paid` gives its text."""
    with transaction() as session:
        page = purchases.list_purchases(session, actor, cursor, limit)
    return PageOut(
        items=[PurchaseOut.model_validate(one) for one in page.items], next_cursor=page.next_cursor
    )


@router.post(
    "/grants",
    summary="Give an idea away",
    status_code=201,
    response_model=PurchaseOut,
    responses=GIVEN | problems(404, *WRITING),
)
def grant_idea(actor: CurrentActor, once: OnceOnly, body: NewGrant) -> Response:
    """Let somebody read an idea as if they had bought it. Nothing is paid. Operator only; twice is once."""
    decode_id("idea", body.idea_id)
    decode_id("user", body.user_id)

    def grant() -> Answer:
        given = purchases.grant(session, actor, body.user_id, body.idea_id)
        return Answer(201, PurchaseOut.model_validate(given))

    with transaction() as session:
        return once.answer(session, actor, grant)
