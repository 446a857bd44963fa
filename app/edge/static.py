"""Serves the built front end: hashed files for ever, pages with an ETag, each compressed as the browser likes."""

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.edge.bundle import Bundle, File


class StaticFiles:
    """Answers GET and HEAD for what was built, except the pages that routes finish themselves."""

    def __init__(self, app: ASGIApp, bundle: Bundle, finished_by_routes: Collection[str]) -> None:
        self.app = app
        self.bundle = bundle
        self.finished_by_routes = finished_by_routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass on."""
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            file = None if scope["path"] in self.finished_by_routes else self.bundle.find(scope["path"])
            if file is not None:
                await respond(file, Headers(scope=scope))(scope, receive, send)
                return
        await self.app(scope, receive, send)


def respond(file: File, request: Headers) -> Response:
    """Return the answer for one file: nothing when the browser has it, else the smallest form that it takes."""
    headers = {"etag": file.etag, "cache-control": file.cache, "content-security-policy": file.csp}
    headers["vary"] = "accept-encoding"
    if file.etag in known_etags(request.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    body = file.body
    for name in accepted(request.get("accept-encoding", "")):
        if name in file.encoded:
            body = file.encoded[name]
            headers["content-encoding"] = name
            break
    return Response(body, headers=headers | {"content-type": file.media_type})


def known_etags(if_none_match: str) -> set[str]:
    """Return the ETags that a browser has, each as the weak one we send."""
    return {f"W/{tag.strip().removeprefix('W/')}" for tag in if_none_match.split(",") if tag.strip()}


def accepted(accept_encoding: str) -> list[str]:
    """Return the encodings that a browser takes, smallest first."""
    taken = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        taken[name.strip()] = parameters.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return [name for name in ("br", "gzip") if taken.get(name, taken.get("*", False))]
