"""Ending mails of notifications: a page with a button, and the one click of a mail program (RFC 8058)."""

from html import escape

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from app.api.problem import problem
from app.client_address import client_address, place_of
from app.edge.bundle import bundle
from app.edge.documents import document
from app.edge.slots import alert, fill_slot, hide, set_value
from app.forms import back_to_form, done, read_form, shown, with_answer
from app.session import in_thread
from models.errors import IdeasmithError
from services import rate_limits
from services.notifications.declining import UNKNOWN, Declined, decline, find_declined

router = APIRouter(include_in_schema=False)

PAGE = "/unsubscribe"
ONE_CLICK = "List-Unsubscribe"


@router.get(PAGE)
async def unsubscribe_page(request: Request) -> Response:
    """Send the page. Opening it changes nothing: programs that scan mails open links too."""
    html, answer = with_answer(request, bundle().page(PAGE), "unsubscribe")
    token = request.query_params.get("token", "")
    found = await in_thread(find_declined, token) if token else None
    if found is None:
        html = hide(html, "form")
        if answer is None:
            html = fill_slot(html, "message", alert(UNKNOWN, "form-message"))
    else:
        html = fill_slot(set_value(html, "token", token), "kinds", kinds_html(found))
    return shown(document(html), answer)


@router.post(PAGE)
async def unsubscribe(request: Request) -> Response:
    """End the mails that the link speaks of, for whoever has it: it stands in their mail and nowhere else."""
    form = await read_form(request)
    token = form.get("token") or request.query_params.get("token", "")
    one_click = ONE_CLICK in form
    try:
        rate_limits.use_form("unsubscribe", place_of(client_address(request.scope)))
        await in_thread(decline, token)
    except IdeasmithError as error:
        if one_click:
            return problem(error.status, error.code, error.message)
        return back_to_form(PAGE, "unsubscribe", error, form, token=token)
    if one_click:
        return PlainTextResponse("You get no more of these mails.")
    return done(PAGE, "unsubscribe", "You get no more of these mails. On the page you are told as before.")


def kinds_html(found: Declined) -> str:
    """Return the kinds that a link speaks of, as a list."""
    return f"<ul>{''.join(f'<li>{escape(one)}</li>' for one in found.words)}</ul>"
