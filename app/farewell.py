"""Deleting one's account: a native form, and the last page that it leads to."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.forms import done
from app.session import cookie_name, in_thread
from app.signed_in import own_page, take_form
from services import privacy
from services.accounts import Actor

router = APIRouter(include_in_schema=False)

PAGE = "/settings/data"
GONE = "Your account is deleted. Thank you for having been here."


@router.get(PAGE)
async def data_page(request: Request) -> Response:
    """Send the page with the answer to the form that was just sent."""
    return await own_page(request)


@router.post("/settings/data/delete")
async def delete_account(request: Request) -> Response:
    """Delete the account of whoever is signed in; asks for the password first if that was long ago."""

    async def act(actor: Actor, form: dict[str, str]) -> Response:
        await in_thread(privacy.erase, actor, form.get("email", ""))
        response = done("/sign-in", "sign-in", GONE)
        for name in {cookie_name(), "ideasmith_session"}:
            response.delete_cookie(name, path="/")
        return response

    return await take_form(request, PAGE, act, told_above=True)
