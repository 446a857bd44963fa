"""Feeds of the newest ideas: of all, of a category, of an author, of a search."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app.discovery.addresses import FORMS, author_address, feed_path, whole
from app.discovery.feed_forms import Feed, atom, json_feed, rss
from app.discovery.keeping import MINUTE_S, kept
from app.session import in_thread
from models.errors import InvalidInput, NotFound
from services.ideas.categories import BY_SLUG
from services.ideas.feed import FeedQuery, list_ideas
from services.ideas.published import IdeaEntry, entries_of, newest

router = APIRouter(prefix="/feeds", include_in_schema=False)

ENTRIES = 50
WRITERS = {"atom": atom, "rss": rss, "json": json_feed}
KEPT_S = 5 * MINUTE_S


@router.get("/ideas.{form}")
async def feed_of_all(request: Request, form: str) -> Response:
    """Send the newest ideas."""
    page = await in_thread(newest, limit=ENTRIES)
    address = whole(feed_path(form))
    return answer(request, form, Feed("New ideas · Ideasmith", whole("/ideas?tab=new"), address, page.items))


@router.get("/categories/{slug}.{form}")
async def feed_of_category(request: Request, slug: str, form: str) -> Response:
    """Send the newest ideas of a category."""
    category = BY_SLUG.get(slug)
    if category is None:
        raise NotFound("There is no category with that name.")
    page = await in_thread(newest, category=slug, limit=ENTRIES)
    where = whole(f"/ideas?tab=new&category={slug}")
    title = f"{category.name} · New ideas · Ideasmith"
    return answer(request, form, Feed(title, where, whole(feed_path(form, category=slug)), page.items))


@router.get("/authors/{user_id}.{form}")
async def feed_of_author(request: Request, user_id: str, form: str) -> Response:
    """Send the newest ideas of somebody who has published any: accounts are nobody's business."""
    page = await in_thread(newest, author_id=user_id, limit=ENTRIES)
    if not page.items:
        raise NotFound("There is no author at this address who has published ideas.")
    title = f"Ideas by {page.items[0].author_name} · Ideasmith"
    where = whole(feed_path(form, author_id=user_id))
    return answer(request, form, Feed(title, author_address(user_id), where, page.items))


@router.get("/search.{form}")
async def feed_of_search(
    request: Request, form: str, q: Annotated[str, Query(max_length=200)] = ""
) -> Response:
    """Send the newest ideas that a search finds."""
    words = " ".join(q.replace("\x00", "").split())
    if not words:
        raise InvalidInput("Say what to look for: /feeds/search.atom?q=words", "no_query")
    entries = await in_thread(found, words, ENTRIES)
    path = feed_path(form, query=words)
    page = whole(path.replace(f"/feeds/search.{form}", "/ideas", 1) + "&tab=new")
    return answer(request, form, Feed(f"“{words}” · Ideas · Ideasmith", page, whole(path), entries))


def found(session: Session, words: str, limit: int) -> list[IdeaEntry]:
    """Return what a search finds, newest first."""
    page = list_ideas(session, None, FeedQuery(words=words), "", limit)
    return entries_of(session, [card.id for card in page.items])


def answer(request: Request, form: str, feed: Feed) -> Response:
    """Return a feed in the form that was asked for.

    Raises:
        NotFound: there is no such form.
    """
    write = WRITERS.get(form)
    if write is None:
        raise NotFound("Feeds end in .atom, .rss or .json.")
    return kept(
        request.headers,
        write(feed),
        f"{FORMS[form]}; charset=utf-8",
        changed_at=feed.changed_at,
        for_s=KEPT_S,
    )
