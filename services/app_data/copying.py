"""A copy of an application's data in a folder of ours, while the application goes on writing."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from models.errors import Conflict
from services.app_data.databases import copy_sparse
from services.app_data.reading import Reading


@dataclass(frozen=True, slots=True)
class Copied:
    """The bytes of a copy, and what of the original is not in it."""

    data_bytes: int
    remarks: list[str] = field(default_factory=list)


@dataclass
class FolderWriter:
    """Writes what is read below `top`, which is ours alone: nothing in it is a link."""

    top: Path
    data_bytes: int = 0

    def add_folder(self, name: str, mode: int) -> None:
        """Make a folder."""
        (self.top / name).mkdir(mode=0o700)

    def add(self, name: str, stream: IO[bytes], size: int, *, mode: int, changed_s: float) -> None:
        """Write a file; a sparse one stays so."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with os.fdopen(os.open(self.top / name, flags, 0o600), "wb") as copy:
            copy_sparse(stream.fileno(), copy.fileno(), size)
        self.data_bytes += size


def copy_data(source: Path, target: Path, most_bytes: int) -> Copied:
    """Copy what lies below `source` into `target`, a new folder: databases as they were at one moment, no links.

    At most `most_bytes` are taken; what is left out is said.

    Raises:
        Conflict: a database could not be caught at one moment.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not source.is_dir():
        target.mkdir(mode=0o700)
        return Copied(0)
    writer = FolderWriter(target.parent)
    reading = Reading(writer, target.parent, most_bytes)
    reading.take(source, target.name)
    if reading.torn:
        raise Conflict(
            f"The database {reading.torn[0].partition('/')[2]} could not be copied as it was at one moment. "
            "Try again when less is written.",
            "data_not_copied",
        )
    return Copied(writer.data_bytes, reading.said())
