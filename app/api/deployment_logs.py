"""The log of an application, in the form of an execution's, so that the same view shows it."""

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from app.api.access import CurrentActor, DeploymentId
from app.api.events import (
    DOCUMENTED,
    MOST_SEQ,
    EventStream,
    FirstOfPage,
    LastSeen,
    LastSeenHeader,
    SizeOfPage,
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
)
from app.api.problem import READING, problems
from app.session import current_actor, in_thread
from models.db import transaction
from services.accounts import Actor
from services.deployments.app_logs.following import AppLogHub
from services.deployments.app_logs.reading import MOST, ends_of, read_lines, read_outline
from services.deployments.app_logs.searching import search_app_log
from services.deployments.views import find_deployment
from services.events import Cursor
from services.events.batch import Batch

router = APIRouter(prefix="/deployments", tags=["Deployments"])
hub = AppLogHub()
ASKED_EVERY_S = 2.0  # how long a follower goes on after they may not read it any more


@router.get("/{id}/log", summary="Get the outline of an app's log", responses=problems(404, *READING))
def get_app_log_outline(
    actor: CurrentActor,
    id: DeploymentId,  # noqa: A002
    tail: Tail = 0,
    why: Why = False,
) -> OutlineOut:
    """Return everything of a log but its lines: those are read by their number, from `/events?from=&limit=`.

    What is no line of the application (`app.started`, `app.serving`, `app.stopped`, `app.failed`) is its keeper's.
    """
    with transaction() as session:
        find_deployment(session, actor, "deployments:read", id)
    return outline_out(read_outline(id, tail))


@router.get("/{id}/log/search", summary="Search an app's log", responses=problems(404, *READING))
def search_deployment_log(actor: CurrentActor, id: DeploymentId, sought: Sought, near: Near = 1) -> FoundOut:  # noqa: A002
    """Count what is looked for in all that is kept of the log, exactly, and return the hit at or behind `near`."""
    with transaction() as session:
        find_deployment(session, actor, "deployments:read", id)
        return FoundOut.model_validate(search_app_log(session, id, sought, near))


@router.get(
    "/{id}/log.txt",
    summary="Download an app's log",
    response_class=StreamingResponse,
    responses=TEXT | problems(404, *READING),
)
def download_app_log(
    actor: CurrentActor,
    id: DeploymentId,  # noqa: A002
    first: FirstLine = 1,
    to: LastLine = MOST_SEQ,
) -> StreamingResponse:
    """Return all that is kept of a log, or some lines of it, as text."""
    with transaction() as session:
        name = find_deployment(session, actor, "deployments:read", id).slug
    return as_download(text_of(id, first, to), name)


def text_of(deployment_id: str, first: int, to: int) -> Iterator[str]:
    """Yield a log page by page, from the first line that is there."""
    oldest, last = ends_of(deployment_id)
    after, to = max(first, oldest) - 1, min(to, last)
    while after < to:
        events = read_lines(deployment_id, after, min(MOST, to - after))
        if not events:
            return
        yield "".join(f"{one.shown}\n" for one in events)
        after = events[-1].seq


@router.get(
    "/{id}/events",
    summary="Follow an app's log",
    response_model=None,
    responses=DOCUMENTED | problems(404, *READING),
)
async def follow_app_log(
    request: Request,
    actor: CurrentActor,
    id: DeploymentId,  # noqa: A002
    first: FirstOfPage = None,
    limit: SizeOfPage = None,
    last_event_id: LastSeen = "",
    last_event_id_header: LastSeenHeader = "",
) -> Response:
    """Stream the log of an application as it grows. With `from` or `limit`: a page of it as JSON."""
    place = last_event_id_header or last_event_id
    cursor = Cursor.parse(place) if place else Cursor()
    if first is not None or limit is not None:
        page = await in_thread(read_page, actor, id, first or 1, limit or 500)
        return JSONResponse(page, headers={"Cache-Control": "no-store"})
    await in_thread(find_deployment, actor, "deployments:read", id)
    return EventStream(MembersHub(request), id, cursor)


class MembersHub:
    """The log of an application as somebody may follow it, for as long as they may read the deployment."""

    def __init__(self, request: Request) -> None:
        self._request = request

    async def follow_batches(
        self, deployment_id: str, after_seq: int = 0, epoch: int = 0
    ) -> AsyncGenerator[Batch, None]:
        """Yield lines as the hub does.

        Raises:
            NotSignedIn, NotFound: no longer. The reader comes again, and is told so.
        """
        clock = asyncio.get_running_loop().time
        asked_at = clock()
        async with aclosing(hub.follow_batches(deployment_id, after_seq, epoch)) as batches:
            async for batch in batches:
                if clock() - asked_at > ASKED_EVERY_S:
                    actor = await current_actor(self._request)
                    await in_thread(find_deployment, actor, "deployments:read", deployment_id)
                    asked_at = clock()
                yield batch


def read_page(session: Session, actor: Actor, deployment_id: str, first: int, limit: int) -> dict[str, Any]:
    """Return a page of a log, as `EventsOut` describes it. There is always a next one: the app may speak again."""
    find_deployment(session, actor, "deployments:read", deployment_id)
    events = read_lines(deployment_id, first - 1, limit)
    reached = events[-1].seq if events else first - 1
    return {"items": [one.as_dict() for one in events], "next_from": reached + 1}
