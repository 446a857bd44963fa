"""Sign up, in and out: native forms, so that they work before scripts load and without them.

Each post ends in a 303. A form that was refused comes back with its sentences and what was typed.
"""

import re
from urllib.parse import parse_qs, quote, urlsplit

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import RedirectResponse, Response

from app import flash
from app.edge.bundle import bundle
from app.edge.documents import document
from app.edge.slots import alert, fill_slot, mark_invalid, set_value
from app.session import cookie_name, cookie_settings, in_thread, session_token
from models.errors import IdeasmithError, InvalidInput
from models.settings import settings
from services import accounts

router = APIRouter(include_in_schema=False)

LARGEST_FORM = 16_384
AFTER_SIGN_IN = "/templates"
# A path of ours and nothing else: `//host`, `/\host` and control characters lead elsewhere in some browser.
OWN_PATH = re.compile(r"/(?![/\\])[\w\-./~%!$&'()*+,;=:@?]*", re.ASCII)
OPERATOR_FIELD = (
    '<label class="label" for="operator_token">Operator token</label>'
    '<input class="input" id="operator_token" name="operator_token" autocomplete="off" required '
    'aria-describedby="operator-hint"/>'
    '<p class="hint" id="operator-hint">The first account runs this installation. '
    "The server printed the token when it started.</p>"
)


@router.post("/auth/sign-in")
async def sign_in(request: Request) -> Response:
    """Open a session for an address and password."""
    form = await read_form(request)
    try:
        _, token = await in_thread(
            accounts.sign_in, form.get("email", ""), form.get("password", ""), **client(request)
        )
    except IdeasmithError as error:
        return back_to_form(request, "sign-in", error, form)
    return signed_in(request, form, token)


@router.post("/auth/sign-up")
async def sign_up(request: Request) -> Response:
    """Make an account and sign it in."""
    form = await read_form(request)
    try:
        token = await in_thread(open_account, form, **client(request))
    except IdeasmithError as error:
        return back_to_form(request, "sign-up", error, form)
    return signed_in(request, form, token)


def open_account(session: Session, form: dict[str, str], *, user_agent: str, address: str) -> str:
    """Make the account that a form asks for and return the token of its first session."""
    user = accounts.sign_up(
        session,
        email=form.get("email", ""),
        password=form.get("password", ""),
        name=form.get("name", ""),
        operator_token=form.get("operator_token"),
        on_loopback=settings().on_loopback,
    )
    return accounts.open_session(session, user, user_agent=user_agent, address=address)


@router.post("/auth/sign-out")
async def sign_out(request: Request) -> Response:
    """End this browser's session."""
    token = session_token(request.headers.get("cookie", ""))
    if token:
        await in_thread(accounts.sign_out, token)
    response = RedirectResponse("/", 303)
    for name in {cookie_name(), "ideasmith_session"}:
        response.delete_cookie(name, path="/")
    return response


@router.get("/sign-in")
@router.get("/sign-up")
async def form_page(request: Request) -> Response:
    """Send a form, with the answer to what was just refused."""
    form = request.url.path.strip("/")
    html, refused = bundle().page(request.url.path), flash.take(request, form)
    if refused is None:
        return document(html)
    response = document(filled(html, refused))
    flash.clear(response)
    return response


def filled(html: str, refused: flash.Refused) -> str:
    """Return a form's page with its sentences beside their fields, and what was typed in them."""
    if refused.message:
        html = fill_slot(html, "message", alert(refused.message, "form-message"))
    if refused.code == "operator_token_needed":
        html = fill_slot(html, "operator", OPERATOR_FIELD)
    for name, message in refused.fields.items():
        html = mark_invalid(fill_slot(html, f"error:{name}", alert(message, f"error-{name}")), name)
    for name, value in refused.values.items():
        html = set_value(html, name, value)
    return html


def signed_in(request: Request, form: dict[str, str], token: str) -> Response:
    """Return the way on, with the session's cookie."""
    response = RedirectResponse(next_path(request, form) or AFTER_SIGN_IN, 303)
    life = int(accounts.SESSION_LIFE.total_seconds())
    response.set_cookie(cookie_name(), token, max_age=life, **cookie_settings())
    return response


def back_to_form(request: Request, name: str, error: IdeasmithError, form: dict[str, str]) -> Response:
    """Return the way back to a refused form, which keeps where it was to lead afterwards."""
    after = next_path(request, form)
    response = RedirectResponse(f"/{name}?next={quote(after)}" if after else f"/{name}", 303)
    kept = {field: form.get(field, "") for field in ("email", "name")}
    flash.put(response, flash.refused(name, error, kept))
    return response


def next_path(request: Request, form: dict[str, str]) -> str:
    """Return where to go afterwards: what the form says, else the address of the page it stood on."""
    query = parse_qs(urlsplit(request.headers.get("referer", "")).query)
    wish = form.get("next") or next(iter(query.get("next", [])), "")
    return wish if OWN_PATH.fullmatch(wish) and not wish.startswith("/auth/") else ""


def client(request: Request) -> dict[str, str]:
    """Return what a session remembers of the browser that opened it."""
    address = request.client.host if request.client else ""
    return {"user_agent": request.headers.get("user-agent", ""), "address": address}


async def read_form(request: Request) -> dict[str, str]:
    """Return a posted form.

    Raises:
        InvalidInput: it is larger than any form of ours.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise InvalidInput(
                "This form is too large. Shorten what you typed and send it again.", "form_too_large"
            )
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}
