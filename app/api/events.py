"""Everything that an execution says: as a live stream that resumes where it broke off, or in pages."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from app.api.access import ExecutionId, Sender, Team
from app.api.problem import READING, problems
from app.session import actor_of, as_sender, credentials_of, nobody, team_of
from models.errors import IdeasmithError
from services.accounts import Actor
from services.events import END, REWIND, Cursor, EventHub, EventView, read_events, read_heads
from services.events.asking import Asking
from services.events.batch import Batch
from services.events.view import PARTIAL
from services.executions import find_execution

router = APIRouter(prefix="/executions", tags=["Executions"])
hub = EventHub()
asking = Asking(2)
Allowed = Callable[[], Awaitable[None]]

ASKED_EVERY_S = 10.0  # how long a follower goes on after they may not read it any more
BEAT_S = 10.0  # proxies and browsers take a line that is silent for longer for dead
MOST = 1_000
MOST_SEQ = 2**62
# A proxy must hand on what it gets at once, and nobody may keep it.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class EventOut(BaseModel):
    """One thing that an execution said."""

    model_config = ConfigDict(from_attributes=True)

    seq: int = Field(description="Its number, from 1 and without gaps.")
    at: datetime
    span: str = Field(description="The step that it belongs to, or empty.", examples=["test"])
    kind: str = Field(examples=["log.line", "step.finished", "execution.succeeded"])
    level: str = Field(examples=["info", "warning", "error"])
    text: str = Field(
        description="Of a `log.line` as it was written: colours (ECMA-48 SGR) and carriage returns stay in it, "
        "nothing else that a terminal would obey. Any other text is plain.",
        examples=["41 passed in 1.2 s"],
    )
    data: dict[str, Any]


class EventsOut(BaseModel):
    """Some of what an execution said, in order."""

    items: list[EventOut]
    next_from: int | None = Field(
        description="Send it as `from` for what follows; null when the execution has ended and this was all."
    )


# How a log may be asked for, by its people and by whoever has a link.
FirstOfPage = Annotated[
    int | None, Query(alias="from", ge=1, le=MOST_SEQ, description="Answer with JSON, from this number on.")
]
SizeOfPage = Annotated[
    int | None, Query(ge=1, le=MOST, description="Answer with JSON, with so many at most.")
]
LastSeen = Annotated[str, Query(max_length=40, description="As the header, for clients that cannot set one.")]
LastSeenHeader = Annotated[
    str, Header(alias="Last-Event-ID", max_length=40, description="Go on behind this event.")
]
STREAM_EXAMPLE = 'id: 57\nevent: message\ndata: {"seq":57,"kind":"log.line","text":"41 passed in 1.2 s"}\n\n'
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    200: {
        "model": EventsOut,
        "description": (
            "Without `from` and `limit` a stream: each event as `message`; `rewind` with `{seq}` when what was sent "
            "behind that number is void; `partial` with the newest state of a line that is painted over and has no "
            "end yet, which is no event; `end` when the execution has ended and everything was sent."
        ),
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": STREAM_EXAMPLE}},
    }
}


@router.get(
    "/{id}/events",
    summary="Follow an execution",
    response_model=None,
    responses=DOCUMENTED | problems(404, *READING),
)
async def follow_execution(
    request: Request,
    sender: Sender,
    id: ExecutionId,  # noqa: A002
    team: Team = None,
    first: FirstOfPage = None,
    limit: SizeOfPage = None,
    last_event_id: LastSeen = "",
    last_event_id_header: LastSeenHeader = "",
) -> Response:
    """Stream what an execution says until it has ended. With `from` or `limit`: a page of it as JSON."""
    place = last_event_id_header or last_event_id
    cursor = Cursor.parse(place) if place else Cursor()
    if first is not None or limit is not None:
        page = await as_sender(request, read_page, id, first or 1, limit or 500)
        return JSONResponse(page, headers={"Cache-Control": "no-store"})
    await as_sender(request, find_execution, id)
    return EventStream(hub, id, cursor, still_allowed(request, id))


def still_allowed(request: Request, execution_id: str) -> Allowed:
    """Return the question whether whoever sent a request may still read an execution.

    All who follow with the same key or session ask together, and never more than two at once: lines go first.
    """
    sender = (*credentials_of(request), team_of(request))

    def question(session: Session) -> None:
        actor = actor_of(session, *sender)
        if actor is None:
            raise nobody()
        find_execution(session, actor, execution_id)

    return lambda: asking.ask((sender, execution_id), question)


def read_page(session: Session, actor: Actor, execution_id: str, first: int, limit: int) -> dict[str, Any]:
    """Return a page of the stored log, as `EventsOut` describes it."""
    find_execution(session, actor, execution_id)
    return read_stored(session, execution_id, first, limit, lambda event: event)


def read_stored(
    session: Session, execution_id: str, first: int, limit: int, seen: Callable[[EventView], EventView]
) -> dict[str, Any]:
    """Return a page of the stored log, each event as `seen` lets it be seen. A scrolling reader waits for it."""
    # The head first: what comes in between is then on this page, or on the next.
    head = read_heads(session, [execution_id])[execution_id]
    events = read_events(session, execution_id, first - 1, limit)
    reached = events[-1].seq if events else first - 1
    done = head.ended and reached >= head.last_seq
    items = [seen(event).as_dict() for event in events]
    return {"items": items, "next_from": None if done else reached + 1}


class Hub(Protocol):
    """Whoever hands out the events of an execution."""

    def follow_batches(
        self, execution_id: str, after_seq: int = 0, epoch: int = 0
    ) -> AsyncGenerator[Batch, None]:
        """Yield what stands behind a place, then what comes."""
        ...


class EventStream(Response):
    """A response that lasts as long as its reader: server-sent events (HTML Living Standard, 9.2)."""

    media_type = "text/event-stream"

    def __init__(self, hub: Hub, execution_id: str, cursor: Cursor, allowed: Allowed | None = None) -> None:
        """`allowed` is asked now and then, and raises when the reader may not go on."""
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._hub, self._execution_id, self._cursor = hub, execution_id, cursor
        self._allowed = allowed
        self._sending = asyncio.Lock()
        self._sent_at = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the execution has ended or the reader has left."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        pump = asyncio.create_task(self._pump(send))
        others = [asyncio.create_task(watch(receive)), asyncio.create_task(self._beat(send))]
        if self._allowed is not None:
            others.append(asyncio.create_task(ask_again(self._allowed)))
        try:
            # Granian does not raise when the reader is gone: it has to be listened for.
            await asyncio.wait([pump, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (pump, *others):
                task.cancel()
            await asyncio.gather(pump, *others, return_exceptions=True)
        if not pump.cancelled() and (error := pump.exception()):
            raise error

    async def _pump(self, send: Send) -> None:
        await self._write(send, b"retry: 1000\n\n")
        batches = self._hub.follow_batches(self._execution_id, self._cursor.seq, self._cursor.epoch)
        async with aclosing(batches):
            async for batch in batches:
                await self._write(send, batch.made("frames", frames))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _beat(self, send: Send) -> None:
        """Say something now and then, so that nobody between takes the line for dead."""
        clock = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(max(0.1, self._sent_at + BEAT_S - clock()))
            if clock() - self._sent_at >= BEAT_S:
                await self._write(send, b": beat\n\n")

    async def _write(self, send: Send, body: bytes) -> None:
        async with self._sending:
            await send({"type": "http.response.body", "body": body, "more_body": True})
            self._sent_at = asyncio.get_running_loop().time()


async def ask_again(allowed: Allowed) -> None:
    """Return when the reader may not read on. They come again, and are told so."""
    while True:
        await asyncio.sleep(ASKED_EVERY_S)
        try:
            await allowed()
        except IdeasmithError:
            return
        except DBAPIError:
            continue  # nobody knows while the database is away, and it has no news either


async def watch(receive: Receive) -> None:
    """Return when the reader has left."""
    with suppress(OSError):
        while (await receive())["type"] != "http.disconnect":
            pass


def frames(batch: Batch) -> bytes:
    """Return events as they go over the line, to every reader the same bytes."""
    return "".join(framed(event) for event in batch.events).encode()


def framed(event: EventView) -> str:
    """Return an event as it goes over the line. Its id is a place that this server can go on from."""
    place = Cursor(event.seq, event.epoch)
    if event.kind == PARTIAL:  # without an id: a reader who comes back goes on behind the last event
        return f"event: partial\ndata: {event.as_json()}\n\n"
    if event.kind in (REWIND, END):
        name = "rewind" if event.kind == REWIND else "end"
        body = json.dumps({"seq": event.seq})
        return f"id: {place}\nevent: {name}\ndata: {body}\n\n"
    return f"id: {place}\nevent: message\ndata: {event.as_json()}\n\n"
