"""The headers that every answer carries, whatever made it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.csp import NOTHING

ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}
# An answer whose own policy says so; the older header has no word for it.
EVERYBODY_MAY_FRAME = "frame-ancestors *"
TWO_YEARS = "max-age=63072000; includeSubDomains"


class SecurityHeaders:
    """Adds what is missing. An answer's own policy stands; one without gets the strictest."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.always = ALWAYS | ({"strict-transport-security": TWO_YEARS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, adding headers as its answer starts."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                framed = EVERYBODY_MAY_FRAME in headers.get("content-security-policy", "")
                for name, value in self.always.items():
                    if not (framed and name == "x-frame-options"):
                        headers.setdefault(name, value)
                headers.setdefault("content-security-policy", NOTHING)
            await send(message)

        await self.app(scope, receive, send_with_headers)
