"""What differs between two texts, line by line, quickly also where they are long.

Lines that occur once in each text and in the same order are anchors; what lies between two of them is compared in the
same way, and what has none by `difflib` (patience diff, Bram Cohen 2007: https://bramcohen.livejournal.com/73318.html).
`difflib` alone takes minutes for long texts with many changes.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

CONTEXT_LINES = 3
LARGEST_GAP = 40_000  # lines of one side times lines of the other
ROOM = 1_000_000  # of such gaps together; beyond it, a gap is told as removed and added whole

Span = tuple[int, int, int, int]  # lines of the old text from, to; of the new one from, to
Opcode = tuple[str, int, int, int, int]


def unified(old: Sequence[str], new: Sequence[str], *, ignore_space: bool = False) -> Iterator[str]:
    """Yield the lines of a unified diff without its head. `ignore_space`: lines that differ in it only are equal."""
    left, right = (keys(text) if ignore_space else text for text in (old, new))
    for hunk in hunks(opcodes(left, right)):
        (_, first, _, other, _), (_, _, last, _, end) = hunk[0], hunk[-1]
        yield f"@@ -{place(first, last)} +{place(other, end)} @@"
        for tag, i1, i2, j1, j2 in hunk:
            if tag == "equal":
                yield from (f" {line}" for line in new[j1:j2])
                continue
            yield from (f"-{line}" for line in old[i1:i2])
            yield from (f"+{line}" for line in new[j1:j2])


def keys(lines: Sequence[str]) -> list[str]:
    """Return lines without any white space."""
    return ["".join(line.split()) for line in lines]


def place(first: int, end: int) -> str:
    """Return where a hunk lies in a text, as a unified diff has it: the number of its first line, and how many."""
    count = end - first
    return f"{first + 1 if count else first},{count}" if count != 1 else str(first + 1)


def hunks(found: list[Opcode]) -> Iterator[list[Opcode]]:
    """Yield changes that lie near each other, with three equal lines around them."""
    hunk: list[Opcode] = []
    for number, (tag, i1, i2, j1, j2) in enumerate(found):
        if tag != "equal":
            hunk.append((tag, i1, i2, j1, j2))
            continue
        before = 0 if number == 0 else CONTEXT_LINES
        after = 0 if number == len(found) - 1 else CONTEXT_LINES
        if i2 - i1 <= before + after:
            hunk.append((tag, i1, i2, j1, j2))
            continue
        if hunk:
            yield [*hunk, (tag, i1, i1 + before, j1, j1 + before)]
        hunk = [(tag, i2 - after, i2, j2 - after, j2)]
    if any(tag != "equal" for tag, *_ in hunk):
        yield hunk


def opcodes(old: Sequence[str], new: Sequence[str]) -> list[Opcode]:
    """Return how the old text becomes the new one, as `difflib` writes it."""
    found: list[Opcode] = []
    i = j = 0
    for first, other, size in [*blocks(old, new), (len(old), len(new), 0)]:
        if i < first or j < other:
            tag = "replace" if i < first and j < other else "delete" if i < first else "insert"
            found.append((tag, i, first, j, other))
        i, j = first + size, other + size
        if size:
            found.append(("equal", first, i, other, j))
    return found


def blocks(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return the runs of equal lines: where in each text, and how many."""
    found: list[tuple[int, int, int]] = []
    for i, j in sorted(equal_lines(old, new)):
        if found and found[-1][0] + found[-1][2] == i and found[-1][1] + found[-1][2] == j:
            first, other, size = found[-1]
            found[-1] = (first, other, size + 1)
        else:
            found.append((i, j, 1))
    return found


def equal_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of equal lines, none across another."""
    waiting: list[Span] = [(0, len(old), 0, len(new))]
    room = ROOM
    while waiting:
        i1, i2, j1, j2 = waiting.pop()
        while i1 < i2 and j1 < j2 and old[i1] == new[j1]:
            yield i1, j1
            i1, j1 = i1 + 1, j1 + 1
        while i1 < i2 and j1 < j2 and old[i2 - 1] == new[j2 - 1]:
            i2, j2 = i2 - 1, j2 - 1
            yield i2, j2
        if i1 == i2 or j1 == j2:
            continue
        if found := anchors(old, new, (i1, i2, j1, j2)):
            yield from found
            marks = [(i1 - 1, j1 - 1), *found, (i2, j2)]
            waiting += [(i + 1, to, j + 1, end) for (i, j), (to, end) in pairwise(marks)]
            continue
        area = (i2 - i1) * (j2 - j1)
        if area <= min(LARGEST_GAP, room):
            room -= area
            for first, other, size in SequenceMatcher(None, old[i1:i2], new[j1:j2]).get_matching_blocks():
                yield from ((i1 + first + n, j1 + other + n) for n in range(size))


def anchors(old: Sequence[str], new: Sequence[str], span: Span) -> list[tuple[int, int]]:
    """Return the lines that occur once on each side, as many as stand in the same order."""
    i1, i2, j1, j2 = span
    here, there = Counter(old[i1:i2]), Counter(new[j1:j2])
    where = {line: j for j, line in enumerate(new[j1:j2], j1) if there[line] == 1 and here[line] == 1}
    return rising([(i, where[line]) for i, line in enumerate(old[i1:i2], i1) if line in where])


def rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest part of pairs whose second numbers rise (patience sorting)."""
    ends: list[int] = []  # the lowest last number of a part of each length
    at: list[int] = []  # and its pair
    before: list[int] = []
    for number, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(at[length - 1] if length else -1)
        ends[length : length + 1], at[length : length + 1] = [j], [number]
    found: list[tuple[int, int]] = []
    number = at[-1] if at else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]
