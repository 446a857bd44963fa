"""Pages that the server finishes: the built shell or page, with its own words, sent fresh each time."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urljoin

from starlette.responses import Response

from app.edge.ahead import with_ahead
from app.edge.bundle import bundle
from app.edge.csp import policy
from app.edge.slots import add_to_body, add_to_head, property_tag
from models.settings import settings

PICTURE = "/og.png"


def document(html: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return a finished page as an answer: never from a cache, with the policy of its own scripts."""
    always = {"cache-control": "private, no-cache", "content-security-policy": policy(html)}
    return Response(html, status, always | dict(headers or {}), media_type="text/html")


def described(html: str, *, title: str, description: str = "", path: str = "", public: bool = False) -> str:
    """Return the shell with the title and words that search engines and link previews read.

    A page that is not `public` says only its title, and asks not to be listed.
    """
    parts = [f"<title>{escape(title)}</title>"]
    if not public:
        return add_to_head(html, parts[0] + '<meta name="robots" content="noindex"/>')
    address = settings().public_url + path
    parts += [
        f'<meta name="description" content="{escape(description)}"/>',
        f'<link rel="canonical" href="{escape(address)}"/>',
        property_tag("og:url", address),
        property_tag("og:title", title),
        property_tag("og:description", description),
        property_tag("og:image", urljoin(settings().public_url + "/", PICTURE)),
    ]
    return add_to_head(html, "".join(parts))


def readable_without_scripts(html: str, inner: str) -> str:
    """Return a page with `inner` for readers whose browser runs no scripts, instead of what only scripts finish."""
    alone = "<style>.shell { display: none }</style>"
    return add_to_body(html, f'<noscript>{alone}<main class="page narrow">{inner}</main></noscript>')


def private_page(title: str, route: str = "", read: str = "") -> Response:
    """Return the shell for a page that its own code fills after it has asked who is there.

    The scripts of `route` and what they `read` first are asked for with the page.
    """
    html = described(bundle().shell(), title=title)
    return document(with_ahead(html, bundle(), route, read) if read else html)


def not_found_page() -> Response:
    """Return the 404 page: the client draws the rest, readers without scripts get the words."""
    html = described(bundle().shell(), title="Page not found · Ideasmith")
    words = (
        "<h1>There is no page here</h1><p>The address may be mistyped, or what was here is gone.</p>"
        '<p><a href="/">Front page</a> · <a href="/templates">Templates</a></p>'
    )
    return document(readable_without_scripts(html, words), status=404)
