"""Native forms of whoever is signed in, and the pages that they stand on."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from app.edge.bundle import bundle
from app.edge.documents import document
from app.forms import back_to_form, done, read_form, shown, with_answer
from app.session import actor_from_cookie
from models.errors import IdeasmithError
from services.accounts import Actor

T = TypeVar("T")
# Does what a form asks; what it says is shown on the page, unless it has an answer of its own.
Act = Callable[[Actor, T], Awaitable[str | Response]]


async def own_page(request: Request) -> Response:
    """Send a page for somebody signed in, with the answer to its form that was just sent."""
    if await actor_from_cookie(request.headers.get("cookie", "")) is None:
        return to_sign_in(request)
    path = request.url.path
    html, answer = with_answer(request, bundle().page(path), form_on(path))
    return shown(document(html), answer)


async def take_form(
    request: Request, page: str, act: Act[Any], *, read: Callable[[Request], Awaitable[Any]] = read_form,
    told_above: bool = False,
) -> Response:  # fmt: skip
    """Let `act` do what the form on `page` asks, and lead back there.

    A visitor is led to the sign-in form, and whoever has to enter the password again to its form. What is refused is
    told beside its field; `told_above` the page where the form itself is drawn later than the server writes.
    """
    actor, form = await actor_from_cookie(request.headers.get("cookie", "")), None
    if actor is None:
        return RedirectResponse(f"/sign-in?next={quote(page)}", 303)
    try:
        form = await read(request)
        said = await act(actor, form)
    except IdeasmithError as error:
        if error.code == "step_up_needed":
            return RedirectResponse(f"/confirm?next={quote(page)}", 303)
        refusal = IdeasmithError(error.message, error.code) if told_above else error
        return back_to_form(page, form_on(page), refusal, form if isinstance(form, dict) else {})
    return said if isinstance(said, Response) else done(page, form_on(page), said)


def form_on(path: str) -> str:
    """Return what the form on the page at `path` is called."""
    return path.strip("/")


def to_sign_in(request: Request) -> Response:
    """Return the way to the sign-in form, which leads back here."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/sign-in?next={quote(request.url.path + query, safe='/')}", 303)
