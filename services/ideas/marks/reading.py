"""What a copy says of whose it is."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.ideas.marks.code import ACCEPTED, agreeing, chance
from services.ideas.marks.places import Layer, Place, places_of

# So many places of one kind that all say the same were made alike by a program.
ALIKE = 8


@dataclass(frozen=True, slots=True)
class Match:
    """How well a mark agrees with a copy: at `agree` of `places`, which somebody else's would with `chance`."""

    name: str
    places: int
    agree: int
    chance: float


def carried_by(texts: Iterable[tuple[str, str]]) -> set[bytes]:
    """Return the keys of all places that our copies of some texts carry a mark at. Each is (text, language)."""
    return {place.key for text, language in texts for place in places_of(text, language) if place.writable}


def read_copy(copy: str, language: str, carried: set[bytes]) -> dict[bytes, int]:
    """Return what a copy says at each place that ours carry. A place that says both says nothing.

    A kind of place that says the same everywhere was made alike on the way, and is left out.
    """
    said: dict[Layer, dict[bytes, set[int]]] = {layer: {} for layer in Layer}
    for place in places_of(copy, language):
        if place.bit is not None and place.key in carried:
            said[place.layer].setdefault(place.key, set()).add(place.bit)
    read: dict[bytes, int] = {}
    for layer, places in said.items():
        clear = {key: bits.pop() for key, bits in places.items() if len(bits) == 1}
        if layer == Layer.WORDS or len(clear) < ALIKE or len(Counter(clear.values())) > 1:
            read |= clear
    return read


def compared(read: Mapping[bytes, int], marks: Mapping[str, bytes]) -> list[Match]:
    """Return whom a copy can be said to come from, by name, the surest first. More than one: it was put together.

    The chance of each is already that of any among so many buyers.
    """
    found = []
    for name, mark in marks.items():
        agree = agreeing(mark, read)
        likely = min(1.0, len(marks) * chance(len(read), agree))
        if likely <= ACCEPTED:
            found.append(Match(name, len(read), agree, likely))
    return sorted(found, key=lambda match: (match.chance, match.name))


def unseen_left(copy: str, language: str) -> bool:
    """Whether characters that nobody sees have come along with a copy."""
    return any(is_unseen(place) for place in places_of(copy, language))


def is_unseen(place: Place) -> bool:
    """Whether a place says something without being seen."""
    return place.layer == Layer.UNSEEN and place.bit is not None
