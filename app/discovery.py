"""What crawlers ask for first: which pages there are, and which are nobody's business."""

from html import escape

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from app.session import in_thread
from models.settings import settings
from services.catalog import list_templates

router = APIRouter(include_in_schema=False)

PUBLIC_PAGES = ("/", "/ideas", "/templates", "/sign-in", "/sign-up")
PRIVATE = (
    "/api/",
    "/auth/",
    "/executions",
    "/deployments",
    "/settings",
    "/outbox",
    "/operations",
    "/confirm",
    "/invitation",
    "/teams/",
    "/git/",
    "/_event",
)


@router.get("/robots.txt")
async def robots() -> Response:
    """Say what may be read, and where the list of pages is."""
    lines = ["User-agent: *", *[f"Disallow: {path}" for path in PRIVATE]]
    return PlainTextResponse("\n".join([*lines, "", f"Sitemap: {settings().public_url}/sitemap.xml", ""]))


@router.get("/sitemap.xml")
async def sitemap() -> Response:
    """List the public pages, with one for each template."""
    cards = await in_thread(list_templates)
    paths = [*PUBLIC_PAGES, *[f"/templates/{card.slug}" for card in cards]]
    entries = "".join(f"<url><loc>{escape(settings().public_url + path)}</loc></url>" for path in paths)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    xml = f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="{namespace}">{entries}</urlset>'
    return Response(xml, media_type="application/xml")
