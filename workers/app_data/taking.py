"""Taking one backup: into a draft, read back, and given its name at the very end."""

import os
import shutil
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.app_data.reading import Reading
from services.crashpoints import AFTER_ARCHIVE, BEFORE_ARCHIVE, crashpoint
from services.folders import size_of
from workers.archives.archive import CHUNK
from workers.archives.reading import verify
from workers.archives.writing import Writer

TOPS = frozenset({"data"})


class TooLarge(Exception):
    """The folder takes more than this backup may hold."""


@dataclass(frozen=True, slots=True)
class Take:
    """What to back up, and where the archive shall lie. `about` says what is known of it, for its manifest."""

    source: str
    target: str
    made_at: str
    version: str
    most_bytes: int
    only_below_bytes: int | None = None  # more than that on the disk: no backup at all
    about: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taken:
    """A finished backup: bytes of the archive and of what is in it, its SHA-256, and what was found and left out."""

    size_bytes: int
    data_bytes: int
    files: int
    checksum: str
    databases: dict[str, Any]
    remarks: list[str]


def take(order: Take) -> Taken:
    """Write the archive. Killed anywhere it leaves the target as it was, or whole.

    Raises:
        TooLarge: there is more than `only_below_bytes`.
        OSError: the disk is full, or the folder is not there.
    """
    source, target = Path(order.source), Path(order.target)
    if order.only_below_bytes is not None and size_of(source) > order.only_below_bytes:
        raise TooLarge
    target.parent.mkdir(mode=0o700, exist_ok=True)  # not its parent: that goes with the deployment
    desk = target.with_name(f".{target.name}")  # a name that no finished backup has
    shutil.rmtree(desk, ignore_errors=True)
    desk.mkdir(mode=0o700)
    try:
        draft = desk / "draft"
        reading = write(order, source, draft, desk)
        manifest = verify(draft, TOPS)
        checksum = digest_of(draft)
        crashpoint(BEFORE_ARCHIVE, "backup")
        draft.rename(target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(desk, ignore_errors=True)
    crashpoint(AFTER_ARCHIVE, "backup")
    size = target.stat().st_size
    return Taken(size, manifest.size_bytes, reading.files, checksum, reading.databases, manifest.remarks)


def write(order: Take, source: Path, draft: Path, desk: Path) -> Reading:
    """Write the draft, which its owner alone may read, and see it on the disk."""
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        writer = Writer(stream)
        reading = Reading(writer, desk, order.most_bytes)
        reading.take(source, "data")
        writer.remarks = [*reading.said(), *writer.remarks]
        about = {**order.about, "databases": reading.databases}
        writer.finish(made_at=order.made_at, version=order.version, about=about)
        stream.flush()
        os.fsync(stream.fileno())
    return reading


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = sha256()
    with file.open("rb") as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """See the names of a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
