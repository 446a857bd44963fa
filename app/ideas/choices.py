"""What the address of the feed asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.ideas import LANGUAGES
from services.ideas.categories import BY_SLUG
from services.ideas.listing import FeedQuery

TABS = {"top": "Top", "new": "New", "rising": "Rising", "featured": "Featured", "mine": "Mine"}
PRICES = {"1": "$1", "3": "Up to $3", "5": "Up to $5"}
BUILT = {"yes": "Built", "no": "Not built yet"}
STEP, MOST = 25, 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choices that stand in an address. Whatever it does not know counts as no choice."""

    query: FeedQuery
    tab: str
    rows: int
    after: str
    narrowed: bool


def chosen_in(address: Mapping[str, str]) -> Chosen:
    """Read the query of an address."""

    def one_of(name: str, known: Mapping[str, object]) -> str:
        return address[name] if address.get(name, "") in known else ""

    rows, built = address.get("rows", ""), one_of("built", BUILT)
    tab = one_of("tab", TABS) or "top"
    query = FeedQuery(
        tab=tab, text=address.get("q", "")[:100].strip(), category=one_of("category", BY_SLUG),
        tag=address.get("tag", "")[:60].strip().lower(), language=one_of("language", LANGUAGES),
        most_price_cents=int(one_of("price", PRICES) or 0) * 100, built=None if not built else built == "yes",
    )  # fmt: skip
    narrowed = bool(
        query.text or query.category or query.tag or query.language or query.most_price_cents or built
    )
    wanted = max(STEP, min(MOST, int(rows))) if rows.isdecimal() and len(rows) < 5 else STEP
    return Chosen(query, tab, wanted, address.get("after", "")[:400], narrowed)
