"""How much of one text stands in another, in whatever order: pure functions of their words.

Runs of `RUN` words that the other text has as well, joined where they overlap, make passages; shorter ones than
`PASSAGE` words are turns of phrase and count for nothing. What counts is the share of the words that stand in passages,
in the text of which they are the larger part: so a short idea is found inside a long one.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

RUN, PASSAGE = 4, 8
# A finding needs so many words that were taken over: three sentences that everybody writes are none.
LEAST_WORDS = 25
# The doubt whether something was taken halves with each such share of the words. Tuned on pairs of other texts
# than the labelled set's: 8-word passages tell stock sentences from copies best (docs/decisions/0027-likeness.md).
HALF_DOUBT = 0.0986
# From here on a moderator looks at it: 27 % of the words.
ALARMING = 0.85


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts have in common.

    `score` runs from 0 to 1; `share` is the part of the words that was taken over, of the text where that is more;
    `words` how many they are, in how many `passages`, the `longest` of them in words, and `in_order` whether they
    follow each other as they do in the earlier text.
    """

    score: float = 0.0
    share: float = 0.0
    words: int = 0
    passages: int = 0
    longest: int = 0
    in_order: bool = True


def compare(earlier: Sequence[str], later: Sequence[str]) -> Overlap:
    """Return what the words of a later text have in common with those of an earlier one."""
    if len(earlier) < LEAST_WORDS or len(later) < LEAST_WORDS:
        return (
            Overlap(1.0, 1.0, len(later), 1, len(later))
            if later and list(earlier) == list(later)
            else Overlap()
        )
    places = places_of(earlier)
    taken, given = passages(later, places), passages(earlier, places_of(later))
    words = max(total(taken), total(given))
    share = max(total(taken) / len(later), total(given) / len(earlier))
    score = score_of(share) if words >= LEAST_WORDS else 0.0
    whole = [(place, length) for place, length in followed(later, places) if length >= PASSAGE]
    longest = max((length for _, length in whole), default=0)
    return Overlap(score, share, words, len(whole), longest, in_order([place for place, _ in whole]))


def passages(words: Sequence[str], places: dict[str, int]) -> list[tuple[int, int]]:
    """Return where in a text the passages begin and end that stand in the other one."""
    return [run for run in runs_of(taken_over(words, places)) if run[1] - run[0] >= PASSAGE]


def followed(words: Sequence[str], places: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Yield what of the other text is repeated word for word: where it begins there, and how many words it goes on."""
    begun, length = 0, 0
    for run in [*runs_in(words), ""]:
        place = places.get(run, -1)
        if length and place == begun + length - RUN + 1:
            length += 1
            continue
        if length:
            yield begun, length
        begun, length = place, RUN if place >= 0 else 0


def total(stretches: Sequence[tuple[int, int]]) -> int:
    """Return how many words some stretches have."""
    return sum(end - start for start, end in stretches)


def score_of(share: float) -> float:
    """Return the likeness for a share of words taken over: 0.5 at 10 %, 0.85 at 27 %, 0.97 at a half."""
    return float(1.0 - 0.5 ** (share / HALF_DOUBT))


def run_at(words: Sequence[str], at: int) -> str:
    """Return the run that begins at a word."""
    return " ".join(words[at : at + RUN])


def runs_in(words: Sequence[str]) -> list[str]:
    """Return every run of a text, overlapping, in order."""
    return [run_at(words, at) for at in range(len(words) - RUN + 1)]


def places_of(words: Sequence[str]) -> dict[str, int]:
    """Return where each run of a text stands first."""
    places: dict[str, int] = {}
    for at, run in enumerate(runs_in(words)):
        places.setdefault(run, at)
    return places


def taken_over(words: Sequence[str], places: dict[str, int]) -> list[bool]:
    """Return for each word whether it stands in a run of the other text."""
    taken = [False] * len(words)
    for at, run in enumerate(runs_in(words)):
        if run in places:
            taken[at : at + RUN] = [True] * RUN
    return taken


def runs_of(taken: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield where each stretch of words that were taken over begins and ends."""
    start = None
    for at, one in enumerate([*taken, False]):
        if one and start is None:
            start = at
        elif not one and start is not None:
            yield start, at
            start = None


def in_order(places: Sequence[int]) -> bool:
    """Whether all but a fifth of some places follow each other: the longest rising row of them is long enough."""
    rising: list[int] = []
    for place in places:
        at = bisect_left(rising, place)
        rising[at : at + 1] = [place]
    return len(rising) >= 0.8 * len(places)
