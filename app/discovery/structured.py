"""An idea in the words of schema.org, for search engines."""

import json
from typing import Any

from app.discovery.addresses import author_address, idea_address, picture_address
from services.ideas import IdeaView
from services.ideas.categories import BY_SLUG

# Inside <script> no text may end it, or begin what ends it later; the last two end a line of JavaScript.
ESCAPED = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}


def json_ld(idea: IdeaView) -> str:
    """Return the element for the head of an idea's page."""
    written = json.dumps(product(idea), ensure_ascii=False).translate(ESCAPED)
    return f'<script type="application/ld+json">{written}</script>'


def product(idea: IdeaView) -> dict[str, Any]:
    """Return an idea as a Product with its price. Whether it is in stock is said once it can be bought."""
    address = idea_address(idea.id)
    category = BY_SLUG.get(idea.category)
    document = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": address,
        "name": idea.title,
        "description": idea.promise,
        "url": address,
        "sku": idea.id,
        "image": picture_address(idea.id, idea.version_number),
        "category": category.name if category else idea.category,
        "keywords": ", ".join(idea.tags),
        "brand": {"@type": "Person", "name": idea.author_name, "url": author_address(idea.author_id)},
        "offers": {
            "@type": "Offer",
            "price": f"{idea.price_cents / 100:.2f}",
            "priceCurrency": "USD",
            "url": address,
        },
    }
    if idea.published_at is not None:
        document["releaseDate"] = f"{idea.published_at:%Y-%m-%d}"
    return document
