"""Marks: 10,000 copies that went through what people do to them. Nobody who did not buy them may be named.

Each trial has a text and 50 buyers of its own; the copy loses the characters that nobody sees, is wrapped anew, and is
cut to a quarter, to half, or not at all. What is found is reported by the length that was left.
"""

import random
import statistics
import textwrap
import time
from collections import defaultdict
from collections.abc import Iterator

from services.ideas.marks.reading import carried_by, compared, read_copy
from services.ideas.marks.tokens import ONE, ZERO
from services.ideas.marks.writing import marked_text
from tests.bench.measure import Measure, spread
from tests.prose import prose

TRIALS, BUYERS, SEED = 10_000, 50, 20261129
LENGTHS = (250, 500, 1_000)


def measures() -> Iterator[Measure]:
    chance = random.Random(SEED)
    texts = [(prose(number, length), length) for number in range(20) for length in LENGTHS]
    carried = {text: carried_by([(text, "en")]) for text, _ in texts}
    found: dict[int, list[bool]] = defaultdict(list)
    wrong = 0
    for _ in range(TRIALS):
        text, length = chance.choice(texts)
        marks = {f"buyer {number}": chance.randbytes(8) for number in range(BUYERS)}
        share = chance.choice((0.25, 0.5, 1.0))
        copy = worn(marked_text(text, marks["buyer 0"], "en"), share, chance)
        named = [one.name for one in compared(read_copy(copy, "en", carried[text]), marks)]
        wrong += any(name != "buyer 0" for name in named)
        found[round(length * share)].append(named == ["buyer 0"])
    yield Measure("marks_that_named_somebody_else", wrong, "copies", 0, n=TRIALS)
    for words, hits in sorted(found.items()):
        rate = round(100 * statistics.mean(hits), 1)
        bar = 99 if words >= 1_000 else 0
        yield Measure(f"marks_named_of_{words}_words", rate, "%", bar, at_most=False, n=len(hits))
    yield reading()


def worn(copy: str, share: float, chance: random.Random) -> str:
    """A part of a copy, stripped and wrapped anew."""
    plain = copy.replace(ZERO, "").replace(ONE, "")
    size = int(len(plain) * share)
    begin = chance.randrange(len(plain) - size + 1)
    return "\n".join(
        textwrap.fill(part, chance.randint(40, 100)) for part in plain[begin : begin + size].split("\n\n")
    )


def reading() -> Measure:
    """How much of a processor it takes to make a copy of a text of 1,000 words."""
    text, took = prose(1, 1_000), []
    for number in range(60):
        begun = time.process_time()
        marked_text(text, number.to_bytes(8, "big"), "en")
        took.append((time.process_time() - begun) * 1_000)
    values = spread(took)
    return Measure("mark_a_copy_of_1000_words", values["p50"], "ms CPU", 25, **values)
