"""A merge of lines that takes two changes side by side for two changes, where git sees one conflict."""

from dataclasses import dataclass
from itertools import pairwise

from services.upgrades.matching import matched

MOST_LINES = 4_000
Sides = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """Lines `start` to `end` of the base become `lines`. `even`: one for one, so each belongs to one line."""

    start: int
    end: int
    lines: tuple[str, ...]
    even: bool


def merged(sides: Sides, *, both_added: bool = False) -> str | None:
    """Return the merged text, None when two changes overlap or it is not certain which comes first.

    With `both_added`, lines that both sides have added in one place stand one after the other, ours first: only for
    what is looked at again afterwards.
    """
    if not all(map(ends_whole, sides)) or max(side.count("\n") for side in sides) > MOST_LINES:
        return None
    # As git counts them: a form feed ends no line.
    base, ours, theirs = ([f"{line}\n" for line in side.split("\n")[:-1]] for side in sides)
    of_ours, of_theirs = changes_of(base, ours), changes_of(base, theirs)
    if of_ours is None or of_theirs is None:
        return None
    # What both have done alike is one change. Of two additions in one place ours is first.
    mine = {*of_ours}
    changes = sorted(mine.union(of_theirs), key=lambda one: (one.start, one.end, one not in mine))
    if any(not go_together(one, other, both_added) for one, other in pairwise(changes)):
        return None
    return "".join(applied(base, changes))


def ends_whole(text: str) -> bool:
    """Whether the last line of a text has its end."""
    return not text or text.endswith("\n")


def changes_of(base: list[str], side: list[str]) -> list[Change] | None:
    """Return what a side has changed, in order, None when it is too much.

    What was replaced line by line is one change a line.
    """
    pairs = matched(base, side)
    if pairs is None:
        return None
    found: list[Change] = []
    for (one, other), (start, first) in pairwise([(-1, -1), *pairs, (len(base), len(side))]):
        begin, lines = one + 1, side[other + 1 : first]
        if start - begin == len(lines):
            found += [Change(begin + at, begin + at + 1, (line,), even=True) for at, line in enumerate(lines)]
        elif start - begin or lines:
            found.append(Change(begin, start, tuple(lines), even=False))
    return found


def go_together(one: Change, other: Change, both_added: bool) -> bool:
    """Whether two different changes can both be, `one` being the earlier."""
    if one.end < other.start:
        return True
    if one.end == other.start and one.even and other.even:
        return True
    return both_added and one.end == other.start


def applied(base: list[str], changes: list[Change]) -> list[str]:
    """Return the base with all changes."""
    result: list[str] = []
    at = 0
    for one in changes:
        result += [*base[at : one.start], *one.lines]
        at = one.end
    return [*result, *base[at:]]
