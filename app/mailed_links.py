"""The pages that links in mails lead to. Opening one shows a form and changes nothing: mail scanners open them too."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from starlette.responses import Response

from app.edge.bundle import bundle
from app.edge.documents import document
from app.edge.slots import alert, fill_slot, hide, set_value
from app.forms import shown, with_answer
from app.session import in_thread
from services.one_time_links import ENDED

HALF_A_LINK = "Open the link from the mail once more: a part of it is missing here."


async def link_page(request: Request, name: str, find: Callable[..., Any], *more: Any) -> Response:
    """Send the page `name`, without its form where `find(session, token, *more)` knows nothing of its token."""
    html, answer = with_answer(request, bundle().page(f"/{name}"), name)
    token = request.query_params.get("token", "")
    good = await in_thread(find, token, *more) if token else None
    if good is None:
        html = hide(html, "form")
        if answer is None:
            html = fill_slot(html, "message", alert(ENDED if token else HALF_A_LINK, "form-message"))
    return shown(document(set_value(html, "token", token if good else "")), answer)
