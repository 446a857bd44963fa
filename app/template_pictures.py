"""Pictures of templates that proofs have taken on this installation."""

from fastapi import APIRouter
from starlette.responses import Response

from app.edge.bundle import FOREVER
from models.db import transaction
from services.catalog.pictures import MEDIA_TYPE, read_picture

router = APIRouter(include_in_schema=False)


@router.get("/pictures/{digest}.webp")
def template_picture(digest: str) -> Response:
    """Send a picture of a template, and nothing else of the storage. Its address is its content: it never changes."""
    with transaction() as session:
        content = read_picture(session, digest)
    return Response(content, media_type=MEDIA_TYPE, headers={"cache-control": FOREVER})
