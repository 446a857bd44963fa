"""What stands in for a picture: a still life of simple shapes, drawn from a name in the colours of the brand."""

import hashlib

from markupsafe import Markup

# In a square of 200. `{a}` to `{c}` are inks; the first shape stands behind, the last in front.
STILL_LIVES = (
    '<circle cx="100" cy="92" r="54" class="{a}"/><path d="M46 146h108v14h-108z" class="{c}"/>'
    '<path d="M100 38a54 54 0 0 1 0 108z" class="{b}"/>',
    '<path d="M58 160v-62a42 42 0 0 1 84 0v62z" class="{a}"/><path d="M79 160v-58a21 21 0 0 1 42 0v58z" class="{b}"/>'
    '<circle cx="146" cy="52" r="14" class="{c}"/>',
    '<path d="M52 104h96a48 48 0 0 1-96 0z" class="{a}"/><circle cx="100" cy="66" r="26" class="{b}"/>'
    '<path d="M78 152h44v10h-44z" class="{c}"/>',
    '<path d="M54 112h50v50h-50z" class="{a}"/><circle cx="122" cy="132" r="30" class="{b}"/>'
    '<path d="M62 104l28-56 28 56z" class="{c}"/>',
    '<rect x="64" y="44" width="72" height="116" rx="36" class="{a}"/>'
    '<path d="M64 104h72v20a36 36 0 0 1-72 0z" class="{b}"/><circle cx="100" cy="74" r="11" class="{c}"/>',
    '<path d="M48 160v-40h104v40z" class="{a}"/><path d="M62 120v-34h76v34z" class="{b}"/>'
    '<path d="M78 86a22 22 0 0 1 44 0z" class="{c}"/>',
    '<path d="M100 40c34 36 50 56 50 78a50 50 0 0 1-100 0c0-22 16-42 50-78z" class="{a}"/>'
    '<path d="M100 168a50 50 0 0 1-50-50h100a50 50 0 0 1-50 50z" class="{b}"/>'
    '<circle cx="100" cy="96" r="12" class="{c}"/>',
    '<circle cx="76" cy="124" r="36" class="{a}"/><path d="M104 160v-84h48v84z" class="{b}"/>'
    '<path d="M104 76a24 24 0 0 1 48 0z" class="{c}"/>',
)
# Paper, and three inks that can be told apart on it.
INKS = (
    "a1 a2 a4 a3",
    "a5 a4 a2 a1",
    "a3 a4 a1 a2",
    "a2 a1 a4 a5",
    "a1 a3 a2 a4",
    "a5 a2 a1 a3",
    "a4 a3 a5 a2",
)


def draw(name: str, number: int = 0) -> Markup:
    """Return the drawing for a name as SVG: always the same. The stylesheet gives it its colours.

    Things that stand beside each other have numbers that follow each other, and so never look alike.
    """
    chance = hashlib.sha256(f"still life {name}".encode("utf-8", "replace")).digest()[0]
    paper, a, b, c = INKS[number % len(INKS)].split()
    shapes = STILL_LIVES[number * 3 % len(STILL_LIVES)].format(a=a, b=b, c=c)
    turned = ' transform="matrix(-1 0 0 1 200 0)"' if chance & 1 else ""
    # Only numbers and names of ours are in here.
    return Markup(  # noqa: S704
        f'<svg class="art {paper}" viewBox="0 0 200 200" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true" focusable="false"><path d="M-200 161h600v239h-600z" class="ground"/>'
        f"<g{turned}>{shapes}</g></svg>"
    )
