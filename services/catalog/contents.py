"""What a launch with some options would write: every file with its size, without launching anything."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.catalog.folder import TemplateFolder
from services.catalog.schema import validate_config
from services.rendering import render


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, or a folder with the sum of its files. `depth` 0 is the top."""

    name: str
    depth: int
    size_bytes: int
    is_folder: bool


def contents(template: TemplateFolder, config: dict[str, Any]) -> list[Entry]:
    """Return the application's tree in the order of a listing: folders first, then files.

    Raises:
        InvalidInput: the options do not fit.
    """
    whole = validate_config(template.schema, config)
    with tempfile.TemporaryDirectory(prefix="contents-") as scratch:
        tree = Path(scratch) / "tree"
        render(template, whole, tree)
        return entries(tree, 0)


def entries(folder: Path, depth: int) -> list[Entry]:
    """Return what is below a folder."""
    found = []
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_file(), path.name)):
        if path.is_dir():
            below = entries(path, depth + 1)
            size = sum(entry.size_bytes for entry in below if not entry.is_folder)
            found += [Entry(path.name, depth, size, True), *below]
        else:
            found.append(Entry(path.name, depth, path.stat().st_size, False))
    return found
