"""Following an execution over HTTP: a stream that resumes exactly, ends with its reader, and pages as JSON."""

import asyncio
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from sqlmodel import col
from starlette.types import Message

from app.api import create_api, events
from app.api.events import EventStream, frames
from models.accounts import User
from models.clock import now
from models.db import transaction
from services import executions, keys
from services.accounts import Actor
from services.events import Cursor, EventHub, EventView
from services.events.batch import Batch
from services.events.view import PARTIAL
from tests.note import LINES, launch, person, tiny_catalogue, traces
from workers.walk import walk

COUNT = LINES * 8 + 8 * 2 + 2  # lines, starts and ends of steps, start and end of the whole


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


class Reader:
    """The other end of a stream, as an ASGI server presents it."""

    def __init__(self) -> None:
        self.left = asyncio.Event()
        self.head: Message = {}
        self.text = ""

    async def receive(self) -> Message:
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.head = message
        else:
            self.text += message["body"].decode()

    def frames(self) -> list[dict[str, str]]:
        blocks = [block for block in self.text.split("\n\n") if block.startswith("id:")]
        return [dict(line.split(": ", 1) for line in block.splitlines()) for block in blocks]  # type: ignore[misc]


async def read(hub: EventHub, execution_id: str, place: str = "") -> Reader:
    reader = Reader()
    cursor = Cursor.parse(place) if place else Cursor()
    async with asyncio.timeout(15):
        await EventStream(hub, execution_id, cursor)({}, reader.receive, reader.send)
    return reader


def test_a_stream_brings_everything_says_the_end_and_closes(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)

    async def scene() -> Reader:
        hub = EventHub()
        following = asyncio.create_task(read(hub, execution_id))
        await asyncio.to_thread(walk, execution_id, traces(tmp_path))
        reader = await following
        await hub.close()
        return reader

    reader = asyncio.run(scene())
    frames = reader.frames()
    assert [frame["id"] for frame in frames[:-1]] == [str(number) for number in range(1, COUNT + 1)]
    assert {frame["event"] for frame in frames[:-1]} == {"message"} and frames[-1]["event"] == "end"
    assert json.loads(frames[0]["data"])["kind"] == "execution.started"
    headers = dict(reader.head["headers"])
    assert headers[b"x-accel-buffering"] == b"no" and headers[b"content-type"].startswith(
        b"text/event-stream"
    )
    assert b"content-length" not in headers


