"""Geist for pictures: each letter from the first of the build's files that has it."""

import functools
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

FILES = ("geist-latin.woff2", "geist-latin-ext.woff2", "geist-cyrillic.woff2")
NO_LETTER = "\U0010ffff"


class Letters:
    """Letters of one size (in pixels) and weight."""

    def __init__(self, fonts: list[Any]) -> None:
        self.fonts = fonts
        self.nothing = [bytes(font.getmask(NO_LETTER)) for font in fonts]
        self.place = functools.lru_cache(1_000)(self.look_up)

    def look_up(self, letter: str) -> int:
        """Return which file has a letter; -1 where none has."""
        if letter.isspace():
            return 0
        having = (at for at, font in enumerate(self.fonts) if bytes(font.getmask(letter)) != self.nothing[at])
        return next(having, -1)

    def have(self, text: str) -> bool:
        """Whether every letter of a text has a shape of its own."""
        return all(self.place(letter) >= 0 for letter in text)

    def runs(self, text: str) -> Iterator[tuple[Any, str]]:
        """Yield the parts of a text that one file writes."""
        for at, letters in groupby(text, self.place):
            yield self.fonts[max(at, 0)], "".join(letters)

    def width(self, text: str) -> float:
        """Return how wide a text is."""
        return float(sum(font.getlength(part) for font, part in self.runs(text)))

    def write(self, pen: Any, left: float, top: float, text: str, color: str) -> None:
        """Write a text, all parts on one line."""
        for font, part in self.runs(text):
            pen.text((left, top + self.fonts[0].getmetrics()[0]), part, fill=color, font=font, anchor="ls")
            left += font.getlength(part)


@functools.lru_cache(maxsize=8)
def letters_of(size: int, weight: int) -> Letters:
    """Return Geist; Pillow's own letters where nothing is built yet. Unpacking the files takes longer than drawing."""
    from PIL import ImageFont

    fonts = []
    for file in (folder() / name for name in FILES):
        try:
            font = ImageFont.truetype(str(file), size)
            font.set_variation_by_axes([weight])
        except OSError:
            continue
        fonts.append(font)
    return Letters(fonts or [ImageFont.load_default(size)])


def folder() -> Path:
    """Return where the built front end has its fonts."""
    from reflex.utils.prerequisites import get_web_dir

    return get_web_dir() / "build" / "client" / "fonts"
