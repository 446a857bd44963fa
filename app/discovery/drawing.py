"""Draws the picture of an idea with Pillow: 1200 × 630, light, in Geist. Nothing but what everybody may read is in it.

A letter that Geist does not have (its Latin files are what the build brings) would be an empty box: a text with
one is left out, and the picture stands with what remains.
"""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.discovery.addresses import PICTURE_HEIGHT, PICTURE_WIDTH, dollars
from app.wording import count

PAGE, TEXT, MUTED, EMBER, LINE = "#fcfcfd", "#1c2024", "#60646c", "#bd3b06", "#d9d9e0"
FOOT = PICTURE_HEIGHT - 104
EDGE, WIDE = 80, PICTURE_WIDTH - 2 * 80
FONTS = ("fonts/geist-latin.woff2",)
# The mark, as in assets/mark.svg: a spark of four points, in a square of 24.
SPARK = ((12, 3.5), (14, 10), (20.5, 12), (14, 14), (12, 20.5), (10, 14), (3.5, 12), (10, 10))
NO_LETTER = "\U0010ffff"


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
    draw_mark(pen)
    top = 176.0
    for text, size, weight, lines, color in (
        (words.title, 64, 620, 3, TEXT),
        (words.promise, 32, 400, 3, MUTED),
    ):
        letters, high = font(size, weight), size * 1.16
        room = min(lines, int((FOOT - top) / high))
        for line in wrapped(text, letters, room) if is_drawable(text, letters) else []:
            pen.text((EDGE, top), line, fill=color, font=letters)
            top += high
        top += 20
    draw_foot(pen, words)
    buffer = io.BytesIO()
    image.quantize(64).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def draw_mark(pen: Any) -> None:
    """Draw the mark and the name of the house at the top."""
    scale, left, up = 2.6, EDGE - 9, 62
    pen.polygon([(left + x * scale, up + y * scale) for x, y in SPARK], fill=EMBER)
    pen.text((EDGE + 62, 72), "Ideasmith", fill=TEXT, font=font(34, 560))


def draw_foot(pen: Any, words: Words) -> None:
    """Draw author and votes to the left, the price to the right, above the lower edge."""
    base = FOOT
    pen.line([(EDGE, base), (PICTURE_WIDTH - EDGE, base)], fill=LINE, width=2)
    small, large = font(30, 400), font(44, 620)
    votes = f"▲ {count(words.votes, 'vote')}"
    triangle(pen, EDGE, base + 40)
    pen.text((EDGE + 34, base + 30), votes[2:], fill=EMBER, font=small)
    left = EDGE + 34 + small.getlength(votes[2:]) + 40
    price = dollars(words.price_cents)
    room = PICTURE_WIDTH - EDGE - large.getlength(price) - 40 - left
    if is_drawable(words.author, small):
        [author] = wrapped(f"by {words.author}", small, 1, room)
        pen.text((left, base + 30), author, fill=MUTED, font=small)
    pen.text((PICTURE_WIDTH - EDGE - large.getlength(price), base + 22), price, fill=TEXT, font=large)


def triangle(pen: Any, left: float, top: float) -> None:
    """Draw the mark of a vote."""
    pen.polygon([(left, top + 20), (left + 12, top), (left + 24, top + 20)], fill=EMBER)


def font(size: int, weight: int) -> Any:
    """Return Geist in a size (in pixels) and weight; Pillow's own letters where nothing is built yet."""
    from PIL import ImageFont

    for folder in font_folders():
        try:
            letters = ImageFont.truetype(str(folder / FONTS[0]), size)
            letters.set_variation_by_axes([weight])
        except OSError:
            continue
        return letters
    return ImageFont.load_default(size)


def font_folders() -> list[Path]:
    """Return where the built front end is."""
    from reflex.utils.prerequisites import get_web_dir

    return [get_web_dir() / "build" / "client"]


def is_drawable(text: str, letters: Any) -> bool:
    """Whether every letter of a text has a shape of its own in a font."""
    nothing = bytes(letters.getmask(NO_LETTER))
    return all(letter.isspace() or bytes(letters.getmask(letter)) != nothing for letter in set(text))


def wrapped(text: str, letters: Any, most: int, room: float = WIDE) -> list[str]:
    """Return a text in at most `most` lines of `room` pixels; what is too long ends in an ellipsis."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and letters.getlength(longer) > room:
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    return [shortened(one, letters, room) for one in lines]


def shortened(line: str, letters: Any, room: float) -> str:
    """Return a line that fits."""
    if letters.getlength(line) <= room:
        return line
    cut = line.removesuffix("…")
    while cut and letters.getlength(f"{cut}…") > room:
        cut = cut[:-1]
    return f"{cut.rstrip()}…"
