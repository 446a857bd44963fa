"""The budget of every request to the API, told in its headers (draft-ietf-httpapi-ratelimit-headers-03)."""

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problem import problem_for
from app.client_address import client_address, place_of
from app.session import bearer_token, session_token
from services import rate_limits
from services.rate_limits import Standing


class RequestLimit:
    """Counts requests below `prefix`, says in each answer what is left, and refuses what is too often."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, if there is a budget for it."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        standing = await asyncio.to_thread(
            rate_limits.use_api, place_of(client_address(scope)), credential(scope)
        )
        if standing is None:
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told(standing))
            await send(message)

        if standing.allowed:
            await self.app(scope, receive, send_with_headers)
        else:
            await problem_for(rate_limits.too_often(standing))(scope, receive, send_with_headers)


def credential(scope: Scope) -> str:
    """Return the key or session token that a request brought; nothing for a visitor."""
    headers = Headers(scope=scope)
    return bearer_token(headers.get("authorization", "")) or session_token(headers.get("cookie", ""))


def told(standing: Standing) -> dict[str, str]:
    """Return the headers that say where a budget stands."""
    return {
        "RateLimit-Limit": str(standing.limit),
        "RateLimit-Remaining": str(standing.remaining),
        "RateLimit-Reset": str(standing.reset_s),
    }
