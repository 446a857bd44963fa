"""WebSockets through the door: two pumps, one each way; either end closes both."""

import asyncio

import aiohttp
from aiohttp import WSMsgType, hdrs, web
from multidict import CIMultiDict
from yarl import URL

from workers.door.upstream import Upstream

MESSAGE_BYTES = 16 * 1024 * 1024
# Made anew for the second connection; the app must not see those of the first.
HANDSHAKE = (
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Protocol",
)
CLOSING = frozenset({WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR})
End = aiohttp.ClientWebSocketResponse | web.WebSocketResponse


def is_websocket(request: web.BaseRequest) -> bool:
    """Whether the browser asks to switch to WebSocket."""
    return request.method == "GET" and request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"


async def pass_websocket(
    request: web.BaseRequest, upstream: Upstream, url: URL, headers: CIMultiDict[str]
) -> web.StreamResponse:
    """Open the app's end first, so that its refusal is an ordinary answer; then pass messages both ways."""
    protocols = [one.strip() for one in headers.get("Sec-WebSocket-Protocol", "").split(",") if one.strip()]
    for name in HANDSHAKE:
        headers.popall(name, None)
    try:
        app_end = await upstream.session.ws_connect(
            url, headers=headers, protocols=protocols, autoping=False, max_msg_size=MESSAGE_BYTES
        )
    except aiohttp.WSServerHandshakeError as error:
        status = error.status if error.status >= 300 else 502
        return web.Response(status=status, text="The app does not take WebSockets here.\n")
    except (aiohttp.ClientError, OSError):
        return web.Response(status=502, text="The app did not answer.\n")
    async with app_end:
        chosen = [app_end.protocol] if app_end.protocol else []
        browser_end = web.WebSocketResponse(protocols=chosen, autoping=False, max_msg_size=MESSAGE_BYTES)
        await browser_end.prepare(request)
        await pump_both(browser_end, app_end)
        return browser_end


async def pump_both(browser_end: web.WebSocketResponse, app_end: aiohttp.ClientWebSocketResponse) -> None:
    """Pass messages both ways until one end closes, then close the other with the same code."""
    pumps = [asyncio.create_task(pump(browser_end, app_end)), asyncio.create_task(pump(app_end, browser_end))]
    try:
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in pumps:
            one.cancel()
        await asyncio.gather(*pumps, return_exceptions=True)


async def pump(source: End, sink: End) -> None:
    """Pass messages from one end to the other, and its closing too."""
    while True:
        message = await source.receive()
        if message.type is WSMsgType.TEXT:
            await sink.send_str(message.data)
        elif message.type is WSMsgType.BINARY:
            await sink.send_bytes(message.data)
        elif message.type is WSMsgType.PING:
            await sink.ping(message.data)
        elif message.type is WSMsgType.PONG:
            await sink.pong(message.data)
        elif message.type in CLOSING:
            await sink.close(code=source.close_code or aiohttp.WSCloseCode.OK)
            return
