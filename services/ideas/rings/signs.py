"""What is suspicious of two accounts. Each sign is a fact of its own; none of them alone stops a vote."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum

from services.ideas.rings.reading import Pair

# The same ideas: three or more, and half of what either of the two voted for.
LEAST_SHARED, LEAST_JACCARD = 3, 0.5
# The same times: three or more within 15 minutes of each other, and most of what they share.
LEAST_CLOSE, LEAST_SHARE_CLOSE = 3, 0.6


class Sign(StrEnum):
    """Why two accounts may be of one hand."""

    IDEAS = "same_ideas"  # they vote for the same ideas, and for few others
    TIMES = "same_times"  # they vote for them at the same moments
    PLACES = "same_places"  # they are signed in with the same device at the same address


Graph = dict[str, set[str]]


def graphs(pairs: Iterable[Pair], placed: Iterable[Pair]) -> dict[Sign, Graph]:
    """Return who is connected to whom by each sign. `placed` are the pairs that share a place and a vote."""
    found: dict[Sign, Graph] = {sign: defaultdict(set) for sign in Sign}
    for pair in pairs:
        if has_same_ideas(pair):
            connect(found[Sign.IDEAS], pair)
        if has_same_times(pair):
            connect(found[Sign.TIMES], pair)
    for pair in placed:
        connect(found[Sign.PLACES], pair)
        # One vote within an hour says nothing of strangers; of one device it does.
        if pair.close > LEAST_SHARE_CLOSE * pair.shared:
            connect(found[Sign.TIMES], pair)
    return found


def has_same_ideas(pair: Pair) -> bool:
    """Whether two accounts vote for much the same."""
    return pair.shared >= LEAST_SHARED and pair.shared >= LEAST_JACCARD * pair.either


def has_same_times(pair: Pair) -> bool:
    """Whether two accounts vote at the same moments."""
    return pair.close >= LEAST_CLOSE and pair.close >= LEAST_SHARE_CLOSE * pair.shared


def connect(graph: Graph, pair: Pair) -> None:
    """Connect two accounts."""
    graph[pair.one].add(pair.other)
    graph[pair.other].add(pair.one)
