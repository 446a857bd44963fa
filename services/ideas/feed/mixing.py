"""Which stream each place of a page of Top belongs to."""

from collections.abc import Sequence
from typing import Any

from services.ideas.feed.cards import Slot

# One place in five is drawn among ideas that were hardly seen; one in eight at most is paid for.
EXPLORED_EVERY, FEATURED_EVERY = 5, 8


def mixed(rows: Sequence[tuple[Any, ...]], size: int) -> tuple[list[tuple[Any, ...]], bool]:
    """Return a page of the rows of all streams (slot, score, idea, …), and whether the list goes on behind it.

    The 5th, 10th, … place is drawn, the 8th, 16th, … is featured, so that no beginning of a page has more of them.
    Where a stream has nothing left, the order of the list takes the place.
    """
    streams = {slot: [row for row in rows if row[0] == slot] for slot in Slot}
    featured = streams[Slot.FEATURED]
    explored, organic = streams[Slot.EXPLORING], streams[Slot.ORGANIC]
    page: list[tuple[Any, ...]] = []
    while len(page) < size:
        at = len(page) + 1
        turn = featured if at % FEATURED_EVERY == 0 and featured else organic
        turn = explored if at % EXPLORED_EVERY == 0 and explored and turn is organic else turn
        if not turn:
            break
        page.append(turn.pop(0))
    return page, bool(organic)
