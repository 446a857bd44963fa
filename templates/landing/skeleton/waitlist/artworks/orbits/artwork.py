"""The artwork: rings around a bright body and what circles on them, drawn from the name of the site."""

import hashlib
from math import cos, radians, sin

from markupsafe import Markup

RINGS = 7
INKS = ("a2", "a3", "a5", "a4")


def draw(seed: str, width: int, height: int) -> Markup:
    """Return the picture as SVG: the same for the same seed and size. The stylesheet gives it its colours."""
    chance = hashlib.sha512(f"{seed}/{width}/{height}".encode("utf-8", "replace")).digest()
    x, y = width * (34 + chance[0] % 32) // 100, height * (42 + chance[1] % 24) // 100
    unit = max(width, height) / 13
    parts = [f'<path d="M0 0h{width}v{height}h-{width}z" class="a1"/>']
    parts += [
        f'<circle cx="{x}" cy="{y}" r="{round(unit * (ring + 1.6))}" class="disc"/>' for ring in (6, 4, 2)
    ]
    for ring in range(1, RINGS + 1):
        radius = unit * (ring + 0.9)
        parts.append(f'<circle cx="{x}" cy="{y}" r="{round(radius)}" class="ring"/>')
        for turn in range(1 + ring % 2):
            parts.append(body(chance[ring * 6 + turn * 3 :], ring + turn, x, y, radius, unit))
    core = round(unit * 1.35)
    parts.append(f'<circle cx="{x}" cy="{y}" r="{core}" class="a2"/>')
    parts.append(f'<path d="M{x} {y - core}a{core} {core} 0 0 1 0 {2 * core}z" class="a4"/>')
    # Only numbers and names of ours are in here.
    return Markup(  # noqa: S704
        f'<svg class="art" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def body(chance: bytes, number: int, x: int, y: int, radius: float, unit: float) -> str:
    """Return what circles on a ring: a disc, lit from one side."""
    angle = radians(chance[0] * 360 / 256)
    left, top = round(x + radius * cos(angle)), round(y + radius * sin(angle))
    size = round(unit * (0.16 + chance[1] % 40 / 100))
    ink = INKS[number % len(INKS)]
    return f'<circle cx="{left}" cy="{top}" r="{size}" class="{ink}"/>'
