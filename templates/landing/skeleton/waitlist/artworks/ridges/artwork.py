"""The artwork: a low sun over ridges in the brand's colours, drawn from the name of the site."""

import hashlib

from markupsafe import Markup

LAYERS = ("a5", "a3", "a2", "s3", "a4")
POINTS = 6


def draw(seed: str, width: int, height: int) -> Markup:
    """Return the picture as SVG: the same for the same seed and size. The stylesheet gives it its colours."""
    chance = hashlib.sha512(f"{seed}/{width}/{height}".encode("utf-8", "replace")).digest()
    sun_x, sun_y = width * (52 + chance[0] % 26) // 100, height * (30 + chance[1] % 10) // 100
    sun = min(width, height) * (15 + chance[2] % 6) // 100
    parts = [
        f'<path d="M0 0h{width}v{height}h-{width}z" class="a1"/>',
        f'<circle cx="{sun_x}" cy="{sun_y}" r="{sun * 2}" class="glow"/>',
        f'<circle cx="{sun_x}" cy="{sun_y}" r="{sun}" class="a2"/>',
    ]
    for number, ink in enumerate(LAYERS):
        line = ridge(chance[4 + number * 8 :], number, width, height)
        parts.append(f'<path d="{line}V{height}H0z" class="{ink}"/>')
    # Only numbers and names of ours are in here.
    return Markup(  # noqa: S704
        f'<svg class="art" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )


def ridge(chance: bytes, number: int, width: int, height: int) -> str:
    """Return the upper edge of a layer: smooth through a few points, lower and calmer towards the front."""
    base = height * (46 + number * 10) // 100
    swing = height * (17 - number * 2) / 100
    heights = [round(base + (chance[point] / 255 - 0.5) * 2 * swing) for point in range(POINTS + 1)]
    step = width / POINTS
    path = [f"M0 {heights[0]}"]
    for point in range(POINTS):
        left, right = round((point + 0.5) * step), round((point + 1) * step)
        path.append(f"C{left} {heights[point]} {left} {heights[point + 1]} {right} {heights[point + 1]}")
    return "".join(path)
