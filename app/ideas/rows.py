"""Ideas as lists show them: one shape for what the server draws and for what the page shows afterwards."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from app.wording import dollars
from services.ideas import CATEGORIES, LANGUAGES
from services.ideas.feed import IdeaCard, Slot

CATEGORY_NAMES = {one.slug: one.name for one in CATEGORIES}
STATE_WORDS = {
    "unpublished": "Unpublished",
    "held": "Waits for a moderator",
    "hidden": "Hidden by a moderator",
}


@dataclass
class Tag:
    """A word with the list that it leads to."""

    words: str
    address: str


@dataclass
class Piece:
    """A piece of a text in which something was found; `hit` is what was looked for."""

    text: str
    hit: bool


@dataclass
class IdeaRow:
    """One idea in a list. Texts are ready to be shown; "" where there is nothing to say.

    `featured` says that its author pays for the place, `fresh` that it stands here to be seen at all. `found` is what a
    search has found, in place of the promise.
    """

    id: str
    address: str
    title: str
    promise: str
    author: str
    author_address: str
    tags: list[Tag] = field(default_factory=list)
    price: str = ""
    language: str = ""
    state: str = ""
    relation: str = ""
    votes: int = 0
    voted: bool = False
    mine: bool = False
    featured: bool = False
    fresh: bool = False
    built: bool = False
    found: list[Piece] = field(default_factory=list)
    # The kind of place that it has in the list: what "Why here?" asks about.
    slot: str = Slot.ORGANIC.value


def row_of(card: IdeaCard) -> IdeaRow:
    """Return an idea as a list shows it."""
    category = Tag(CATEGORY_NAMES.get(card.category, card.category), to_list(category=card.category))
    tags = [Tag(f"#{tag}", to_list(tag=tag)) for tag in card.tags]
    return IdeaRow(
        id=card.id, address=f"/ideas/{card.id}", title=card.title, promise=card.promise, author=card.author_name,
        author_address=f"/authors/{card.author_id}", tags=[category, *tags],
        price=dollars(card.price_cents), language="" if card.language == "en" else LANGUAGES.get(card.language, ""),
        state=STATE_WORDS.get(card.state, ""), relation="Yours" if card.mine else "Bought" if card.owns else "",
        votes=card.votes, voted=card.voted, mine=card.mine, featured=card.slot == Slot.FEATURED,
        fresh=card.slot == Slot.EXPLORING, built=card.built, found=[Piece(*one) for one in card.snippet],
        slot=card.slot.value,
    )  # fmt: skip


def to_list(**chosen: str) -> str:
    """Return the address of the feed with these choices."""
    return f"/ideas?{urlencode(chosen)}" if chosen else "/ideas"
