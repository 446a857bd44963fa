"""A spam score: a few plain rules, each with its points and its sentence. No model, nothing hidden."""

import re
from collections import Counter
from dataclasses import dataclass

HOLD_AT = 50
LINK = re.compile(r"https?://|\bwww\.|\b[\w.+-]+@[\w-]+\.\w{2,}|\bt\.me/|\bwa\.me/", re.IGNORECASE)
WORD = re.compile(r"\w{3,}")
SHOUT = re.compile(r"[!¡]{2,}|[$€£]{3,}")
# A text shorter than this says too little about how it is written.
LEAST_WORDS, LEAST_LETTERS = 12, 20
NEW_DAYS = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One rule that fitted: its points, and why."""

    name: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class SpamScore:
    """How much a text looks like spam, 0 to 100, and every part of that."""

    points: int
    parts: list[Part]

    @property
    def why(self) -> list[str]:
        """Return the parts as sentences, for whoever looks at the case."""
        return [f"{part.why} ({part.points} points)" for part in self.parts]


def spam_score(text: str, *, level: int, age_days: int) -> SpamScore:
    """Return the spam score of a text that everybody may read, by an account of a trust level and an age."""
    found = (links(text), repeats(text), capitals(text), shouting(text), newcomer(level, age_days))
    parts = [part for part in found if part is not None]
    # Being new is no fault: it only makes others weigh more.
    faults = [part for part in parts if part.name != "new"]
    return SpamScore(min(100, sum(part.points for part in parts)) if faults else 0, parts if faults else [])


def links(text: str) -> Part | None:
    """Links and addresses that lead away: 20 points each, 60 at most."""
    number = len(LINK.findall(text))
    if not number:
        return None
    what = "One link or address leads" if number == 1 else f"{number} links or addresses lead"
    return Part("links", min(60, 20 * number), f"{what} away from here")


def repeats(text: str) -> Part | None:
    """One word over and over, or the same sentence again: up to 50 points."""
    words = [word.lower() for word in WORD.findall(text)]
    lines = [line.strip().lower() for line in re.split(r"[\n.!?]+", text) if len(line.strip()) > 15]
    again = len(lines) - len(set(lines))
    if again:
        return Part("repeats", min(50, 20 * again), f"The same sentence stands there {again + 1} times")
    if len(words) < LEAST_WORDS:
        return None
    word, number = Counter(words).most_common(1)[0]
    share = number / len(words)
    if number < 5 or share < 0.2:
        return None
    return Part("repeats", min(50, round(100 * share)), f"“{word[:30]}” is {share:.0%} of its words")


def capitals(text: str) -> Part | None:
    """More than a third in capitals: 30 points. Scripts without capitals have none."""
    letters = [letter for letter in text if letter.lower() != letter.upper()]
    if len(letters) < LEAST_LETTERS:
        return None
    share = sum(letter.isupper() for letter in letters) / len(letters)
    return Part("capitals", 30, f"{share:.0%} of its letters are capitals") if share > 1 / 3 else None


def shouting(text: str) -> Part | None:
    """Rows of exclamation marks or money signs: 10 points each, 30 at most."""
    number = len(SHOUT.findall(text))
    if not number:
        return None
    return Part("shouting", min(30, 10 * number), "It shouts with rows of marks")


def newcomer(level: int, age_days: int) -> Part | None:
    """An account that nothing is known of, in its first days: 20 points on top of something else."""
    if level > 0 or age_days >= NEW_DAYS:
        return None
    return Part("new", 20, "The account is new")
