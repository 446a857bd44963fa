"""Links to one execution: made, listed and withdrawn by its team. What they show is in shared.py."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, ExecutionId
from app.api.idempotency import Answer, OnceOnly
from app.api.paging import PageOut
from app.api.problem import READING, WRITING, problems
from models.db import transaction
from models.ids import decode_id
from services.executions import shares

router = APIRouter(tags=["Shares"])


class ShareOut(BaseModel):
    """A link to an execution, without what makes it work."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.SHARE})

    id: str
    created_at: datetime
    expires_at: datetime
    ended: bool = Field(description="Whether it has expired.")


class NewShareOut(ShareOut):
    """A link that was just made."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {**examples.SHARE, "url": "http://127.0.0.1:3000/shared/ism_share_Zk3v9Q…"}
        }
    )

    url: str | None = Field(
        description="The link itself. Keep it now: it is shown this once, and null in the answer to a repeat."
    )


class NewShare(BaseModel):
    """How long a link shall live."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"days": 7}})

    days: int = Field(default=7, ge=1, le=max(shares.DAYS))


def share_id(id: Annotated[str, Path(description="The link's id, such as `share_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("share", id)
    return id


@router.get(
    "/executions/{id}/shares", summary="List links to an execution", responses=problems(404, *READING)
)
def list_shares(actor: CurrentActor, id: ExecutionId) -> PageOut[ShareOut]:  # noqa: A002
    """Return the links to an execution that were not withdrawn, newest first. There is only ever one page."""
    with transaction() as session:
        rows = shares.list_shares(session, actor, id)
    return PageOut(items=[ShareOut.model_validate(row) for row in rows], next_cursor=None)


@router.post(
    "/executions/{id}/shares",
    summary="Share an execution",
    status_code=201,
    response_model=NewShareOut,
    responses={201: {"description": "The link, shown this once."}, **problems(404, *WRITING)},
)
def share_execution(actor: CurrentActor, once: OnceOnly, id: ExecutionId, body: NewShare) -> Response:  # noqa: A002
    """Make a link that shows an execution to whoever has it: to read only, without options, addresses or people."""

    def make() -> Answer:
        row, token = shares.share(session, actor, id, body.days)
        headers = {"Cache-Control": "no-store"}
        return Answer(201, shown(row, shares.link_of(token)), headers, kept=shown(row, None))

    with transaction() as session:
        return once.answer(session, actor, make)


def shown(row: shares.ShareView, url: str | None) -> NewShareOut:
    """Return a new link, with or without what must be kept secret."""
    return NewShareOut(**ShareOut.model_validate(row).model_dump(), url=url)


@router.delete(
    "/shares/{id}",
    summary="Withdraw a link",
    status_code=204,
    responses=problems(401, 403, 404, 422, 500, 503),
)
def withdraw_share(actor: CurrentActor, id: Annotated[str, Depends(share_id)]) -> None:  # noqa: A002
    """End a link at once. Doing it twice is harmless."""
    with transaction() as session:
        shares.withdraw(session, actor, id)
