"""A template that does everything right, and ways to break it."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from services.catalog import TemplateFolder, load_folder
from services.catalog.manifest import load_manifest
from services.proving.rows import Row, rows_of

HERE = Path(__file__).resolve().parent
# The same packages as a template of ours, so that the same environment serves.
LOCK = HERE.parents[2] / "templates" / "landing" / "requirements.lock"
Break = Callable[[Path], None]


def guestbook(into: Path) -> Path:
    """Write the template into a folder of that name."""
    folder = into / "guestbook"
    shutil.copytree(HERE / "guestbook", folder)
    shutil.copyfile(LOCK, folder / "requirements.lock")
    return folder


def broken(into: Path, damage: Break) -> tuple[TemplateFolder, Row]:
    """Return the template with some damage, and its first row, which is one of those seen in a browser."""
    folder = guestbook(into)
    template = load_folder(folder)
    row = rows_of(template).rows[0]
    damage(folder)
    # Read before the damage, since a broken lock would be refused; what it declares is read anew.
    return replace(template, manifest=load_manifest(folder / "template.toml")), row


def change(path: str, old: str, new: str) -> Break:
    """Return a damage that replaces a text in a file of the skeleton."""

    def damage(folder: Path) -> None:
        file = folder / "skeleton" / path
        content = file.read_text()
        assert old in content, f"{path} does not hold what is to be broken: {old}"
        file.write_text(content.replace(old, new))

    return damage


def add(path: str, content: str) -> Break:
    """Return a damage that adds a file, or more to one."""

    def damage(folder: Path) -> None:
        file = folder / "skeleton" / path
        file.write_text((file.read_text() if file.exists() else "") + content)

    return damage


def relock(change_lock: Callable[[str], str]) -> Break:
    """Return a damage of the lock."""

    def damage(folder: Path) -> None:
        lock = folder / "requirements.lock"
        lock.write_text(change_lock(lock.read_text()))

    return damage
