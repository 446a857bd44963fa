"""The artwork: a quilt of quarter circles, dots and steps, drawn from the name of the site."""

import hashlib

from markupsafe import Markup

# On a tile from 0 to 60: each is drawn in one of four turns.
SHAPES = (
    '<path d="M0 0h60a60 60 0 0 1-60 60z" class="{ink}"/>',
    '<path d="M0 0h60v60a60 60 0 0 1-60-60z" class="{ink}"/>',
    '<circle cx="30" cy="30" r="30" class="{ink}"/><circle cx="30" cy="30" r="12" class="{paper}"/>',
    '<path d="M0 0a30 30 0 0 1 60 0z" class="{ink}"/><path d="M0 60a30 30 0 0 1 60 0z" class="{ink}"/>',
    '<path d="M0 60v-60l60 60z" class="{ink}"/>',
    '<path d="M0 60a60 60 0 0 1 60-60v20a40 40 0 0 0-40 40z" class="{ink}"/>'
    '<circle cx="54" cy="54" r="6" class="{ink}"/>',
    '<path d="M0 0h60v15h-60zM0 30h60v15h-60z" class="{ink}"/>',
)
# Which inks may lie on which paper, so that neighbours always differ.
PAIRS = ("a1 a2", "a2 a5", "a4 a3", "a3 a4", "a5 a2", "a1 a4", "a4 a5", "a2 a1")


def draw(seed: str, width: int, height: int) -> Markup:
    """Return the picture as SVG: the same for the same seed and size. The stylesheet gives it its colours."""
    size = 120 if width >= 600 else 60
    columns, rows = -(-width // size), -(-height // size)
    tiles = []
    for index in range(columns * rows):
        across, down = index % columns, index // columns
        chance = hashlib.sha256(f"{seed}/{across}/{down}".encode("utf-8", "replace")).digest()
        paper, ink = PAIRS[chance[0] % len(PAIRS)].split()
        shape = SHAPES[chance[1] % len(SHAPES)].format(ink=ink, paper=paper)
        turned = f'<g transform="rotate({chance[2] % 4 * 90} 30 30)">{shape}</g>'
        tiles.append(
            f'<g transform="translate({across * size} {down * size}) scale({size // 60})">'
            f'<path d="M0 0h60.5v60.5h-60.5z" class="{paper}"/>{turned}</g>'
        )
    # Only numbers and names of ours are in here.
    return Markup(  # noqa: S704
        f'<svg class="art" viewBox="0 0 {width} {height}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true" focusable="false">{"".join(tiles)}</svg>'
    )
