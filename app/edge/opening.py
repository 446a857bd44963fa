"""Streams are opened a few at a time: who reads already does not wait for a crowd that comes all at once.

To open one means to find out who asks, and whether they may: some milliseconds, on the same event loop that writes
each line to every reader. Two hundred that come in the same moment would hold the lines up.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

AT_ONCE = 3
PATIENCE_S = 0.25  # one that takes longer, as when the database is away, does not hold up those behind it
STREAMS, PAGES = "/events", (b"from=", b"limit=")


class Place:
    """One of a few places, given back once."""

    def __init__(self, places: asyncio.Semaphore, patience_s: float) -> None:
        self.places = places
        self.timer = asyncio.get_running_loop().call_later(patience_s, self.leave)
        self.left = False

    def leave(self) -> None:
        """Let the next one in."""
        if not self.left:
            self.left = True
            self.timer.cancel()
            self.places.release()


class OpeningInTurn:
    """Lets the streams of events below it begin in the order in which they were asked for."""

    def __init__(self, app: ASGIApp, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        self.app, self.patience_s = app, patience_s
        self.places = asyncio.Semaphore(at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a stream when it is its turn, until its answer has begun."""
        if scope["type"] != "http" or not opens_a_stream(scope):
            await self.app(scope, receive, send)
            return
        await self.places.acquire()
        place = Place(self.places, self.patience_s)

        async def send_and_leave(message: Message) -> None:
            place.leave()
            await send(message)

        try:
            await self.app(scope, receive, send_and_leave)
        finally:
            place.leave()


def opens_a_stream(scope: Scope) -> bool:
    """Return whether a request asks for a stream of events, and not for a page of them."""
    path: str = scope["path"]
    return path.endswith(STREAMS) and not any(word in scope["query_string"] for word in PAGES)
