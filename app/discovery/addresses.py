"""Where things of the marketplace are, as whole addresses, and how they are told to others."""

from html import escape
from urllib.parse import quote, urlencode

from models.settings import settings

EMBED_WIDTH, EMBED_HEIGHT = 480, 220
PICTURE_WIDTH, PICTURE_HEIGHT = 1200, 630
FORMS = {
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
    "json": "application/feed+json",
}


def whole(path: str) -> str:
    """Return a path of ours as others call it."""
    return settings().public_url + path


def idea_address(idea_id: str) -> str:
    """Return where an idea is."""
    return whole(f"/ideas/{idea_id}")


def author_address(user_id: str) -> str:
    """Return where an author is."""
    return whole(f"/authors/{user_id}")


def picture_address(idea_id: str, version: int) -> str:
    """Return the picture of an idea. The version is there for previews, which keep a picture for good."""
    return whole(f"/ideas/{idea_id}/og.png?v={version}")


def embed_address(idea_id: str) -> str:
    """Return the frame of an idea."""
    return whole(f"/embed/ideas/{idea_id}")


def embed_code(idea_id: str, title: str, width: int = EMBED_WIDTH, height: int = EMBED_HEIGHT) -> str:
    """Return what another site writes to show an idea."""
    return (
        f'<iframe src="{escape(embed_address(idea_id))}" width="{width}" height="{height}" '
        f'title="{escape(title)}" loading="lazy" style="border:0"></iframe>'
    )


def oembed_address(address: str, form: str = "json") -> str:
    """Return where a site that is shown `address` asks how to embed it."""
    return f"{whole('/oembed')}?{urlencode({'url': address, 'format': form})}"


def mail_link(title: str, promise: str, address: str) -> str:
    """Return the link that begins a mail about something: the reader's own program writes it, nobody is told."""
    body = quote(f"{promise}\r\n\r\n{address}")
    return f"mailto:?subject={quote(title)}&body={body}"


def feed_path(form: str, category: str = "", author_id: str = "", query: str = "") -> str:
    """Return the path of a feed."""
    if query:
        return f"/feeds/search.{form}?{urlencode({'q': query})}"
    if author_id:
        return f"/feeds/authors/{author_id}.{form}"
    return f"/feeds/categories/{category}.{form}" if category else f"/feeds/ideas.{form}"


def feed_links(title: str, category: str = "", author_id: str = "") -> str:
    """Return what a page says of its feeds, for the readers that look for them."""
    return "".join(
        f'<link rel="alternate" type="{media_type}" title="{escape(title)}" '
        f'href="{escape(whole(feed_path(form, category, author_id)))}"/>'
        for form, media_type in FORMS.items()
    )
