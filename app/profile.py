"""Pictures of people: shown, uploaded by a native form, removed."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from app.credentials import to_sign_in
from app.edge.bundle import FOREVER, bundle
from app.edge.documents import document
from app.forms import back_to_form, done, shown, with_answer
from app.session import actor_from_cookie, in_thread
from app.uploads import read_upload
from models.errors import IdeasmithError, NotFound
from services import pictures, profile, storage

router = APIRouter(include_in_schema=False)

PAGE, FORM = "/settings/profile", "settings/profile"
TOO_LARGE = "This picture is larger than 2 MB. Choose a smaller one."
KEPT = {"cache-control": FOREVER}


@router.get("/avatars/initials/{color}/{letters}.svg")
async def drawn_picture(color: int, letters: str) -> Response:
    """Send the picture of somebody who has uploaded none. Nothing is read for it: all is in the address."""
    if color not in range(len(pictures.COLORS)) or not 0 < len(letters) <= 4:
        raise NotFound("There is no such picture.")
    return Response(pictures.drawn(letters, color), media_type="image/svg+xml", headers=KEPT)


@router.get("/avatars/{digest}.webp")
def uploaded_picture(digest: str) -> Response:
    """Send an uploaded picture. Its address is its content, so it never changes."""
    return Response(storage.read(digest), media_type=pictures.MEDIA_TYPE, headers=KEPT)


@router.get(PAGE)
async def profile_page(request: Request) -> Response:
    """Send the page with the answer to the picture that was just sent."""
    if await actor_from_cookie(request.headers.get("cookie", "")) is None:
        return to_sign_in(request)
    html, answer = with_answer(request, bundle().page(PAGE), FORM)
    return shown(document(html), answer)


@router.post("/settings/profile/picture")
async def set_picture(request: Request) -> Response:
    """Take an uploaded picture."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    if actor is None:
        return RedirectResponse(f"/sign-in?next={PAGE}", 303)
    try:
        upload = await read_upload(request, "picture", pictures.LARGEST_BYTES, TOO_LARGE)
        await in_thread(profile.set_picture, actor, upload)
    except IdeasmithError as error:
        return back_to_form(PAGE, FORM, error, {})
    return done(PAGE, FORM, "Your new picture is shown from now on.")


@router.post("/settings/profile/picture/remove")
async def remove_picture(request: Request) -> Response:
    """Go back to the drawn initials."""
    actor = await actor_from_cookie(request.headers.get("cookie", ""))
    if actor is None:
        return RedirectResponse(f"/sign-in?next={PAGE}", 303)
    try:
        await in_thread(profile.remove_picture, actor)
    except IdeasmithError as error:
        return back_to_form(PAGE, FORM, error, {})
    return done(PAGE, FORM, "Your picture is removed.")
