"""What crawlers ask for first: which pages there are, and which are nobody's business."""

from collections.abc import Iterable, Iterator
from html import escape

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from app.discovery.addresses import idea_address, whole
from app.discovery.keeping import HOUR_S, is_unchanged, kept, tags
from app.session import in_thread
from models.db import transaction
from models.errors import NotFound
from services.catalog import list_templates
from services.ideas import sitemap as ideas
from services.ideas.sitemap import Change

router = APIRouter(include_in_schema=False)

PUBLIC_PAGES = ("/", "/ideas", "/receipts", "/templates", "/sign-in", "/sign-up")
PRIVATE = (
    "/api/",
    "/auth/",
    "/executions",
    "/deployments",
    "/ideas/new",
    "/settings",
    "/outbox",
    "/operations",
    "/confirm",
    "/invitation",
    "/teams/",
    "/git/",
    "/_event",
)
XML = "application/xml"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@router.get("/robots.txt")
async def robots() -> Response:
    """Say what may be read, and where the list of pages is."""
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in PRIVATE]]
    return PlainTextResponse("\n".join([*lines, "", f"Sitemap: {whole('/sitemap.xml')}", ""]))


@router.get("/sitemap.xml")
async def sitemap(request: Request) -> Response:
    """List the lists: the pages of the house, then ideas in chunks that one file can hold."""
    chunks = await in_thread(ideas.kept_chunks)
    paths = ["/sitemaps/pages.xml", *[f"/sitemaps/ideas/{first}.xml" for first in chunks]]
    entries = "".join(f"<sitemap><loc>{escape(whole(path))}</loc></sitemap>" for path in paths)
    xml = f"{HEAD}<sitemapindex {NAMESPACE}>{entries}</sitemapindex>"
    return kept(request.headers, xml, XML, for_s=HOUR_S)


@router.get("/sitemaps/pages.xml")
async def sitemap_of_pages(request: Request) -> Response:
    """List the public pages of the house, with one for each template."""
    cards = await in_thread(list_templates)
    paths = [*PUBLIC_PAGES, *[f"/templates/{card.slug}" for card in cards]]
    entries = "".join(f"<url><loc>{escape(whole(path))}</loc></url>" for path in paths)
    return kept(request.headers, f"{HEAD}<urlset {NAMESPACE}>{entries}</urlset>", XML, for_s=HOUR_S)


@router.get("/sitemaps/ideas/{first}.xml")
def sitemap_of_ideas(request: Request, first: str) -> Response:
    """List the ideas from `first` on, as many as one file holds; sent as it is read."""
    with transaction() as session:
        state = ideas.chunk_state(session, first)
    if not state.count:
        raise NotFound("There are no ideas from that one on.")
    known_by = tags(state.digest(), state.changed_at, HOUR_S)
    if is_unchanged(request.headers, known_by):
        return Response(status_code=304, headers=known_by)
    return StreamingResponse(written(pages_of(first)), headers=known_by, media_type=XML)


def pages_of(first: str) -> Iterator[list[Change]]:
    """Yield the ideas of a chunk, a page and a transaction at a time."""
    after, left = "", ideas.MOST_URLS
    while left > 0:
        with transaction() as session:
            page = ideas.chunk_page(session, first, after, min(left, ideas.PAGE))
        if not page:
            return
        yield page
        after, left = page[-1].id, left - len(page)


def written(pages: Iterable[list[Change]]) -> Iterator[str]:
    """Yield the file in pieces. Ids and moments hold nothing that XML would mind."""
    yield f"{HEAD}<urlset {NAMESPACE}>"
    for page in pages:
        yield "".join(
            f"<url><loc>{escape(idea_address(one.id))}</loc>"
            f"<lastmod>{one.changed_at:%Y-%m-%dT%H:%M:%S}Z</lastmod></url>"
            for one in page
        )
    yield "</urlset>"
