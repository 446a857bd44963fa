"""Draws the picture of an idea with Pillow: 1200 × 630, light, in Geist. Nothing but what everybody may read is in it.

A letter that Geist does not have would be an empty box: a text with one is left out, and the picture stands with what
remains.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.discovery.addresses import PICTURE_HEIGHT, PICTURE_WIDTH
from app.discovery.letters import Letters, letters_of
from app.wording import count, dollars

PAGE, TEXT, MUTED, EMBER, LINE = "#fcfcfd", "#1c2024", "#60646c", "#bd3b06", "#d9d9e0"
FOOT = PICTURE_HEIGHT - 104
EDGE, WIDE = 80, PICTURE_WIDTH - 2 * 80
# The mark, as in assets/mark.svg: a spark of four points, in a square of 24.
SPARK = ((12, 3.5), (14, 10), (20.5, 12), (14, 14), (12, 20.5), (10, 14), (3.5, 12), (10, 10))


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the picture."""

    title: str
    promise: str
    author: str
    price_cents: int
    votes: int


def draw(words: Words) -> bytes:
    """Return the picture as PNG, with nothing beside its pixels."""
    from PIL import Image, ImageDraw  # a tenth of a second, and few requests need it

    image = Image.new("RGB", (PICTURE_WIDTH, PICTURE_HEIGHT), PAGE)
    pen = ImageDraw.Draw(image)
    draw_mark(image, pen)
    top = 176.0
    for text, size, weight, lines, color in (
        (words.title, 64, 620, 3, TEXT),
        (words.promise, 32, 400, 3, MUTED),
    ):
        letters, high = letters_of(size, weight), size * 1.16
        room = min(lines, int((FOOT - top) / high))
        for line in wrapped(text, letters, room) if letters.have(text) else []:
            letters.write(pen, EDGE, top, line, color)
            top += high
        top += 20
    draw_foot(image, pen, words)
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def draw_mark(image: Any, pen: Any) -> None:
    """Draw the mark and the name of the house at the top."""
    scale, left, up = 2.6, EDGE - 9, 62
    shape(image, [(left + x * scale, up + y * scale) for x, y in SPARK])
    letters_of(34, 560).write(pen, EDGE + 62, 72, "Ideasmith", TEXT)


def draw_foot(image: Any, pen: Any, words: Words) -> None:
    """Draw author and votes to the left, the price to the right, above the lower edge."""
    base = FOOT
    pen.line([(EDGE, base), (PICTURE_WIDTH - EDGE, base)], fill=LINE, width=2)
    small, large = letters_of(30, 400), letters_of(44, 620)
    shape(image, [(EDGE, base + 60), (EDGE + 12, base + 40), (EDGE + 24, base + 60)])
    votes = count(words.votes, "vote")
    small.write(pen, EDGE + 34, base + 30, votes, EMBER)
    left = EDGE + 34 + small.width(votes) + 40
    price = dollars(words.price_cents)
    begins = PICTURE_WIDTH - EDGE - large.width(price)
    if small.have(words.author):
        [author] = wrapped(f"by {words.author}", small, 1, begins - 40 - left)
        small.write(pen, left, base + 30, author, MUTED)
    large.write(pen, begins, base + 22, price, TEXT)


def shape(image: Any, points: Sequence[tuple[float, float]]) -> None:
    """Fill a shape with the ember, its edges smooth: drawn four times as large and shrunk."""
    from PIL import Image, ImageDraw

    left, top = (int(min(axis)) - 1 for axis in zip(*points, strict=True))
    size = int(max(max(x - left, y - top) for x, y in points)) + 3
    mask = Image.new("L", (size * 4, size * 4))
    ImageDraw.Draw(mask).polygon([((x - left) * 4, (y - top) * 4) for x, y in points], fill=255)
    image.paste(EMBER, (left, top), mask.resize((size, size), Image.Resampling.LANCZOS))


def wrapped(text: str, letters: Letters, most: int, room: float = WIDE) -> list[str]:
    """Return a text in at most `most` lines of `room` pixels; what is too long ends in an ellipsis."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and letters.width(longer) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    return [shortened(one, letters, room) for one in lines]


def shortened(line: str, letters: Letters, room: float) -> str:
    """Return a line that fits."""
    if letters.width(line) <= room:
        return line
    cut = line.removesuffix("…")
    while cut and letters.width(f"{cut}…") > room:
        cut = cut[:-1]
    return f"{cut.rstrip()}…"
