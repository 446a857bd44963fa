"""Deleting one's account: a native form, and the last page that it leads to."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.credentials import to_sign_in
from app.edge.bundle import bundle
from app.edge.documents import document
from app.forms import back_to_form, done, read_form, shown, with_answer
from app.session import actor_from_cookie, cookie_name, in_thread
from models.errors import IdeasmithError
from services import privacy

router = APIRouter(include_in_schema=False)

PAGE, FORM = "/settings/data", "settings/data"
GONE = "Your account is deleted. Thank you for having been here."


@router.get(PAGE)
async def data_page(request: Request) -> Response:
    """Send the page with the answer to the form that was just sent."""
    if await actor_from_cookie(request.headers.get("cookie", "")) is None:
        return to_sign_in(request)
    html, answer = with_answer(request, bundle().page(PAGE), FORM)
    return shown(document(html), answer)


@router.post("/settings/data/delete")
async def delete_account(request: Request) -> Response:
    """Delete the account of whoever is signed in; asks for the password first if that was long ago."""
    form, actor = await read_form(request), await actor_from_cookie(request.headers.get("cookie", ""))
    if actor is None:
        return RedirectResponse(f"/sign-in?next={PAGE}", 303)
    try:
        await in_thread(privacy.erase, actor, form.get("email", ""))
    except IdeasmithError as error:
        if error.code == "step_up_needed":
            return RedirectResponse(f"/confirm?next={PAGE}", 303)
        # Told above: the form itself is drawn later than the server writes.
        return back_to_form(PAGE, FORM, IdeasmithError(error.message, error.code), {})
    response = done("/sign-in", "sign-in", GONE)
    for name in {cookie_name(), "ideasmith_session"}:
        response.delete_cookie(name, path="/")
    return response
