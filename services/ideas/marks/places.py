"""Where a text can be written in two ways: words that stand for each other, the form of an apostrophe, and what is
between two words without being seen.

A place is known by its words and those around it, never by where it stands. A copy that was cut, put in another order
or wrapped anew still shows the places that it has.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from services.ideas.marks.code import key_of
from services.ideas.marks.tokens import ONE, ZERO, Token, tokens_of
from services.ideas.marks.vocabulary import FORMS, Form, Pair

APOSTROPHES = ("'", "’")
# One gap in three says something: enough of them, in a text that stays light.
SPARED = 3
BLANK = re.compile(rf"[\s{ZERO}{ONE}]*")
BEGINS = re.compile(r"[.!?:\n]|^\s*$")
WRITTEN_IN = "en"
JOINING = frozenset({"and", "or", "but"})
# With these behind it, "and" begins a clause of its own.
# With these behind it, "and" begins a clause of its own; with the others, where a verb follows them.
CLAUSES = frozenset(
    {"they", "we", "he", "she", "there", "=it is", "=they are", "=there is", "=we are", "=they have"}
)
MAYBE_CLAUSES = frozenset(
    {"it", "you", "this", "that", "these", "those", "=nobody", "=everybody", "=somebody"}
)
VERBS = frozenset(
    {
        "is",
        "are",
        "was",
        "has",
        "have",
        "will",
        "can",
        "must",
        "may",
        "would",
        "should",
        "does",
        "works",
        "says",
        "costs",
    }
) | {"=has to", "=is not", "=does not", "=will not", "=cannot", "=do not", "=needs"}
MAYBE_COMMA = re.compile(rf"[{ZERO}{ONE}]*,?[\s{ZERO}{ONE}]+")
LISTED = re.compile(rf",[\s{ZERO}{ONE}]+")
ASIDES = frozenset(
    {"however", "therefore", "too", "then", "also", "instead", "perhaps", "though", "yet", "so"}
)


class Layer(StrEnum):
    """What kind of place it is, and what it outlives."""

    WORDS = "words"  # outlives everything but writing anew
    QUOTES = "quotes"  # lost where a program makes all apostrophes alike
    UNSEEN = "unseen"  # lost where characters that nobody sees are taken out


@dataclass(frozen=True, slots=True)
class Place:
    """One place: what stands there (`start` to `end`), the two ways to write it, and which of them it is.

    `bit` is None where it says neither. `writable` is false where a copy shows the place and ours never writes it.
    """

    layer: Layer
    key: bytes
    start: int
    end: int
    ways: tuple[str, str]
    bit: int | None
    writable: bool


class Piece(NamedTuple):
    """A word, or several that are one form of a pair. `name` is the same for both forms."""

    name: str
    first: Token
    last: Token
    form: Form | None = None


def places_of(text: str, language: str) -> list[Place]:
    """Return every place of a text, in its order. Words are exchanged in English alone."""
    pieces = list(pieces_of(text, tokens_of(text), worded=language == WRITTEN_IN))
    names = ["", "", *(piece.name for piece in pieces), "", ""]
    found: list[Place] = []
    for at, piece in enumerate(pieces):
        # Two words on either side: `names` has two more in front.
        around = names[at : at + 5]
        if piece.form is not None:
            found.append(worded(text, piece, piece.form, around))
        elif "'" in piece.name:
            found.append(quoted(text, piece, around))
        if at + 1 == len(pieces):
            continue
        # A comma is placed by what is before it: neither its own word nor the one behind may be what it decides.
        if comma := before_and(text, pieces, at + 1, worded=language == WRITTEN_IN):
            found.append(comma)
        elif gap := between(text, piece, pieces[at + 1], names[at + 1 : at + 5]):
            found.append(gap)
    return found


def before_and(text: str, pieces: list[Piece], at: int, *, worded: bool) -> Place | None:
    """Return the place of a comma before "and", "or" or "but", where it can be and can be left out."""
    piece, before = pieces[at], pieces[at - 1]
    start, end = before.last.end, piece.first.start
    gap = text[start:end]
    if not worded or piece.name not in JOINING or not MAYBE_COMMA.fullmatch(gap):
        return None
    following = (
        pieces[at + 1].name if at + 1 < len(pieces) and joined(text, piece.last, pieces[at + 1].first) else ""
    )
    if following not in CLAUSES and not (piece.name != "but" and in_list(text, pieces, at)):
        return None
    around = [pieces[one].name if 0 <= one < len(pieces) else "" for one in range(at - 2, at + 3)]
    key = key_of(Layer.WORDS, ",", *around)
    writable = gap in (" ", ", ") and before.last.free and piece.first.free
    return Place(Layer.WORDS, key, start, end, (" ", ", "), int("," in gap), writable)


def begins_clause(text: str, pieces: list[Piece], at: int) -> bool:
    """Whether a clause follows a joining word, which may have a comma before it or not."""
    following = pieces[at : at + 3]
    if len(following) < 2 or not joined(text, following[0].last, following[1].first):
        return False
    name = following[1].name
    return name in CLAUSES or (name in MAYBE_CLAUSES and len(following) == 3 and following[2].name in VERBS)


def in_list(text: str, pieces: list[Piece], at: int) -> bool:
    """Whether a word ends a list of three or more single words: "a, b and c" has its comma before the "and" or not."""
    if at < 3:
        return False
    one, two, three = pieces[at - 3 : at]
    return (
        all(
            LISTED.fullmatch(text, left.last.end, right.first.start)
            for left, right in ((one, two), (two, three))
        )
        and not {two.name, three.name} & ASIDES
    )


def pieces_of(text: str, tokens: list[Token], *, worded: bool) -> Iterator[Piece]:
    """Yield the words of a text, those that are a form of a pair together."""
    at, before = 0, ""
    while at < len(tokens):
        form = form_at(text, tokens, at, before) if worded else None
        size = len(form.said) if form else 1
        last = tokens[at + size - 1]
        name = f"={form.pair.family or form.pair.first}" if form else tokens[at].word
        yield Piece(name, tokens[at], last, form)
        before = form.pair.first.rpartition(" ")[2] if form else tokens[at].word
        at += size


def form_at(text: str, tokens: list[Token], at: int, before: str) -> Form | None:
    """Return the form of a pair that begins with a word, the longest that fits."""
    if not tokens[at].free:
        return None
    if at and not joined(text, tokens[at - 1], tokens[at]):
        before = ""
    for form in FORMS.get(tokens[at].word, ()):
        said = tokens[at : at + len(form.said)]
        if tuple(token.word for token in said) == form.said and runs_on(text, said):
            following = tokens[at + len(form.said)] if at + len(form.said) < len(tokens) else None
            after = following.word if following and joined(text, said[-1], following) else ""
            if fits(form.pair, before, after) and stands(text, form.pair, said):
                return form
    return None


def joined(text: str, one: Token, other: Token) -> bool:
    """Whether nothing but space is between two words."""
    return text[one.end : other.start] == " " or BLANK.fullmatch(text, one.end, other.start) is not None


def runs_on(text: str, said: list[Token]) -> bool:
    """Whether words can be touched and follow each other."""
    return all(
        token.free and (number == 0 or joined(text, said[number - 1], token))
        for number, token in enumerate(said)
    )


def fits(pair: Pair, before: str, after: str) -> bool:
    """Whether both forms of a pair are right between two words."""
    return (
        (not pair.before or before in pair.before)
        and (not pair.after or after in pair.after)
        and before not in pair.not_before
        and after not in pair.not_after
    )


def stands(text: str, pair: Pair, said: list[Token]) -> bool:
    """Whether a pair may stand where it does, by the characters around it."""
    if pair.behind is not None and not pair.behind.match(text, skipped(text, said[-1].end)):
        return False
    return pair.begins or text[said[0].start].islower()


def skipped(text: str, at: int) -> int:
    """Return where the next character that is seen stands."""
    while at < len(text) and text[at] in (ZERO, ONE):
        at += 1
    return at


def worded(text: str, piece: Piece, form: Form, around: list[str]) -> Place:
    """Return a place where words stand for each other."""
    start, end = piece.first.start, piece.last.end
    written = text[start:end]
    capital = written[0].isupper()
    ways = tuple(
        f"{way[0].upper()}{way[1:]}" if capital else way for way in (form.pair.first, form.pair.second)
    )
    alike = written.replace("’", "'") == ways[form.which] and not (capital and is_name(text, start))
    written_here = alike and not (form.pair.one_way and form.which)
    key = key_of(Layer.WORDS, piece.name) if form.pair.family else key_of(Layer.WORDS, *around)
    return Place(Layer.WORDS, key, start, end, (ways[0], ways[1]), form.which, written_here)


def is_name(text: str, start: int) -> bool:
    """Whether a capital stands in the middle of a sentence: it may be somebody's name."""
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start].rstrip(f" {ZERO}{ONE}\"“‘'*_#>-")
    return not BEGINS.search(before[-1:] or "\n")


def quoted(text: str, piece: Piece, around: list[str]) -> Place:
    """Return the place of the first apostrophe in a word."""
    word = text[piece.first.start : piece.first.end]
    at = next(number for number, letter in enumerate(word) if letter in APOSTROPHES) + piece.first.start
    key = key_of(Layer.QUOTES, *around)
    return Place(Layer.QUOTES, key, at, at + 1, APOSTROPHES, APOSTROPHES.index(text[at]), piece.first.free)


def between(text: str, piece: Piece, other: Piece, around: list[str]) -> Place | None:
    """Return the place between two words, where it is one of those that are used."""
    start, end = piece.last.end, other.first.start
    if not joined(text, piece.last, other.first):
        return None
    key = key_of(Layer.UNSEEN, *around)
    if key[0] % SPARED:
        return None
    gap = text[start:end]
    bit = None if (ZERO in gap) == (ONE in gap) else int(ONE in gap)
    writable = gap == " " and piece.last.free and other.first.free
    return Place(Layer.UNSEEN, key, start, end, (f"{ZERO} ", f"{ONE} "), bit, writable)
