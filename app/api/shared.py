"""What a link to an execution shows to whoever has it, live, without an account."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session
from starlette.responses import JSONResponse

from app.api import examples
from app.api.events import (
    DOCUMENTED,
    MOST_SEQ,
    EventStream,
    FirstOfPage,
    LastSeen,
    LastSeenHeader,
    SizeOfPage,
    hub,
    read_stored,
)
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
from app.api.problem import problems
from app.session import in_thread
from models.db import transaction
from models.executions import Execution, State
from services.events import Cursor
from services.events.batch import Batch
from services.events.outline import Outline, read_outline
from services.executions import shares
from services.executions.shared_search import search_shared

router = APIRouter(tags=["Shares"])

READ_BY_LINK = problems(404, 422, 429, 500, 503)
ASKED_EVERY_S = 2.0  # how long a follower goes on after its link was withdrawn


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


Token = Annotated[
    str, Path(max_length=80, description="The end of the link.", examples=["ism_share_Zk3v9Q…"])
]


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
    first: FirstOfPage = None,
    limit: SizeOfPage = None,
    last_event_id: LastSeen = "",
    last_event_id_header: LastSeenHeader = "",
) -> Response:
    """Stream what a link shows until the execution or the link has ended. With `from` or `limit`: a page of it."""
    place = last_event_id_header or last_event_id
    cursor = Cursor.parse(place) if place else Cursor()
    if first is not None or limit is not None:
        page = await in_thread(read_shared, token, first or 1, limit or 500)
        return JSONResponse(page, headers={"Cache-Control": "no-store"})
    execution = await in_thread(shares.find_shared, token)
    return EventStream(SharedHub(token, execution), execution.id, cursor)


def read_shared(session: Session, token: str, first: int, limit: int) -> dict[str, Any]:
    """Return a page of a shared log."""
    execution = shares.find_shared(session, token)
    clean = shares.cleaner(execution)
    return read_stored(session, execution.id, first, limit, lambda event: shares.shared_event(event, clean))


class SharedHub:
    """The events of an execution as a stranger may follow them, for as long as the link lives."""

    def __init__(self, token: str, execution: Execution) -> None:
        self._token, self._clean = token, shares.cleaner(execution)
        self._name = f"shared without {execution.url}"

    async def follow_batches(
        self, execution_id: str, after_seq: int = 0, epoch: int = 0
    ) -> AsyncGenerator[Batch, None]:
        """Yield events as the hub does. What strangers see of them is the same for all, and made once.

        Raises:
            NotFound: the link was withdrawn or has expired. The reader comes again, and is told so.
        """
        clock = asyncio.get_running_loop().time
        asked_at = clock()
        batches = hub.follow_batches(execution_id, after_seq, epoch)
        async with aclosing(batches):
            async for batch in batches:
                if clock() - asked_at > ASKED_EVERY_S:
                    await in_thread(shares.find_shared, self._token)
                    asked_at = clock()
                yield batch.made(self._name, self._shared)

    def _shared(self, batch: Batch) -> Batch:
        return Batch([shares.shared_event(event, self._clean) for event in batch.events])
