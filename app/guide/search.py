"""Search in the guide: every word must be there; a word in a heading counts more than one in the text."""

import re
from dataclasses import dataclass

from app.guide.chapters import Chapter, Section, body, chapters

AROUND = 70
MOST = 12


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in the guide: where it is, what it is called, and the words around what was found."""

    address: str
    title: str
    chapter: str
    excerpt: str


def find(query: str) -> list[Hit]:
    """Return the best places for a query, best first."""
    words = re.findall(r"\w+", query.lower())[:8]
    if not words:
        return []
    rated = [
        (rate(words, chapter, section), -at, chapter, section)
        for chapter in chapters()
        for at, section in enumerate(body(chapter).sections)
    ]
    best = sorted((one for one in rated if one[0]), key=lambda one: one[:2], reverse=True)[:MOST]
    return [hit(words, chapter, section) for _, _, chapter, section in best]


def rate(words: list[str], chapter: Chapter, section: Section) -> int:
    """Return how well a section fits, 0 where a word is missing."""
    heading, text = f"{section.title} {chapter.title}".lower(), section.words.lower()
    if not all(word in heading or word in text for word in words):
        return 0
    return sum(10 * (word in heading) + min(5, text.count(word)) for word in words)


def hit(words: list[str], chapter: Chapter, section: Section) -> Hit:
    """Return a section as a result."""
    place = f"{chapter.path}#{section.anchor}" if section.anchor else chapter.path
    return Hit(place, section.title, chapter.title, excerpt(section.words, words))


def excerpt(text: str, words: list[str]) -> str:
    """Return the words around the first that was found."""
    at = min((place for word in words if (place := text.lower().find(word)) >= 0), default=0)
    start, end = max(0, at - AROUND), min(len(text), at + 2 * AROUND)
    start = text.find(" ", start) + 1 if start else 0
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"
