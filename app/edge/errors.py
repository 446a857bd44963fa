"""What a visitor gets when there is no answer: a page for people, problem details for programs, never a bare line."""

import json
import re
from dataclasses import dataclass, field
from html import escape
from http import HTTPStatus

import structlog
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problem import MEDIA_TYPE, problem
from app.edge.bundle import bundle
from app.edge.documents import document, not_found_page
from services.audit import request_id

log = structlog.get_logger(__name__)

PROGRAMS = ("/api/", "/git/")
CODES = {404: "not_found", 405: "method_not_allowed", 500: "internal_error"}
SENTENCES = {
    404: "There is nothing at this address. Check it and try again.",
    405: "This address does not take that method. The API's description says which ones it takes.",
    500: "Something of ours failed, and it has been written down. Try again; quote the request id if it stays.",
}
STYLESHEET = re.compile(r'<link href="([^"]+)" rel="stylesheet"')


@dataclass
class HeldBack:
    """An answer that is replaced: its status, and what problem details said."""

    status: int = 0
    body: bytearray = field(default_factory=bytearray)

    def detail(self) -> str:
        """Return the sentence for the person."""
        try:
            return str(json.loads(self.body)["detail"])
        except (ValueError, KeyError, TypeError):
            return SENTENCES.get(self.status, SENTENCES[500])


class ErrorPages:
    """Replaces the frameworks' bare answers, and answers for what was raised."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request. What is raised is written down once, here, under the request's id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        held, started = HeldBack(), False

        async def send_or_hold(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                if is_replaced(scope, message):
                    held.status = message["status"]
                else:
                    started = True
            if not held.status:
                await send(message)
            elif message["type"] == "http.response.body":
                held.body += message.get("body", b"")

        try:
            await self.app(scope, receive, send_or_hold)
        except Exception:
            log.exception("request.failed", method=scope["method"], path=scope["path"][:300])
            if started:
                raise  # cut off, so that nobody takes half an answer for a whole one
            held.status = 500
        if held.status:
            await answer(scope, held)(scope, receive, send)


def is_replaced(scope: Scope, message: Message) -> bool:
    """Whether an answer is a framework's one-line text, or problem details that a person would have to read."""
    media_type = Headers(raw=message["headers"]).get("content-type", "")
    if message["status"] in CODES and media_type.startswith("text/plain"):
        return True
    return media_type.startswith(MEDIA_TYPE) and wants_page(scope)


def wants_page(scope: Scope) -> bool:
    """Whether a person's browser is asking."""
    accepts = Headers(scope=scope).get("accept", "")
    return "text/html" in accepts and not scope["path"].startswith(PROGRAMS)


def answer(scope: Scope, held: HeldBack) -> Response:
    """Return what is sent instead, in the form that the asker reads."""
    if not wants_page(scope):
        return problem(held.status, CODES[held.status], SENTENCES[held.status])
    return not_found_page() if held.status == 404 else failed_page(held.status, held.detail())


def failed_page(status: int, sentence: str) -> Response:
    """Return a page that stands by itself: no script, since what failed may be what scripts would ask."""
    links = STYLESHEET.findall(bundle().shell())
    style = "".join(f'<link rel="stylesheet" href="{link}"/>' for link in links)
    return document(
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"/>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f'<title>{HTTPStatus(status).phrase} · Ideasmith</title><meta name="robots" content="noindex"/>{style}</head>'
        f'<body><main class="page narrow"><h1>This did not work</h1><p>{escape(sentence)}</p>'
        f"<p>Nothing that was saved before is lost.</p>"
        f'<p class="row"><a class="button ink" href="">Try again</a> '
        f'<a class="button lined" href="/">Front page</a></p>'
        f"<p>Request <code>{escape(request_id.get())}</code></p></main></body></html>",
        status=status,
    )
