"""A text as the words that everybody sees, each with whether it may be touched.

Code, links, addresses, tables of numbers and whatever holds a digit stay as they are. Their words count as neighbours
all the same, since a copy from the page has them too.
"""

import re
from typing import NamedTuple

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# What a copy can lose on its way; no text of an author holds either of them (services.ideas.fields).
ZERO, ONE = "\u200b", "\u2060"
FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}\1[`~]*[ \t]*$|\Z)", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^(?: {4,}|\t)[^\n]*$", re.MULTILINE)
CODE = re.compile(r"(?<!`)(`+)(?!`)(?:.(?!\n\n)){1,2000}?(?<!`)\1(?!`)", re.DOTALL)
LINK = re.compile(r"\[[^\[\]\n]{0,400}\](?:\([^()\n]{0,2000}\)|\[[^\]\n]{0,400}\]|:[^\n]*)?")
ANGLES = re.compile(r"<[^<>\n]{1,2000}>")
UNTOUCHED = (FENCE, INDENTED, CODE, LINK, ANGLES)
RUN = re.compile(r"\S+")
# A word that hangs on one of these is part of a number, a name of a program or an address.
NO_PROSE = re.compile(r"[\d_/\\@]|^www\.")
# Where a link leads is not seen on the page.
UNSEEN = re.compile(r"(?<=\])\([^()\n]{0,2000}\)|^ {0,3}\[[^\]\n]{1,400}\]:[^\n]*$", re.MULTILINE)


class Token(NamedTuple):
    """A word: as it is compared, where it stands, and whether it may be touched."""

    word: str
    start: int
    end: int
    free: bool


def tokens_of(text: str) -> list[Token]:
    """Return the words of a text that are seen."""
    kept = spans(text, *UNTOUCHED)
    for run in RUN.finditer(text):
        if NO_PROSE.search(run[0]):
            cover(kept, run)
    unseen = spans(text, UNSEEN)
    return [
        Token(plain(one[0]), one.start(), one.end(), not within(kept, one.start()))
        for one in WORD.finditer(text)
        if not within(unseen, one.start())
    ]


def plain(word: str) -> str:
    """Return a word as it is compared."""
    return word.casefold().replace("’", "'")


def spans(text: str, *patterns: re.Pattern[str]) -> bytearray:
    """Return for each character of a text whether one of the patterns covers it."""
    covered = bytearray(len(text))
    for pattern in patterns:
        for one in pattern.finditer(text):
            cover(covered, one)
    return covered


def cover(covered: bytearray, one: re.Match[str]) -> None:
    """Cover what was found."""
    covered[one.start() : one.end()] = b"\x01" * (one.end() - one.start())


def within(covered: bytearray, at: int) -> bool:
    """Whether a character is covered."""
    return bool(covered[at])
