"""What the address of a list of ideas asks for. `services.ideas.feed` reads which ideas; here is where in the list."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.ideas.feed import FeedQuery, Tab, as_parameters, read_query

TABS = {Tab.TOP: "Top", Tab.NEW: "New", Tab.RISING: "Rising", Tab.FEATURED: "Featured", Tab.MINE: "Mine"}
PRICES = {"1": "$1", "3": "Up to $3", "5": "Up to $5"}
BUILT = {"yes": "Built", "no": "Not built yet"}
PARTS = {"written": "Written", "bought": "Bought", "voted": "Voted for"}
# A page of the service holds 100 at most.
STEP, MOST = 25, 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choices that stand in an address, how many rows of the list it shows, and behind which place it begins."""

    query: FeedQuery
    rows: int
    after: str

    @property
    def narrowed(self) -> bool:
        """Whether anything but the tab is chosen."""
        return bool(as_parameters(self.query).keys() - {"tab"})


def chosen_in(address: Mapping[str, str]) -> Chosen:
    """Read the query of an address.

    Raises:
        InvalidInput: it asks for something that no list has.
    """
    return Chosen(read_query(address), rows_in(address), address.get("after", ""))


def rows_in(address: Mapping[str, str]) -> int:
    """Return how many rows an address shows."""
    rows = address.get("rows", "")
    return max(STEP, min(MOST, int(rows))) if rows.isdecimal() and len(rows) < 5 else STEP
