"""A text as it is compared: its words alone, however they were set, spelled in look-alike letters or taken apart."""

import re
import unicodedata

from services.ideas.words import spaced

WORD = re.compile(r"[^\W_]+")
# An apostrophe belongs to its word, whichever sign it is written with.
INSIDE = re.compile("(?<=\\w)['\u2019\u02bc](?=\\w)")
# Marks that nobody sees.
UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
LATIN = re.compile(r"[a-z]")
# Letters of other scripts that look like Latin ones, in lower case.
LOOK_ALIKE = str.maketrans("аеорсухіјѕԁһӏορναικτυ", "aeopcyxijsdhlopvaiktu")


def words_of(text: str) -> list[str]:
    """Return the words of a text in their order: lower case, composed, without marks of writing or of Markdown.

    Runs of a script that puts no spaces between words come as overlapping pairs of characters.
    """
    plain = UNSEEN.sub("", unicodedata.normalize("NFKC", text).casefold())
    return [as_it_looks(word) for word in WORD.findall(spaced(INSIDE.sub("", plain)))]


def as_it_looks(word: str) -> str:
    """Return a word with Latin letters in the place of those that only look like them, if it is a Latin word."""
    return word.translate(LOOK_ALIKE) if not word.isascii() and LATIN.search(word) else word
