"""The labelled pairs: 640 of them, each an earlier text, a later one, and how the later one came about.

Seeded, from texts of one field: 20 written by hand, 40 by a grammar of stock sentences. `DIGEST` was taken before the
detector was tuned; a pair that changes afterwards fails tests/services/ideas/test_likeness_set.py. What a detector is
tuned on is made by the same functions with another seed and without the texts written by hand.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.labelled.grammar import Draw, chosen, shuffled, written
from tests.labelled.paraphrases import PARAPHRASES
from tests.labelled.texts import HAND_WRITTEN, STANDARD

SEED, TUNING_SEED = 20261129, 7
BY_GRAMMAR = 40


class Label(StrEnum):
    """How the later text of a pair came about."""

    COPIED = "copied"  # word for word; at most case, marks and line breaks differ
    PARTIAL = "partial"  # 30 to 70 % of it is taken over, the rest is another idea
    REORDERED = "reordered"  # its sentences stand in another order, one or two are missing
    EDITED = "edited"  # one word in twenty to one in seven is replaced, dropped or added
    PARAPHRASED = "paraphrased"  # told freely by another hand
    DISTINCT = "distinct"  # another idea of the field
    STANDARD = "standard"  # another idea, and both hold the same standard passage


TAKEN = (Label.COPIED, Label.PARTIAL, Label.REORDERED)
APART = (Label.DISTINCT, Label.STANDARD)
HOW_MANY = {Label.COPIED: 80, Label.PARTIAL: 120, Label.REORDERED: 80, Label.EDITED: 60}
DISTINCT_BY_HAND, DISTINCT_BY_GRAMMAR, WITH_STANDARD = 130, 116, 40
SWAPS = {
    "about": "roughly", "because": "since", "before": "ahead of", "begins": "starts", "big": "large", "buy": "purchase",
    "cost": "expense", "costs": "charges", "day": "working day", "each": "every", "every": "each", "first": "initial",
    "get": "receive", "gives": "hands", "hundred": "100", "idea": "concept", "kitchen": "galley", "know": "realise",
    "list": "register", "month": "calendar month", "need": "require", "needs": "requires", "new": "fresh",
    "number": "figure", "often": "frequently", "one": "a single", "only": "just", "pay": "spend", "pays": "spends",
    "people": "persons", "price": "fee", "reads": "scans", "right": "correct", "say": "state", "says": "states",
    "sees": "notices", "sell": "offer", "show": "display", "shows": "displays", "small": "little", "takes": "needs",
    "two": "a couple of", "until": "till", "week": "seven days", "when": "as soon as", "which": "that",
    "year": "season",
}  # fmt: skip
ADDED = ("also", "really", "simply", "usually", "in fact", "of course")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts and the truth about them."""

    label: Label
    earlier: str
    later: str


def labelled() -> list[Pair]:
    """Return the frozen set."""
    draw = random.Random(SEED).random
    by_hand, by_grammar = list(HAND_WRITTEN), [written(draw) for _ in range(BY_GRAMMAR)]
    free = [Pair(Label.PARAPHRASED, HAND_WRITTEN[at], text) for at, text in PARAPHRASES.items()]
    return [*made(draw, by_hand, by_grammar), *free]


def for_tuning() -> list[Pair]:
    """Return other pairs of the same kinds, to tune a detector on: none of their texts is in the frozen set."""
    draw = random.Random(TUNING_SEED).random
    texts = [written(draw) for _ in range(60)]
    return list(made(draw, texts[:20], texts[20:]))


def made(draw: Draw, by_hand: Sequence[str], by_grammar: Sequence[str]) -> Iterator[Pair]:
    """Yield pairs of every kind that chance can make."""
    everything = [*by_hand, *by_grammar]
    ways = {Label.COPIED: copied, Label.REORDERED: reordered, Label.EDITED: edited}
    for label, count in HOW_MANY.items():
        for _ in range(count):
            source, other = two(draw, everything)
            later = partial(draw, source, other) if label == Label.PARTIAL else ways[label](draw, source)
            yield Pair(label, source, later)
    for texts, count in ((by_hand, DISTINCT_BY_HAND), (by_grammar, DISTINCT_BY_GRAMMAR)):
        for _ in range(count):
            yield Pair(Label.DISTINCT, *two(draw, texts))
    for _ in range(WITH_STANDARD):
        passage, (one, other) = chosen(draw, STANDARD), two(draw, everything)
        yield Pair(Label.STANDARD, f"{one} {passage}", f"{passage} {other}")


def two(draw: Draw, texts: Sequence[str]) -> tuple[str, str]:
    """Return two texts that are not the same."""
    one, other = shuffled(draw, texts)[:2]
    return one, other


def sentences_of(text: str) -> list[str]:
    """Return the sentences of a text."""
    return re.split(r"(?<=[.?!]) ", text)


def copied(draw: Draw, text: str) -> str:
    """Return the text as a copy is pasted."""
    ways = (
        lambda: text,
        text.upper,
        lambda: text.replace(", ", " – ").replace("'", "’"),
        lambda: "\n\n".join(f"- **{one}**" for one in sentences_of(text)),
        lambda: text.replace(" ", "\u200b ").replace(". ", ".\n"),
    )
    return ways[int(draw() * len(ways))]()


def reordered(draw: Draw, text: str) -> str:
    """Return the sentences in another order, one or two of them missing."""
    mixed = shuffled(draw, sentences_of(text))
    return " ".join(mixed[: len(mixed) - 1 - int(draw() * 2)])


def partial(draw: Draw, text: str, other: str) -> str:
    """Return another idea of which 30 to 70 % of the words, whole sentences at a stretch, are taken over."""
    goal = 0.3 + 0.4 * draw()
    theirs, own = sentences_of(text), sentences_of(other)
    whole = min(words(theirs), words(own))
    while words(own) > (1 - goal) * whole:
        own.pop(int(draw() * len(own)))
    start = int(draw() * len(theirs))
    taken: list[str] = []
    for sentence in theirs[start:] + theirs[:start]:
        share = words([*taken, sentence]) / words([*taken, sentence, *own])
        if share <= 0.7 and words(taken) < max(goal, 0.3) * words([*taken, *own]):
            taken.append(sentence)
    place = int(draw() * (len(own) + 1))
    return " ".join([*own[:place], *taken, *own[place:]])


def words(sentences: Sequence[str]) -> int:
    """Return how many words some sentences have."""
    return len(" ".join(sentences).split())


def edited(draw: Draw, text: str) -> str:
    """Return the text with one word in twenty to one in seven replaced, dropped or added."""
    rate, done = 0.05 + 0.1 * draw(), []
    for word in text.split():
        if draw() >= rate:
            done.append(SWAPS[word] if word in SWAPS and draw() < rate else word)
        elif word.lower() in SWAPS:
            done.append(SWAPS[word.lower()])
        elif draw() < 0.5:
            done += [word, chosen(draw, ADDED)]
        elif draw() < 0.5 and len(word) > 4:
            done.append(word[0] + word[2] + word[1] + word[3:])
    return " ".join(done)


def digest_of(pairs: Sequence[Pair]) -> str:
    """Return the SHA-256 of some pairs."""
    rows = [[pair.label, pair.earlier, pair.later] for pair in pairs]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()
