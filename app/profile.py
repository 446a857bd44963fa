"""Pictures of people: shown, uploaded by a native form, removed."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.edge.bundle import FOREVER
from app.session import in_thread
from app.signed_in import own_page, take_form
from app.uploads import read_upload
from models.errors import NotFound
from services import pictures, profile, storage
from services.accounts import Actor

router = APIRouter(include_in_schema=False)

PAGE = "/settings/profile"
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
    return await own_page(request)


@router.post("/settings/profile/picture")
async def set_picture(request: Request) -> Response:
    """Take an uploaded picture."""

    async def act(actor: Actor, upload: bytes) -> str:
        await in_thread(profile.set_picture, actor, upload)
        return "Your new picture is shown from now on."

    return await take_form(request, PAGE, act, read=uploaded)


async def uploaded(request: Request) -> bytes:
    """Return the picture of a form."""
    return await read_upload(request, "picture", pictures.LARGEST_BYTES, TOO_LARGE)


@router.post("/settings/profile/picture/remove")
async def remove_picture(request: Request) -> Response:
    """Go back to the drawn initials."""

    async def act(actor: Actor, form: dict[str, str]) -> str:
        await in_thread(profile.remove_picture, actor)
        return "Your picture is removed."

    return await take_form(request, PAGE, act)
