"""The pictures that Ideasmith is shipped with, for a gallery in which nothing was proven yet."""

from pathlib import Path

from models.errors import Unavailable
from services.catalog import TemplateFolder
from services.catalog.shipped_pictures import SHIPPED, Drawing, face_of, ship
from services.proving.browser import NO_BROWSER
from services.proving.prove import preparing
from services.proving.rows import Row, rows_of
from services.proving.shared import Shared
from services.proving.shots import MOST_EFFORT, Shot, drawn, shoot
from services.proving.subject import Subject


class NoBrowser(Unavailable):
    """Pictures need a browser."""

    default_code = "no_browser"


def take(template: TemplateFolder, root: Path = SHIPPED) -> list[Path]:
    """Take a template's pictures, write them below `root`, and return their paths.

    Raises:
        NoBrowser: there is none on this machine.
    """
    face = face_of(template.manifest)
    with preparing(template) as shared:
        rows = [row for row in rows_of(template).rows if row.presets]
        made = {name: one for row in rows for name, one in take_row(template, row, shared).items()}
    # Bare defaults are shown nowhere but in a proof.
    wanted = {name: made[name] for name in made if name or name == face}
    return ship(template.slug, template.manifest["version"], face, wanted, root)


def take_row(template: TemplateFolder, row: Row, shared: Shared) -> dict[str, list[Drawing]]:
    """Return the pictures of the application that one row gives."""
    browser = shared.browser
    if browser is None:
        raise NoBrowser(f"Pictures cannot be taken: {NO_BROWSER}. Set IDEASMITH_CHROMIUM to one.")
    folder = shared.folder / f"row-{row.number}"
    folder.mkdir(mode=0o711)
    folder.chmod(0o711)
    subject = Subject(template, row, folder, shared)
    try:
        socket = subject.running().socket
        shots: list[Shot] = browser.do(lambda known: shoot(known, socket))
    finally:
        subject.close()
    return drawn(shots, row.presets, face_of(template.manifest), MOST_EFFORT)
