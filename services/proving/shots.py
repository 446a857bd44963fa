"""Pictures of an application as a visitor sees it: taken by the browser of a proof, drawn in a few widths.

Nobody hands a picture in: the prover opens the page itself, and what it keeps was written anew as WebP.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.catalog.shipped_pictures import Drawing
from services.proving.bridge import bridge


@dataclass(frozen=True, slots=True)
class Screen:
    """What it is looked at on, in CSS pixels, and the widths that its pictures are kept in."""

    name: str
    width: int
    height: int
    kept: tuple[int, ...]
    kept_of_face: tuple[int, ...]


# About twice what the choice of presets, a card and the template's page show: screens have two pixels to a point.
SCREENS = (
    Screen("desktop", 1280, 800, (320, 640), (320, 640, 1280)),
    Screen("phone", 390, 844, (195,), (195, 390)),
)
SCHEMES = ("light", "dark")
QUALITY = 68
EFFORT, MOST_EFFORT = 4, 6
TIMEOUT_MS = 15_000
# Fonts and pictures come after the page itself; those below the fold would never come.
SETTLED = """async () => {
  await document.fonts.ready;
  const seen = [...document.images].filter(image => image.getBoundingClientRect().top < innerHeight);
  await Promise.all(seen.map(image => image.decode().catch(() => null)));
}"""


@dataclass(frozen=True, slots=True)
class Shot:
    """One screen as the browser gave it: PNG."""

    screen: Screen
    scheme: str
    content: bytes


def shoot(browser: Any, socket: Path) -> list[Shot]:
    """Return the front page of the application behind `socket` on every screen, in light and dark."""
    with bridge(socket) as address:
        return [shot for screen in SCREENS for shot in on_screen(browser, address, screen)]


def on_screen(browser: Any, address: str, screen: Screen) -> Iterator[Shot]:
    """Yield the front page in both schemes. Nothing is fetched from anywhere else."""
    context = browser.new_context(viewport={"width": screen.width, "height": screen.height}, locale="en")
    try:
        context.set_default_timeout(TIMEOUT_MS)
        context.route(lambda url: not url.startswith(address), lambda route: route.abort())
        page = context.new_page()
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.goto(f"{address}/", wait_until="load")
            page.evaluate(SETTLED)
            yield Shot(screen, scheme, page.screenshot(animations="disabled"))
    finally:
        context.close()


def drawn(
    shots: Sequence[Shot], presets: Sequence[str], face: str, effort: int = EFFORT
) -> dict[str, list[Drawing]]:
    """Return the pictures to keep of each preset, as WebP. That of the `face` is shown larger than the others.

    More `effort` (to 6) makes smaller files.
    """
    return {preset: [*drawings(shots, preset == face, effort)] for preset in presets if shots}


def drawings(shots: Sequence[Shot], is_face: bool, effort: int) -> Iterator[Drawing]:
    """Yield the pictures of one preset."""
    for shot in shots:
        for width in shot.screen.kept_of_face if is_face else shot.screen.kept:
            yield draw(shot, width, effort)


def draw(shot: Shot, width: int, effort: int) -> Drawing:
    """Return one shot in one width."""
    from PIL import Image  # a tenth of a second, and only a few rows need it

    height = round(width * shot.screen.height / shot.screen.width)
    with Image.open(io.BytesIO(shot.content), formats=("PNG",)) as found:
        picture = found.convert("RGB").resize((width, height), Image.Resampling.LANCZOS)
    written = io.BytesIO()
    picture.save(written, "WEBP", quality=QUALITY, method=effort)
    return Drawing(shot.screen.name, shot.scheme, width, height, written.getvalue())
