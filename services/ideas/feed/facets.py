"""What narrows a list, as conditions over `idea_ranks r`; the values go beside them as parameters."""

from typing import Any

from models.ids import decode_id
from services.ideas.categories import CATEGORIES
from services.ideas.feed.query import FeedQuery

PREMIUM = [one.slug for one in CATEGORIES if one.premium]
TEXT_JOIN = " JOIN ideas f ON f.id = {id}"


def conditions(query: FeedQuery, table: str = "r") -> tuple[str, dict[str, Any]]:
    """Return " AND …" for the columns that `idea_ranks` and `idea_texts` share, with its parameters."""
    found: list[tuple[str, str, Any]] = []
    if query.category:
        found.append((f"{table}.category = %(category)s", "category", query.category))
    if query.premium is not None:
        found.append(
            (f"({table}.category = ANY(%(premium)s)) = {str(query.premium).lower()}", "premium", PREMIUM)
        )
    if query.language:
        found.append((f"{table}.language = %(language)s", "language", query.language))
    if query.least_price_cents is not None:
        found.append((f"{table}.price_cents >= %(least)s", "least", query.least_price_cents))
    if query.most_price_cents is not None:
        found.append((f"{table}.price_cents <= %(most)s", "most", query.most_price_cents))
    if query.built is not None:
        found.append((f"{table}.built = %(built)s", "built", query.built))
    return "".join(f" AND {one[0]}" for one in found), {name: value for _, name, value in found}


def text_conditions(query: FeedQuery, idea_id: str = "r.idea_id") -> tuple[str, str, dict[str, Any]]:
    """Return the join and the conditions for what only `ideas` knows, tags and author; empty where neither is asked."""
    found, values = "", dict[str, Any]()
    if query.tags:
        found, values = " AND f.tags @> %(tags)s::text[]", {"tags": list(query.tags)}
    if query.author_id:
        found += " AND f.user_id = %(author)s"
        values = {**values, "author": decode_id("user", query.author_id)}
    return (TEXT_JOIN.format(id=idea_id) if found else ""), found, values


def narrowing(query: FeedQuery) -> tuple[str, str, dict[str, Any]]:
    """Return the join, the conditions and the parameters of a query over `idea_ranks r`."""
    where, values = conditions(query)
    join, more, text_values = text_conditions(query)
    return join, where + more, values | text_values
