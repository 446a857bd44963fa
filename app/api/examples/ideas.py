"""Ideas, drafts, votes and purchases."""

from typing import Any

from app.api.examples.shared import AT, LATER

IDEA_ID = "idea_01k0v5a2c3d4e5f6g7h8j9k0mn"
AUTHOR_ID = "user_01k0v4kx1m3n5p7q9r2s4t6v8w"
VERSION_ID = "iver_01k0v5a2dfgh2jk4mn6pq8rs0t"
TEASER: dict[str, Any] = {
    "title": "Menu translator",
    "promise": "Restaurants show their menu in every guest's language.",
    "problem": "Menus exist in one language, guests come with twenty, and a waiter explains each dish anew.",
    "audience": "Restaurants in towns with visitors",
    "category": "food",
    "tags": ["restaurants", "translation"],
    "language": "en",
    "price_cents": 300,
}
PAID: dict[str, Any] = {
    "solution": "Guests scan a code and read the menu in their language. The owner photographs the printed menu, "
    "checks the dishes once, and every change of a price is in all languages at once.",
    "go_to_market": "Walk the old town with a printed sample.",
    "numbers": "",
    "specification": "",
    "licence": "Use it for one product of your own.",
    "template_settings": {},
}
NEW_IDEA: dict[str, Any] = TEASER | PAID
CARD: dict[str, Any] = {
    "id": IDEA_ID, "slot": "organic", "title": TEASER["title"], "promise": TEASER["promise"], "category": "food",
    "tags": TEASER["tags"], "language": "en", "price_cents": 300, "author_id": AUTHOR_ID, "author_name": "Ada",
    "votes": 96, "buyers": 12, "comments": 3, "reviews": 2, "built": False, "published_at": AT, "voted": False,
    "owns": False, "mine": False, "snippet": [],
}  # fmt: skip
IDEA: dict[str, Any] = TEASER | {
    "id": IDEA_ID, "state": "published", "version_number": 2,
    "sections": [{"heading": "Solution", "words": 412}], "opening": "Guests scan a code and",
    "author_id": AUTHOR_ID, "author_name": "Ada", "votes": 96, "buyers": 12, "comments": 3, "reviews": 2,
    "built": False, "featured_until": None, "published_at": AT, "changed_at": LATER, "voted": False,
    "owns": False, "mine": False,
}  # fmt: skip
PAID_PART: dict[str, Any] = PAID | {"idea_id": IDEA_ID, "version_id": VERSION_ID, "version_number": 2}
IDEA_VERSION: dict[str, Any] = {
    "id": VERSION_ID, "number": 2, "title": TEASER["title"], "price_cents": 300, "content_hash": "9f" * 32,
    "note": "A price list of three towns.", "created_at": LATER,
}  # fmt: skip
DRAFT: dict[str, Any] = {
    "id": "drft_01k0v59zq8w6v4t2s0r8q6p4m2", "idea_id": None, "title": TEASER["title"], "revision": 3,
    "created_at": AT, "changed_at": LATER,
}  # fmt: skip
WHOLE_DRAFT: dict[str, Any] = DRAFT | {"fields": {"title": TEASER["title"], "price_cents": 300}}
VOTE: dict[str, Any] = {"count": 97, "voted": True}
MY_VOTE: dict[str, Any] = {"idea_id": IDEA_ID, "title": TEASER["title"], "voted_at": LATER}
PURCHASE: dict[str, Any] = {
    "id": "prch_01k0v5b4e6f8g0h2j4k6m8n0pq", "idea_id": IDEA_ID, "title": TEASER["title"],
    "version_id": VERSION_ID, "state": "paid", "source": "grant", "price_cents": 0, "created_at": AT,
    "paid_at": AT, "refunded_at": None,
}  # fmt: skip
CATEGORY: dict[str, Any] = {
    "slug": "food", "name": "Food and drink", "premium": False, "least_price_cents": 100,
}  # fmt: skip
IDEA_TEMPLATE: dict[str, Any] = {
    "id": "itpl_01k0v5d6g8h0j2k4m6n8p0q2rs", "idea_id": IDEA_ID, "idea_title": TEASER["title"],
    "author_id": AUTHOR_ID, "author_name": "Ada", "template_slug": "landing", "template_name": "Landing page",
    "title": "Menu kit", "words": TEASER["promise"], "config": {"app_name": "Menu kit"}, "builds": 7, "mine": False,
    "created_at": AT,
}  # fmt: skip
