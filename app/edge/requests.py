"""Every request gets an id, one line in the log when it ends, and a place in the numbers."""

import re
import time
from collections import Counter
from dataclasses import dataclass, field

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from models.ids import new_id
from services.audit import request_id as audited_request_id

log = structlog.get_logger(__name__)

# An id of a proxy in front of us is kept, so that its log and ours meet.
FOREIGN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
KINDS = ("api", "auth", "git", "assets", "fonts")
# Counted, not written down: what machines ask every few seconds, and what comes along with a page.
PARTS_OF_A_PAGE = re.compile(r"\.(?:js|css|woff2|svg|png|ico|webmanifest)$")
QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/ping"})


@dataclass
class RequestNumbers:
    """What this process has answered since it started."""

    count: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    buckets: Counter[tuple[str, float]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    open: int = 0

    def add(self, kind: str, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self.count[kind, method, status] += 1
        self.seconds[kind] += seconds  # type: ignore[assignment]
        for bucket in BUCKETS_S:
            if seconds <= bucket:
                self.buckets[kind, bucket] += 1
                break


numbers = RequestNumbers()


def kind_of(path: str) -> str:
    """Return which of a few kinds a path belongs to: a label per path would never end."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    return first if first in KINDS else "page"


class Requests:
    """Outermost of all: what it sees is what the visitor sees."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request under its id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if FOREIGN_ID.fullmatch(given) else new_id("req")
        status, started = 499, time.perf_counter()

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        audit_token = audited_request_id.set(request_id)
        numbers.open += 1
        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                try:
                    await self.app(scope, receive, send_with_id)
                finally:
                    finish(scope, status, time.perf_counter() - started)
        finally:
            numbers.open -= 1
            audited_request_id.reset(audit_token)


def finish(scope: Scope, status: int, seconds: float) -> None:
    """Count a request and write its line. The query is left out: the page's socket carries its token there."""
    path, method = scope["path"], scope["method"]
    numbers.add(kind_of(path), method if method in METHODS else "other", status, seconds)
    if status < 400 and (path in QUIET or PARTS_OF_A_PAGE.search(path)):
        return
    write = log.warning if status >= 500 else log.info
    write("request", method=method, path=path[:300], status=status, ms=round(seconds * 1000, 1))
