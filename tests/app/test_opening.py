"""Streams that are asked for all at once begin a few at a time; nothing else waits for them."""

import asyncio
import gc
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.edge.opening import OpeningInTurn
from app.web import COLLECTED_AT, kept_for_good

STREAM = "/api/v1/executions/exec_1/events"


class Opening:
    """An application that takes its time to open a stream, and counts how many are at it."""

    def __init__(self) -> None:
        self.now = self.most = 0
        self.begun: list[str] = []
        self.hangs, self.fails = asyncio.Event(), False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.now, self.most = self.now + 1, max(self.most, self.now + 1)
        self.begun.append(scope["client"])
        for _ in range(5):
            await asyncio.sleep(0)
        if scope["client"] == "hangs":
            await self.hangs.wait()
        self.now -= 1
        if self.fails:
            raise RuntimeError("no stream")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.02)  # it is read for longer than it took to open


def asked(path: str = STREAM, client: str = "", query: bytes = b"") -> dict[str, Any]:
    return {"type": "http", "path": path, "query_string": query, "client": client}


async def nothing() -> Message:
    raise AssertionError("nobody asks")


async def kept(message: Message) -> None:
    del message


def test_a_crowd_is_let_in_a_few_at_a_time_in_its_order_and_none_waits_for_a_reader_to_leave() -> None:
    async def scene() -> None:
        app = Opening()
        edge = OpeningInTurn(app, at_once=3)
        clients = [str(number) for number in range(60)]
        async with asyncio.timeout(5):
            await asyncio.gather(*[edge(asked(client=one), nothing, kept) for one in clients])
        assert app.most == 3 and app.begun == clients

    asyncio.run(scene())


@pytest.mark.parametrize(
    "other",
    [asked("/api/v1/executions"), asked(query=b"from=5&limit=9"), asked() | {"type": "websocket"}],
    ids=["another address", "a page of a log", "a socket"],
)
def test_nothing_else_waits(other: dict[str, Any]) -> None:
    async def scene() -> None:
        app = Opening()
        edge = OpeningInTurn(app, at_once=1, patience_s=60)
        hanging = asyncio.create_task(edge(asked(client="hangs"), nothing, kept))
        waiting = asyncio.create_task(edge(asked(client="waits"), nothing, kept))
        await asyncio.sleep(0)
        async with asyncio.timeout(1):
            await edge(other | {"client": "other"}, nothing, kept)
        assert app.begun == ["hangs", "other"]
        app.hangs.set()
        await asyncio.gather(hanging, waiting)

    asyncio.run(scene())


def test_one_that_takes_too_long_does_not_hold_up_those_behind_it() -> None:
    async def scene() -> None:
        app = Opening()
        edge = OpeningInTurn(app, at_once=1, patience_s=0.01)
        hanging = asyncio.create_task(edge(asked(client="hangs"), nothing, kept))
        async with asyncio.timeout(5):
            await asyncio.gather(*[edge(asked(client="1"), nothing, kept) for _ in range(20)])
        app.hangs.set()
        await hanging
        assert edge.places._value == 1, "a place is given back once"

    asyncio.run(scene())


def test_one_that_fails_gives_its_place_back() -> None:
    async def scene() -> None:
        app = Opening()
        edge = OpeningInTurn(app, at_once=1, patience_s=60)
        app.fails = True
        for _ in range(3):
            with pytest.raises(RuntimeError):
                async with asyncio.timeout(1):
                    await edge(asked(client="fails"), nothing, kept)

    asyncio.run(scene())


def test_what_a_web_process_imports_is_never_looked_through_again() -> None:
    before, thresholds = gc.get_freeze_count(), gc.get_threshold()
    try:
        with kept_for_good():
            made = [[number] for number in range(5_000)]
            assert not gc.isenabled()
        assert gc.isenabled() and gc.get_freeze_count() >= before + len(made)
        assert gc.get_threshold() == COLLECTED_AT
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)
