"""One buyer's copy of what an idea sells. The same text and mark always give the same copy."""

from dataclasses import replace
from typing import Any

from services.ideas.fields import Paid
from services.ideas.marks.code import bit_of
from services.ideas.marks.places import places_of

# A licence says what it says, letter by letter.
MARKED = ("solution", "go_to_market", "numbers", "specification")


def marked(paid: Paid, mark: bytes, language: str) -> Paid:
    """Return the copy of a paid part that belongs to one mark: every text but the licence."""
    texts: dict[str, Any] = {name: marked_text(getattr(paid, name), mark, language) for name in MARKED}
    return replace(paid, **texts)


def marked_text(text: str, mark: bytes, language: str) -> str:
    """Return a text as it is written for one mark."""
    pieces, at = [], 0
    for place in places_of(text, language):
        if place.writable:
            pieces += [text[at : place.start], place.ways[bit_of(mark, place.key)]]
            at = place.end
    return "".join([*pieces, text[at:]])
