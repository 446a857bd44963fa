"""Links to one execution: made and withdrawn by its team, read by whoever has one."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session
from starlette.responses import JSONResponse

from app.api import examples
from app.api.access import CurrentActor, ExecutionId
from app.api.events import DOCUMENTED, MOST, MOST_SEQ, EventStream, hub, read_stored
from app.api.idempotency import Answer, OnceOnly
from app.api.logs import (
    TEXT,
    FirstLine,
    FoundOut,
    LastLine,
    Near,
    OutlineOut,
    Sought,
    Tail,
    Why,
    as_download,
    outline_out,
    text_of,
)
from app.api.paging import PageOut
from app.api.problem import READING, WRITING, problems
from app.session import in_thread
from models.db import transaction
from models.executions import State
from models.ids import decode_id
from services.events import Cursor, EventView
from services.events.outline import Outline, read_outline
from services.executions import shares
from services.executions.shared_search import search_shared

router = APIRouter(tags=["Shares"])

READ_BY_LINK = problems(404, 422, 429, 500, 503)
ASKED_EVERY_S = 2.0  # how long a follower goes on after its link was withdrawn


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


class SharedStepOut(BaseModel):
    """A step as a stranger sees it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.SHARED_STEP})

    name: str
    title: str
    state: State
    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    summary: str
    error_message: str


class SharedOut(BaseModel):
    """An execution as a stranger sees it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.SHARED})

    name: str
    template_name: str
    state: State
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    error_message: str
    steps: list[SharedStepOut]


def share_id(id: Annotated[str, Path(description="The link's id, such as `share_01k0…`.")]) -> str:  # noqa: A002
    """Return the id from the address, if one can be like this."""
    decode_id("share", id)
    return id


Token = Annotated[
    str, Path(max_length=80, description="The end of the link.", examples=["ism_share_Zk3v9Q…"])
]


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


@router.get("/shared/{token}", summary="Read a shared execution", responses=READ_BY_LINK)
def get_shared(token: Token) -> SharedOut:
    """Return what a link shows."""
    with transaction() as session:
        return SharedOut.model_validate(shares.shared_view(session, token))


@router.get("/shared/{token}/log", summary="Get the outline of a shared log", responses=READ_BY_LINK)
def get_shared_log(token: Token, tail: Tail = 0, why: Why = False) -> OutlineOut:
    """Return everything of a log but its lines, as a link shows it."""
    with transaction() as session:
        execution = shares.find_shared(session, token)
        return outline_out(
            cleaned(read_outline(session, execution.id, tail, why=why), shares.cleaner(execution))
        )


def cleaned(outline: Outline, clean: Callable[[str], str]) -> Outline:
    """Return an outline as a stranger sees it."""
    return Outline(
        outline.last_seq,
        outline.epoch,
        outline.ended,
        [shares.shared_event(mark, clean) for mark in outline.marks],
        outline.samples,
        {seq: shares.shared_event(event, clean) for seq, event in outline.errors.items()},
        [shares.shared_event(event, clean) for event in outline.tail],
    )


@router.get("/shared/{token}/log/search", summary="Search a shared log", responses=READ_BY_LINK)
def search_shared_log(token: Token, sought: Sought, near: Near = 1) -> FoundOut:
    """Count what is looked for in what the link shows, and return the hit at or behind `near`."""
    with transaction() as session:
        return FoundOut.model_validate(search_shared(session, token, sought, near))


@router.get(
    "/shared/{token}/log.txt",
    summary="Download a shared log",
    response_class=StreamingResponse,
    responses=TEXT | READ_BY_LINK,
)
def download_shared_log(token: Token, first: FirstLine = 1, to: LastLine = MOST_SEQ) -> StreamingResponse:
    """Return a log, or some lines of it, as text, as a link shows it."""
    with transaction() as session:
        execution = shares.find_shared(session, token)
        clean = shares.cleaner(execution)
    return as_download(text_of(execution.id, first, to, clean), "shared-execution")


@router.get(
    "/shared/{token}/events",
    summary="Follow a shared execution",
    response_model=None,
    responses=DOCUMENTED | READ_BY_LINK,
)
async def follow_shared(
    token: Token,
    first: Annotated[
        int | None,
        Query(alias="from", ge=1, le=MOST_SEQ, description="Answer with JSON, from this number on."),
    ] = None,
    limit: Annotated[
        int | None, Query(ge=1, le=MOST, description="Answer with JSON, with so many at most.")
    ] = None,
    last_event_id: Annotated[
        str, Query(max_length=40, description="As the header, for clients that cannot set one.")
    ] = "",
    last_event_id_header: Annotated[
        str, Header(alias="Last-Event-ID", max_length=40, description="Go on behind this event.")
    ] = "",
) -> Response:
    """Stream what a link shows until the execution or the link has ended. With `from` or `limit`: a page of it."""
    place = last_event_id_header or last_event_id
    cursor = Cursor.parse(place) if place else Cursor()
    if first is not None or limit is not None:
        page = await in_thread(read_shared, token, first or 1, limit or 500)
        return JSONResponse(page, headers={"Cache-Control": "no-store"})
    execution = await in_thread(shares.find_shared, token)
    return EventStream(SharedHub(token, shares.cleaner(execution)), execution.id, cursor)


def read_shared(session: Session, token: str, first: int, limit: int) -> dict[str, Any]:
    """Return a page of a shared log."""
    execution = shares.find_shared(session, token)
    clean = shares.cleaner(execution)
    return read_stored(session, execution.id, first, limit, lambda event: shares.shared_event(event, clean))


class SharedHub:
    """The events of an execution as a stranger may follow them, for as long as the link lives."""

    def __init__(self, token: str, clean: Callable[[str], str]) -> None:
        self._token, self._clean = token, clean

    async def follow(
        self, execution_id: str, after_seq: int = 0, epoch: int = 0
    ) -> AsyncGenerator[EventView, None]:
        """Yield events as the hub does.

        Raises:
            NotFound: the link was withdrawn or has expired. The reader comes again, and is told so.
        """
        clock = asyncio.get_running_loop().time
        asked_at = clock()
        events = hub.follow(execution_id, after_seq, epoch)
        async with aclosing(events):
            async for event in events:
                if clock() - asked_at > ASKED_EVERY_S:
                    await in_thread(shares.find_shared, self._token)
                    asked_at = clock()
                yield shares.shared_event(event, self._clean)
