"""What stands in the head of the pages of ideas and authors, for search engines, link previews and feed readers."""

from html import escape

from app.discovery.addresses import (
    PICTURE_HEIGHT,
    PICTURE_WIDTH,
    author_address,
    feed_links,
    idea_address,
    oembed_address,
    picture_address,
    whole,
)
from app.discovery.structured import json_ld
from app.edge.slots import property_tag
from app.wording import dollars
from services.ideas import IdeaView
from services.ideas.categories import BY_SLUG


def head_of_idea(idea: IdeaView) -> str:
    """Return the head of an idea's page. One that is not published is named, and nothing else is said of it."""
    title = f"<title>{escape(idea.title)} · Ideasmith</title>"
    if idea.state != "published":
        return title + '<meta name="robots" content="noindex"/>'
    address = idea_address(idea.id)
    picture = picture_address(idea.id, idea.version_number)
    shelf = BY_SLUG.get(idea.category)
    parts = [
        title,
        *general(idea.title, idea.promise, address, "product"),
        *[property_tag("og:image", picture), property_tag("og:image:alt", f"{idea.title}. {idea.promise}")],
        *[
            property_tag("og:image:width", str(PICTURE_WIDTH)),
            property_tag("og:image:height", str(PICTURE_HEIGHT)),
        ],
        property_tag("product:price:amount", f"{idea.price_cents / 100:.2f}"),
        property_tag("product:price:currency", "USD"),
        '<meta name="twitter:card" content="summary_large_image"/>',
        f'<meta name="author" content="{escape(idea.author_name)}"/>',
        *[
            f'<link rel="alternate" type="{media_type}" title="{escape(idea.title)}" '
            f'href="{escape(oembed_address(address, form))}"/>'
            for form, media_type in (("json", "application/json+oembed"), ("xml", "text/xml+oembed"))
        ],
        feed_links(f"New ideas in {shelf.name}", category=shelf.slug) if shelf else "",
        feed_links(f"Ideas by {idea.author_name}", author_id=idea.author_id),
        json_ld(idea),
    ]
    return "".join(parts)


def head_of_author(user_id: str, name: str, ideas: int) -> str:
    """Return the head of an author's page."""
    words = f"{ideas} {'idea' if ideas == 1 else 'ideas'} by {name}, from {dollars(100)} each."
    return "".join(
        [
            f"<title>{escape(name)} · Ideasmith</title>",
            *general(name, words, author_address(user_id), "profile"),
            property_tag("og:image", whole("/og.png")),
            feed_links(f"Ideas by {name}", author_id=user_id),
        ]
    )


def general(title: str, description: str, address: str, kind: str) -> list[str]:
    """Return what every public page says of itself."""
    return [
        f'<meta name="description" content="{escape(description)}"/>',
        f'<link rel="canonical" href="{escape(address)}"/>',
        property_tag("og:type", kind),
        property_tag("og:site_name", "Ideasmith"),
        property_tag("og:url", address),
        property_tag("og:title", title),
        property_tag("og:description", description),
    ]
