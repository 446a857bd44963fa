"""Refuses changes that another site asks for with a visitor's cookie (CSRF)."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.problem import problem

REFUSAL = (
    "Another site sent this request. Open the page here and try again. If this is our own page under another "
    "address, set IDEASMITH_PUBLIC_URL to it."
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OUR_OWN = frozenset({"same-origin", "none"})


def is_foreign(headers: Headers, origins: Collection[str]) -> bool:
    """Whether a browser says that another site made this request.

    Every browser of today sends `Origin` with a POST. A request that names neither comes from a program, which
    has no visitor's cookie to misuse.
    """
    origin = headers.get("origin")
    if origin is not None:
        return origin not in origins
    return headers.get("sec-fetch-site", "none") not in OUR_OWN


class OwnOriginOnly:
    """Lets programs and our own pages change things, and nobody else."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what reads, what brings its own key, and what comes from our own pages."""
        if scope["type"] == "http" and scope["method"] not in SAFE_METHODS:
            headers = Headers(scope=scope)
            # A key is never sent by a browser on its own, so it proves the intent.
            if "authorization" not in headers and is_foreign(headers, self.origins):
                await problem(403, "foreign_origin", REFUSAL)(scope, receive, send)
                return
        await self.app(scope, receive, send)
