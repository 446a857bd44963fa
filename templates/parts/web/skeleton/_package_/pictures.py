"""The site's mark, its icon, and the picture that social networks show, drawn without any library."""

import hashlib
import struct
import zlib

from markupsafe import Markup

WIDTH, HEIGHT = 1200, 630
# The four corners of a mark, each 16 wide: a quarter, its mirror, a dot, a square.
CORNERS = (
    "M0 0h16a16 16 0 0 1-16 16z",
    "M16 0v16a16 16 0 0 1-16-16z",
    "M8 0a8 8 0 1 1 0 16a8 8 0 1 1 0-16z",
    "M0 0h16v16h-16z",
    "M0 16a16 16 0 0 1 16-16v16z",
    "M0 0a16 16 0 0 0 16 16h-16z",
)


def mark_path(seed: str) -> list[str]:
    """Return the four shapes of the mark, each moved to its corner of a square 32 wide."""
    chance = hashlib.sha256(f"mark {seed}".encode("utf-8", "replace")).digest()
    shapes = []
    for corner, (left, top) in enumerate(((0, 0), (16, 0), (0, 16), (16, 16))):
        # Two squares beside each other would read as a bar, so only the first corner may be one.
        choices = CORNERS if corner == 0 else CORNERS[:3] + CORNERS[4:]
        shape = choices[chance[corner] % len(choices)]
        shapes.append(f'<path transform="translate({left} {top})" d="{shape}"/>')
    return shapes


def mark(seed: str) -> Markup:
    """Return the mark for the head of a page, in the colour of the text around it."""
    # Only numbers and shapes of ours are in here.
    return Markup(  # noqa: S704
        '<svg class="mark" viewBox="0 0 32 32" width="24" height="24" fill="currentColor"'
        f' aria-hidden="true" focusable="false">{"".join(mark_path(seed))}</svg>'
    )


def favicon(seed: str, area: str, on_area: str) -> str:
    """Return the mark as an icon of its own."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="15" fill="{area}"/>'
        f'<g fill="{on_area}" transform="translate(14 14) scale(1.125)">{"".join(mark_path(seed))}</g></svg>'
    )


def social_picture(seed: str, palette: list[str]) -> bytes:
    """Return a PNG of 1200 × 630: large quarter circles in the brand's colours. `palette` has five colours."""
    side = 210
    chance = hashlib.sha256(f"picture {seed}".encode("utf-8", "replace")).digest() * 2
    lines = []
    for y in range(HEIGHT):
        line = bytearray()
        down, within = divmod(y, side)
        for across in range(-(-WIDTH // side)):
            line += tile_row(chance[across * 3 + down], across * 3 + down, within, side)
        lines.append(b"\0" + bytes(line[:WIDTH]))
    return png(WIDTH, HEIGHT, palette, b"".join(lines))


def tile_row(chance: int, place: int, y: int, side: int) -> bytes:
    """Return one row of one tile: a quarter circle on its paper, in one of four turns."""
    paper, ink = ((0, 1), (1, 4), (3, 2), (2, 3), (4, 1), (0, 3), (1, 0))[(chance + place) % 7]
    flipped = y if chance & 64 else side - 1 - y
    reach = int((side * side - flipped * flipped) ** 0.5)
    covered = bytes([ink]) * reach + bytes([paper]) * (side - reach)
    return covered if chance & 128 else covered[::-1]


def png(width: int, height: int, palette: list[str], rows: bytes) -> bytes:
    """Return a PNG with a palette; `rows` holds one filter byte and `width` palette numbers for each row."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    colors = b"".join(bytes.fromhex(color[1:]) for color in palette)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"PLTE", colors)
        + chunk(b"IDAT", zlib.compress(rows, 9))
        + chunk(b"IEND", b"")
    )
