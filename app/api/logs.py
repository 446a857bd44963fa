"""Long logs: their outline, exact search in all of it, and the whole of it as text."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from app.api import examples
from app.api.access import CurrentActor, ExecutionId
from app.api.events import MOST_SEQ, EventOut
from app.api.problem import READING, problems
from models.db import transaction
from services.events.outline import Outline, read_outline
from services.events.reader import MOST, read_events
from services.events.search import LONGEST, search_log
from services.events.search import Query as Wanted
from services.executions import find_execution

router = APIRouter(prefix="/executions", tags=["Executions"])


class OutlineOut(BaseModel):
    """What a reader of a log needs before its lines."""

    model_config = ConfigDict(json_schema_extra={"example": examples.OUTLINE})

    last_seq: int = Field(description="The number of the last event that is stored.")
    place: str = Field(description="Send it as `Last-Event-ID` to follow what comes behind.")
    ended: bool = Field(description="Whether nothing follows.")
    marks: list[EventOut] = Field(description="The events that are no line of output, in order.")
    samples: list[tuple[int, datetime]] = Field(description="Evenly spread numbers with their moments.")
    errors: dict[int, EventOut] = Field(
        description="The first line that tells of an error, by the number of the event that says a step failed."
    )
    tail: list[EventOut] = Field(description="The last events, as many as were asked for.")


class FoundOut(BaseModel):
    """Where something stands in a log."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"example": examples.FOUND})

    count: int = Field(description="How many lines have it, in the whole log.")
    until: int = Field(description="The number of the last event that was looked at.")
    seq: int = Field(
        description="The hit at or behind `near`; the first one when none follows; 0 without any."
    )
    number: int = Field(description="Which one that is, counted from 1.")
    previous: int = Field(description="The hit before it.")
    next: int = Field(description="The hit behind it.")
    folds: dict[int, int] = Field(description="How many hits each attempt of a step has, by its first event.")


Tail = Annotated[int, Query(ge=0, le=500, description="How many of the last events to bring along.")]

Why = Annotated[bool, Query(description="Whether to look for `errors`, which takes a moment more.")]


def wanted(
    q: Annotated[
        str, Query(min_length=1, max_length=LONGEST, description="What to look for.", examples=["passed"])
    ],
    regex: Annotated[bool, Query(description="Whether `q` is a regular expression (PostgreSQL's).")] = False,
    case: Annotated[bool, Query(description="Whether upper and lower case differ.")] = False,
    span: Annotated[str, Query(max_length=40, description="Only in this step.")] = "",
    level: Annotated[str, Query(max_length=10, description="Only lines of this level.")] = "",
) -> Wanted:
    """Return what is looked for."""
    return Wanted(q, regex, case, span.replace("\x00", ""), level.replace("\x00", ""))


Sought = Annotated[Wanted, Depends(wanted)]
FirstLine = Annotated[int, Query(alias="from", ge=1, le=MOST_SEQ, description="The first line.")]
LastLine = Annotated[int, Query(ge=1, le=MOST_SEQ, description="The last line.")]
Near = Annotated[int, Query(ge=1, le=MOST_SEQ, description="Where to begin.")]


@router.get("/{id}/log", summary="Get the outline of a log", responses=problems(404, *READING))
def get_log_outline(actor: CurrentActor, id: ExecutionId, tail: Tail = 0, why: Why = False) -> OutlineOut:  # noqa: A002
    """Return everything of a log but its lines: those are read by their number, from `/events?from=&limit=`."""
    with transaction() as session:
        find_execution(session, actor, id)
        return outline_out(read_outline(session, id, tail, why=why))


def outline_out(outline: Outline) -> OutlineOut:
    """Return an outline as the API shows it."""
    return OutlineOut(
        last_seq=outline.last_seq,
        place=outline.place,
        ended=outline.ended,
        marks=[EventOut.model_validate(mark) for mark in outline.marks],
        samples=outline.samples,
        errors={seq: EventOut.model_validate(event) for seq, event in outline.errors.items()},
        tail=[EventOut.model_validate(event) for event in outline.tail],
    )


@router.get("/{id}/log/search", summary="Search a log", responses=problems(404, *READING))
def search_execution_log(actor: CurrentActor, id: ExecutionId, sought: Sought, near: Near = 1) -> FoundOut:  # noqa: A002
    """Count what is looked for in the whole log, exactly, and return the hit at or behind `near`."""
    with transaction() as session:
        find_execution(session, actor, id)
        return FoundOut.model_validate(search_log(session, id, sought, near))


TEXT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/plain": {"schema": {"type": "string"}, "example": "41 passed in 1.2 s\n"}},
        "description": "A line an event, without colours.",
    }
}


@router.get(
    "/{id}/log.txt",
    summary="Download a log",
    response_class=StreamingResponse,
    responses=TEXT | problems(404, *READING),
)
def download_log(
    actor: CurrentActor,
    id: ExecutionId,  # noqa: A002
    first: FirstLine = 1,
    to: LastLine = MOST_SEQ,
) -> StreamingResponse:
    """Return a log, or some lines of it, as text."""
    with transaction() as session:
        find_execution(session, actor, id)
    return as_download(text_of(id, first, to), id)


def as_download(text: Iterator[str], name: str) -> StreamingResponse:
    """Return text as a file to save."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.log"', "Cache-Control": "no-store"}
    return StreamingResponse(text, media_type="text/plain; charset=utf-8", headers=headers)


def as_it_is(text: str) -> str:
    """Return what a member of the team sees of a text: all of it."""
    return text


def text_of(execution_id: str, first: int, to: int, seen: Callable[[str], str] = as_it_is) -> Iterator[str]:
    """Yield a log page by page; no transaction is open while the reader is slow."""
    after = first - 1
    while after < to:
        with transaction() as session:
            events = read_events(session, execution_id, after, MOST)
        lines = [seen(event.shown) for event in events if event.seq <= to and event.shown]
        if lines:
            yield "\n".join(lines) + "\n"
        if len(events) < MOST:
            return
        after = events[-1].seq