def test_a_resumed_stream_goes_on_at_the_very_next_event(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    walk(execution_id, traces(tmp_path))

    async def scene() -> list[str]:
        hub = EventHub()
        reader = await read(hub, execution_id, "100")
        await hub.close()
        return [frame["id"] for frame in reader.frames() if frame["event"] == "message"]

    assert asyncio.run(scene()) == [str(number) for number in range(101, COUNT + 1)]


def test_a_stream_ends_with_its_reader(ada: Actor) -> None:
    execution_id = launch(ada)

    async def scene() -> float:
        hub = EventHub()
        reader = Reader()
        stream = asyncio.create_task(
            EventStream(hub, execution_id, Cursor())({}, reader.receive, reader.send)
        )
        await asyncio.sleep(0.3)
        start = time.monotonic()
        reader.left.set()
        await asyncio.wait_for(stream, 5)
        assert not hub._followers
        await hub.close()
        return time.monotonic() - start

    assert asyncio.run(scene()) < 2


def test_the_state_of_an_open_line_has_no_place_of_its_own() -> None:
    state = EventView(7, now(), "test", PARTIAL, "info", "50 %", {}, 2)
    (name, data), *_ = [block.split("\n", 1) for block in frames(Batch([state])).decode().split("\n\n")]
    assert name == "event: partial" and json.loads(data.removeprefix("data: "))["text"] == "50 %"


def test_what_all_readers_get_is_made_once(ada: Actor) -> None:
    made: list[Batch] = []
    batch = Batch([EventView(1, now(), "", "log.line", "info", "a", {})])

    def make(of: Batch) -> bytes:
        made.append(of)
        return frames(of)

    assert len({id(batch.made("frames", make)) for _ in range(200)}) == len(made) == 1


def test_a_silent_stream_gives_a_sign_of_life(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.events.BEAT_S", 0.2)
    execution_id = launch(ada)

    async def scene() -> str:
        hub = EventHub()
        reader = Reader()
        stream = asyncio.create_task(
            EventStream(hub, execution_id, Cursor())({}, reader.receive, reader.send)
        )
        await asyncio.sleep(1.0)
        reader.left.set()
        await stream
        await hub.close()
        return reader.text

    assert asyncio.run(scene()).count(": beat\n\n") >= 2


def ask(actor: Actor, path: str, **headers: str) -> httpx.Response:
    """Ask the API as a program with a key of this actor."""
    with transaction() as session:
        _, token = keys.create_key(session, actor, "test", ["executions:read"])

    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(app=create_api())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path, headers={"Authorization": f"Bearer {token}", **headers})

    return asyncio.run(request())


def test_the_log_comes_in_pages_that_join(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    walk(execution_id, traces(tmp_path))
    seen: list[dict[str, Any]] = []
    first: int | None = 1
    while first is not None:
        page = ask(ada, f"/api/v1/executions/{execution_id}/events?from={first}&limit=100").json()
        seen += page["items"]
        first = page["next_from"]
    assert [event["seq"] for event in seen] == list(range(1, COUNT + 1))


def test_a_page_of_what_goes_on_says_where_to_ask_again(ada: Actor) -> None:
    page = ask(ada, f"/api/v1/executions/{launch(ada)}/events?limit=10").json()
    assert page == {"items": [], "next_from": 1}


def test_the_log_of_another_team_reads_as_not_there(ada: Actor) -> None:
    execution_id = launch(ada)
    assert ask(person("bob@example.com"), f"/api/v1/executions/{execution_id}/events").status_code == 404


@pytest.mark.parametrize("place", ["abc", "-1", "57-", "1" * 30, "²"])
def test_a_place_that_cannot_be_is_refused_with_a_sentence(ada: Actor, place: str) -> None:
    execution_id = launch(ada)
    answer = ask(ada, f"/api/v1/executions/{execution_id}/events?last_event_id={place}")
    assert answer.status_code == 422 and answer.json()["code"] == "bad_event_id"


def test_a_retried_execution_can_be_followed_on(ada: Actor, tmp_path: Path) -> None:
    execution_id = launch(ada)
    walk(execution_id, traces(tmp_path, fails="scan"))

    async def scene() -> tuple[Reader, Reader]:
        hub = EventHub()
        first = await read(hub, execution_id)
        place = first.frames()[-1]["id"]

        def again() -> None:
            with transaction() as session:
                executions.retry(session, ada, execution_id)
            walk(execution_id, traces(tmp_path))

        following = asyncio.create_task(read(hub, execution_id, place))
        await asyncio.to_thread(again)
        second = await following
        # The reader may have been quicker than the retry: then it was told that all had been said.
        if len(second.frames()) == 1:
            second = await read(hub, execution_id, place)
        await hub.close()
        return first, second

    first, second = asyncio.run(scene())
    seqs = [json.loads(frame["data"])["seq"] for frame in [*first.frames()[:-1], *second.frames()[:-1]]]
    assert seqs == list(range(1, len(seqs) + 1))
    assert second.frames()[0]["event"] == "message"


@pytest.mark.parametrize("end", ["revoked", "left"])
def test_an_open_stream_ends_when_its_reader_may_not_read_on(
    ada: Actor, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        key, token = keys.create_key(session, ada, "test", ["executions:read"])
    path = f"/api/v1/executions/{execution_id}/events"
    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "scheme": "http", "query_string": b"", "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80),
        "headers": [(b"authorization", f"Bearer {token}".encode())],
    }  # fmt: skip
    monkeypatch.setattr(events, "ASKED_EVERY_S", 0.05)

    async def scene() -> int:
        reader, api = Reader(), create_api()
        following = asyncio.create_task(api(scope, reader.receive, reader.send))
        await asyncio.sleep(0.5)
        assert not following.done() and reader.head["status"] == 200
        with transaction() as session:
            if end == "revoked":
                keys.revoke_key(session, ada, key.id)
            else:
                session.execute(update(User).where(col(User.id) == ada.user_id).values(disabled_at=now()))
        async with asyncio.timeout(10):
            await following
        again = Reader()
        await api(scope, again.receive, again.send)
        await events.hub.close()
        return int(again.head["status"])

    assert asyncio.run(scene()) == 401
