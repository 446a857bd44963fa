"""Texts as authors write them, of any length: sentences about businesses, put together by a seed."""

import random
from pathlib import Path

THINGS = ("menu", "price list", "timetable", "catalogue", "booking page")
PLACES = ("café", "bakery", "workshop", "guest house", "shop")
LINES = tuple(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines())


def prose(seed: int, words: int) -> str:
    """Return a text of about so many words, in paragraphs under headings, always the same for a seed."""
    chance = random.Random(seed)
    thing, place = chance.choice(THINGS), chance.choice(PLACES)
    parts: list[str] = []
    written = 0
    while written < words:
        lines = chance.sample(LINES, len(LINES))
        for number, line in enumerate(lines):
            if written >= words:
                break
            if number % 6 == 0:
                parts.append(f"## Part {len(parts) + 1}")
            told = line.replace("{thing}", thing).replace("{place}", place)
            # What differs between two texts of one field: figures and names of their own.
            told += f" {chance.choice(NAMES)} {chance.choice(VERBS)} {chance.choice(THINGS)} {chance.choice(ENDS)}"
            parts.append(told)
            written += len(told.split())
    return "\n\n".join(parts)


NAMES = (
    "The owner",
    "A waiter",
    "Our first customer",
    "The neighbour",
    "A guest from Lyon",
    "The printer",
    "My sister",
)
VERBS = (
    "asked for a",
    "liked the",
    "forgot the",
    "printed a",
    "threw away the",
    "looked at the",
    "paid for a",
)
ENDS = ("on Monday.", "in the end.", "during the test.", "after a while.", "before the season.", "and came back later.",
        "because it was raining.", "without being asked.")  # fmt: skip
