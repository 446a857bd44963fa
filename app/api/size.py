"""No request body is larger than it has any reason to be."""

from fastapi import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problem import ROUTING, problem

MOST_BYTES = 1_048_576


class BodyLimit:
    """Refuses a body by its announced length, and one that lies about it or announces none while it arrives."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request of those below the prefix under the limit."""
        if scope["type"] != "http" or not scope["path"].startswith(self.prefix):
            await self.app(scope, receive, send)
            return
        if announced(scope) > MOST_BYTES:
            await problem(413, *ROUTING[413])(scope, receive, send)
            return
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MOST_BYTES:
                # The one exception that FastAPI lets through while it reads a body.
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)


def announced(scope: Scope) -> int:
    """Return the length that a request says its body has; nothing where it says none that can be read."""
    value = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    return int(value) if value.isdigit() and len(value) < 20 else 0
