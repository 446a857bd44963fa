"""Forms that a browser sends by itself: read, sent back with their sentences, led on.

Each post ends in a 303. A form that was refused comes back with its sentences and what was typed.
"""

import json
import re
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from app import flash
from app.client_address import client_address
from app.edge.slots import alert, fill_slot, mark_invalid, said, set_value
from models.errors import IdeasmithError, InvalidInput, LimitReached

LARGEST_FORM = 16_384
# A path of ours and nothing else: `//host`, `/\host` and control characters lead elsewhere in some browser.
OWN_PATH = re.compile(r"/(?![/\\])[\w\-./~%!$&'()*+,;=:@?]*", re.ASCII)
OPERATOR_FIELD = (
    '<label class="label" for="operator_token">Operator token</label>'
    '<input class="input" id="operator_token" name="operator_token" autocomplete="off" required '
    'aria-describedby="operator-hint"/>'
    '<p class="hint" id="operator-hint">The first account runs this installation. '
    "The server printed the token when it started.</p>"
)
# What may be typed again for a person: never a password or a token.
KEPT = ("email", "name", "new_email")


async def read_form(request: Request, largest: int = LARGEST_FORM) -> dict[str, str]:
    """Return a posted form.

    Raises:
        InvalidInput: it is larger than `largest` bytes.
    """
    body = await read_body(request, largest)
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


async def read_body(request: Request, largest: int) -> bytes:
    """Return what was sent.

    Raises:
        InvalidInput: it is larger than `largest` bytes.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise InvalidInput(
                "This form is too large. Shorten what you typed and send it again.", "form_too_large"
            )
    return bytes(body)


async def read_object(request: Request, largest: int) -> dict[str, Any]:
    """Return the JSON object that a script of ours has sent.

    Raises:
        InvalidInput: it is none, or larger than `largest` bytes.
    """
    try:
        found = json.loads(await read_body(request, largest))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidInput("Send a JSON object.", "not_an_object")
    return found


def own_path(wish: str) -> str:
    """Return a wish for where to go if it is a page of ours; nothing otherwise."""
    return wish if OWN_PATH.fullmatch(wish) and not wish.startswith("/auth/") else ""


def next_path(request: Request, form: dict[str, str]) -> str:
    """Return where to go afterwards: what the form says, else the address of the page it stood on."""
    query = parse_qs(urlsplit(request.headers.get("referer", "")).query)
    return own_path(form.get("next") or next(iter(query.get("next", [])), ""))


def client(request: Request) -> dict[str, str]:
    """Return what a session remembers of the browser that opened it."""
    return {
        "user_agent": request.headers.get("user-agent", ""),
        "address": client_address(request.scope),
    }


def back_to_form(
    path: str, name: str, error: IdeasmithError, form: dict[str, str], **query: str
) -> RedirectResponse:
    """Return the way back to the refused form `name` on the page at `path`, which says why it was refused."""
    response = leads_to(path, **query)
    if isinstance(error, LimitReached) and error.retry_after_s:
        response.headers["retry-after"] = str(error.retry_after_s)
    flash.put(response, flash.refused(name, error, {field: form.get(field, "") for field in KEPT}))
    return response


def done(path: str, name: str, message: str) -> RedirectResponse:
    """Return the way to a page that says in the form `name` what was done."""
    response = leads_to(path)
    flash.put(response, flash.told(name, message))
    return response


def leads_to(path: str, **query: str) -> RedirectResponse:
    """Return a redirect after a post, with those parts of a query that hold something."""
    given = {name: value for name, value in query.items() if value}
    return RedirectResponse(f"{path}?{urlencode(given, quote_via=quote, safe='/')}" if given else path, 303)


def with_answer(request: Request, html: str, name: str) -> tuple[str, flash.Told | None]:
    """Return a page with the answer to its form `name` that was sent a moment ago, and that answer."""
    answer = flash.take(request, name)
    return (filled(html, answer) if answer else html), answer


def shown(response: Response, answer: flash.Told | None) -> Response:
    """Return a page whose answer is not shown a second time."""
    if answer is not None:
        flash.clear(response)
    return response


def filled(html: str, answer: flash.Told) -> str:
    """Return a form's page with its sentences beside their fields, and what was typed in them."""
    if answer.message:
        words = (said if answer.done else alert)(answer.message, "form-message")
        html = fill_slot(html, "message", words)
    if answer.code == "operator_token_needed":
        html = fill_slot(html, "operator", OPERATOR_FIELD)
    for field, message in answer.fields.items():
        html = mark_invalid(fill_slot(html, f"error:{field}", alert(message, f"error-{field}")), field)
    for field, value in answer.values.items():
        html = set_value(html, field, value)
    return html
