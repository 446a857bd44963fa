"""The pictures of a template in the gallery: its defaults as a person sees them, on desk and phone, light and dark.

They are files of the front end, with a note beside them that names the version they were made of.
"""

import base64
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import Unavailable
from services.catalog import TemplateFolder
from services.proving.bridge import bridge
from services.proving.browser import NO_BROWSER
from services.proving.prove import preparing
from services.proving.rows import rows_of
from services.proving.subject import Subject

ASSETS = Path(__file__).parents[2] / "assets" / "templates"
NOTE = "pictures.json"
QUALITY = 62
TIMEOUT_MS = 15_000


@dataclass(frozen=True, slots=True)
class Shot:
    """One screen: its size in CSS pixels, and by how much the picture is smaller or larger."""

    name: str
    width: int
    height: int
    scale: float


SHOTS = (Shot("desktop", 1280, 800, 0.5625), Shot("phone", 390, 844, 0.75))
SCHEMES = ("light", "dark")


class NoBrowser(Unavailable):
    """Pictures need a browser."""

    default_code = "no_browser"


def take(template: TemplateFolder, assets: Path = ASSETS) -> list[Path]:
    """Write a template's pictures and return their paths.

    Raises:
        NoBrowser: there is none on this machine.
    """
    row = rows_of(template).rows[0]
    with preparing(template) as shared:
        if shared.browser is None:
            raise NoBrowser(f"Pictures cannot be taken: {NO_BROWSER}. Set IDEASMITH_CHROMIUM to one.")
        folder = shared.folder / "pictures"
        folder.mkdir()
        folder.chmod(0o711)
        subject = Subject(template, row, folder, shared)
        try:
            socket = subject.running().socket
            pictures: dict[str, bytes] = shared.browser.do(lambda browser: shoot(browser, socket))
        finally:
            subject.close()
    return write(template, pictures, assets / template.slug)


def shoot(browser: Any, socket: Path) -> dict[str, bytes]:
    """Return the pictures of an application's front page, as WebP by name."""
    found = {}
    with bridge(socket) as address:
        for shot in SHOTS:
            page = browser.new_page(viewport={"width": shot.width, "height": shot.height})
            page.set_default_timeout(TIMEOUT_MS)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                page.goto(f"{address}/", wait_until="networkidle")
                found[f"{shot.name}-{scheme}"] = capture(page, shot)
            page.close()
    return found


def capture(page: Any, shot: Shot) -> bytes:
    """Return what is on the screen. Playwright itself writes no WebP; the browser's protocol does."""
    clip = {"x": 0, "y": 0, "width": shot.width, "height": shot.height, "scale": shot.scale}
    session = page.context.new_cdp_session(page)
    given = {"format": "webp", "quality": QUALITY, "clip": clip}
    found = session.send("Page.captureScreenshot", given)
    return base64.b64decode(found["data"])


def write(template: TemplateFolder, pictures: dict[str, bytes], folder: Path) -> list[Path]:
    """Replace the pictures of a template, and note which version they show."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    paths = [folder / f"{name}.webp" for name in pictures]
    for path, content in zip(paths, pictures.values(), strict=True):
        path.write_bytes(content)
    told = {"version": template.manifest["version"], "content_hash": template.content_hash}
    (folder / NOTE).write_text(json.dumps(told, indent=2) + "\n", "utf-8")
    return [*paths, folder / NOTE]
