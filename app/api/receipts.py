"""Receipts of authorship: the file of one, for its author, and the public log that all of them stand in."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, IdeaId, Reader
from app.api.paging import Limit, PageOut
from app.api.problem import READING, problems
from models.db import transaction
from services.ideas.receipts import days
from services.ideas.receipts.handing_out import receipt_of

router = APIRouter(prefix="/ideas", tags=["Ideas"])
days_router = APIRouter(prefix="/receipt-days", tags=["Ideas"])

FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The receipt.", "content": {"application/json": {"schema": {"type": "object"}}}}
}
Version = Annotated[
    int | None, Query(ge=1, le=1_000_000, description="Which version; the one that is sold now if left out.")
]
After = Annotated[
    str,
    Query(
        max_length=10,
        description="Only days behind this one, as `2026-11-28`: `next_cursor` of the page before.",
    ),
]
Day = Annotated[str, Path(max_length=10, description="A day of the log, as `2026-11-28`.")]


class ReceiptDayOut(BaseModel):
    """A closed day of the log."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.RECEIPT_DAY})

    day: date
    size: int = Field(description="How many receipts stand in it.")
    root: str = Field(description="The root of its Merkle tree (RFC 6962).")
    previous: str | None = Field(
        description="The SHA-256 of the envelope of the day before; null for the first."
    )
    envelope: str = Field(description="The signed statement about the day, byte for byte: DSSE, Ed25519.")
    closed_at: datetime


class WholeReceiptDayOut(ReceiptDayOut):
    """A closed day with all of its leaves: the root can be computed anew from them."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.WHOLE_RECEIPT_DAY})

    leaves: list[str] = Field(description="The hash of each receipt, in their order.")


@router.get(
    "/{id}/receipt",
    summary="Download the receipt of authorship",
    response_class=Response,
    responses=FILE | problems(404, *READING),
)
def get_idea_receipt(actor: CurrentActor, id: IdeaId, version: Version = None) -> Response:  # noqa: A002
    """Return the signed receipt of a version, for its author's side. `ideasmith ideas verify` checks it anywhere."""
    with transaction() as session:
        found = receipt_of(session, actor, id, version)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(found.content, media_type="application/json", headers=headers)


@days_router.get("", summary="List days of the receipt log", responses=problems(*READING))
def list_receipt_days(actor: Reader, cursor: After = "", limit: Limit = 100) -> PageOut[ReceiptDayOut]:
    """Return closed days, the oldest first. Each names the hash of the one before, so none can be changed unseen."""
    with transaction() as session:
        page = days.list_days(session, cursor, limit)
    return PageOut(
        items=[ReceiptDayOut.model_validate(one) for one in page.items], next_cursor=page.next_cursor
    )


@days_router.get("/{day}", summary="Get a day of the receipt log", responses=problems(404, *READING))
def get_receipt_day(actor: Reader, day: Day) -> WholeReceiptDayOut:
    """Return a closed day with the hash of every receipt in it."""
    with transaction() as session:
        return WholeReceiptDayOut.model_validate(days.get_day(session, day))
