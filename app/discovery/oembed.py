"""oEmbed 1.0: a site that is shown the address of an idea asks here how to show it."""

import json
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.discovery.addresses import (
    EMBED_HEIGHT,
    EMBED_WIDTH,
    PICTURE_HEIGHT,
    PICTURE_WIDTH,
    author_address,
    embed_code,
    picture_address,
    whole,
)
from app.discovery.feed_forms import HEAD, xml
from app.discovery.keeping import HOUR_S, kept
from app.session import in_thread
from models.errors import InvalidInput, NotFound
from models.settings import settings
from services.ideas import IdeaView, get_idea

router = APIRouter(include_in_schema=False)

LEAST_WIDTH, LEAST_HEIGHT = 200, 120
Size = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/oembed")
async def oembed(
    request: Request,
    url: Annotated[str, Query(max_length=500)] = "",
    format: Annotated[str, Query(max_length=10)] = "json",  # noqa: A002
    maxwidth: Size = EMBED_WIDTH,
    maxheight: Size = EMBED_HEIGHT,
) -> Response:
    """Say how to show the idea at an address of ours."""
    if format not in ("json", "xml"):
        return Response("Ask for json or xml.", 501, media_type="text/plain")
    idea = await in_thread(get_idea, None, idea_at(url))
    described = description(idea, max(LEAST_WIDTH, maxwidth), max(LEAST_HEIGHT, maxheight))
    if format == "xml":
        fields = "".join(f"<{name}>{xml(str(value))}</{name}>" for name, value in described.items())
        return kept(request.headers, f"{HEAD}<oembed>{fields}</oembed>", "text/xml; charset=utf-8")
    return kept(request.headers, as_json(described), "application/json")


def as_json(document: dict[str, Any]) -> str:
    """Return a document as JSON."""
    return json.dumps(document, ensure_ascii=False)


def idea_at(address: str) -> str:
    """Return the id of the idea at an address.

    Raises:
        InvalidInput: there is no address.
        NotFound: nothing of ours is there that can be shown.
    """
    if not address:
        raise InvalidInput("Name the address of an idea: /oembed?url=…", "no_url")
    try:
        asked, ours = urlsplit(address), urlsplit(settings().public_url)
        rooms = asked.path.rstrip("/").split("/")
    except ValueError as error:
        raise NotFound("That is no address.") from error
    if asked.netloc != ours.netloc or len(rooms) != 3 or rooms[1] != "ideas":
        raise NotFound("There is no idea at that address.")
    return rooms[2]


def description(idea: IdeaView, width: int, height: int) -> dict[str, Any]:
    """Return what oEmbed says of an idea, at most so wide and high (in pixels)."""
    width, height = min(width, EMBED_WIDTH), min(height, EMBED_HEIGHT)
    return {
        "version": "1.0",
        "type": "rich",
        "title": idea.title,
        "author_name": idea.author_name,
        "author_url": author_address(idea.author_id),
        "provider_name": "Ideasmith",
        "provider_url": whole("/"),
        "cache_age": HOUR_S,
        "html": embed_code(idea.id, idea.title, width, height),
        "width": width,
        "height": height,
        "thumbnail_url": picture_address(idea.id, idea.version_number),
        "thumbnail_width": PICTURE_WIDTH,
        "thumbnail_height": PICTURE_HEIGHT,
    }
