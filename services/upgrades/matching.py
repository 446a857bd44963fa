"""Which lines two texts share, by Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986).

With an end to it, which `difflib` does not have: who may push code must not hold up the process that looks at it.
"""

from collections.abc import Sequence

MOST_CHANGED = 400  # lines, gone and new ones together

Pair = tuple[int, int]


def matched(before: Sequence[str], after: Sequence[str]) -> list[Pair] | None:
    """Return the places of lines that stay, as (before, after), in order; None when more than that differ."""
    furthest, trail = {1: 0}, []
    goal = len(before) - len(after)
    for edits in range(MOST_CHANGED + 1):
        trail.append(dict(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            at = step(furthest, diagonal, edits)[1]
            while at < len(before) and 0 <= at - diagonal < len(after) and before[at] == after[at - diagonal]:
                at += 1
            furthest[diagonal] = at
            if diagonal == goal and at >= len(before):
                return walked_back(trail, len(before), len(after))
    return None


def step(furthest: dict[int, int], diagonal: int, edits: int) -> tuple[int, int]:
    """Return the diagonal that one comes from, and where one gets to by one new line, or by one that is gone."""
    if diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1]):
        return diagonal + 1, furthest[diagonal + 1]
    return diagonal - 1, furthest[diagonal - 1] + 1


def walked_back(trail: list[dict[int, int]], before: int, after: int) -> list[Pair]:
    """Return the pairs on the way to the end, given how far one had come with each number of edits."""
    pairs: list[Pair] = []
    for edits in range(len(trail) - 1, -1, -1):
        start = step(trail[edits], before - after, edits)
        begun = start[1]
        diagonal = before - after
        while before > begun and before - diagonal > begun - diagonal and after > 0:
            before, after = before - 1, after - 1
            pairs.append((before, after))
        before = trail[edits][start[0]] if edits else before
        after = before - start[0] if edits else after
    return pairs[::-1]
