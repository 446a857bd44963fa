"""The picture that link previews show of an idea."""

import functools

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.discovery.drawing import Words, draw
from app.discovery.keeping import HOUR_S, kept
from app.session import in_pool, in_thread
from services.ideas import IdeaView, get_idea

router = APIRouter(include_in_schema=False)
# About 30 KB each.
drawn = functools.lru_cache(maxsize=256)(draw)


@router.get("/ideas/{idea_id}/og.png")
async def idea_picture(request: Request, idea_id: str) -> Response:
    """Send the picture of an idea that everybody may see."""
    words = words_of(await in_thread(get_idea, None, idea_id))
    return kept(request.headers, await in_pool(drawn, words), "image/png", for_s=HOUR_S)


def words_of(idea: IdeaView) -> Words:
    """Return what stands in the picture."""
    return Words(idea.title, idea.promise, idea.author_name, idea.price_cents, idea.votes)
