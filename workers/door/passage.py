"""One request on its way through the door: to the app's socket, and the answer back, both as streams."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import hdrs, web
from multidict import CIMultiDict
from yarl import URL

from workers.door.headers import forwarded_headers, returned_headers
from workers.door.upstream import Upstream
from workers.door.websocket import is_websocket, pass_websocket

# Answers up to this size go out in one write, which is what makes small pages fast.
WHOLE_BYTES = 256 * 1024
# How long an app may think before its answer begins, counted from the last byte that it was sent.
HEAD_S = 60.0
# A body that stands still this long, either way, has lost its sender or its reader: its place goes to the next.
STALLED_S = 60.0
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
BODILESS = frozenset({204, 304})


class NoAnswer(Exception):
    """The app closed the connection before its answer was whole. `sent`: it may have seen some of the request."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


class TooSlow(Exception):
    """The app took the request and did not begin to answer in time."""


class Body:
    """A request's body on its way: pushes the deadline of the answer, and knows whether any of it has left."""

    def __init__(self, request: web.BaseRequest, waiting: asyncio.Timeout) -> None:
        self._request = request
        self._waiting = waiting
        self.begun = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.begun = True
        loop = asyncio.get_running_loop()
        if self._request.headers.get(hdrs.EXPECT, "").lower() == "100-continue" and self._request.transport:
            self._request.transport.write(CONTINUE)
        while True:
            async with asyncio.timeout(STALLED_S):
                chunk = await self._request.content.readany()
            if not chunk:
                return
            yield chunk
            if not self._waiting.expired():
                self._waiting.reschedule(loop.time() + HEAD_S)


async def pass_request(request: web.BaseRequest, upstream: Upstream, scheme: str) -> web.StreamResponse:
    """Pass one request to an app and its answer back.

    Raises:
        NoAnswer: the app could not be reached, or closed before it answered.
        TooSlow: it did not begin to answer in time.
    """
    headers = forwarded_headers(request.headers, request.remote or "", scheme)
    # Joined as text: a path such as `//elsewhere/` must not be read as another host, nor `..` be resolved.
    url = URL("http://app" + request.raw_path, encoded=True)
    if is_websocket(request):
        return await pass_websocket(request, upstream, url, headers)
    body: Body | None = None
    try:
        async with asyncio.timeout(HEAD_S) as waiting:
            if request.body_exists:
                body = Body(request, waiting)
            answer = await upstream.session.request(
                request.method, url, headers=headers, data=body, allow_redirects=False
            )
    except TimeoutError as error:
        if not waiting.expired():
            raise NoAnswer("no connection in time", sent=body is not None and body.begun) from error
        raise TooSlow(request.raw_path) from error
    except (aiohttp.ClientError, OSError) as error:
        raise NoAnswer(str(error), sent=was_sent(body, error)) from error
    async with answer:
        return await pass_answer(request, answer)


def was_sent(body: Body | None, error: Exception) -> bool:
    """Whether the app may have seen something of a request that failed with `error`."""
    return (body is not None and body.begun) or not isinstance(error, aiohttp.ClientConnectorError)


async def pass_answer(request: web.BaseRequest, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    """Pass an answer to the browser: small ones whole, all others piece by piece as they come."""
    headers = returned_headers(answer.headers)
    length = answer.content_length
    if request.method == "HEAD" or answer.status in BODILESS:
        return web.Response(status=answer.status, reason=answer.reason, headers=headers)
    if length is not None and length <= WHOLE_BYTES:
        try:
            whole = await answer.read()
        except aiohttp.ClientError as error:
            raise NoAnswer(str(error), sent=True) from error
        return web.Response(status=answer.status, reason=answer.reason, headers=headers, body=whole)
    return await pass_stream(request, answer, headers)


async def pass_stream(
    request: web.BaseRequest, answer: aiohttp.ClientResponse, headers: CIMultiDict[str]
) -> web.StreamResponse:
    """Pass a long or endless answer. Its reader leaving cancels this task, which closes the app's connection."""
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            async with asyncio.timeout(STALLED_S):
                await response.write(chunk)
    except (aiohttp.ClientError, TimeoutError):
        # A clean end here would make half an answer look whole.
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response
