"""Taking a backup, while the product runs or not."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from models.clock import now
from models.db import engine
from models.errors import Conflict
from models.schema_version import stored_version
from models.settings import settings
from workers.archives.archive import DUMP, Manifest
from workers.archives.reading import verify
from workers.archives.writing import Writer
from workers.backup.contents import GROUPS, add_group
from workers.dumps import DumpFailed, dump
from workers.preflight import CannotStart
from workers.progress import step


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A finished backup: its place, its size on the disk, and what it says of itself."""

    file: Path
    packed_bytes: int
    manifest: Manifest


def back_up(target: Path | None = None) -> BackedUp:
    """Write everything that could not be made again into `target`, or into a new file in the folder `backups`.

    The database comes first: what its rows name is copied after it, and so is there. The file is read back and
    compared before it gets its name; without its name it is nothing.

    Raises:
        Conflict: there is a file already.
        CannotStart: PostgreSQL could not be read.
    """
    file = target or settings().data / "backups" / f"ideasmith-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz"
    if file.exists():
        raise Conflict(f"{file} is there already. Choose another name, or remove it first.", "backup_exists")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=file.parent) as folder:
        draft = Path(folder, "draft")
        with private(draft) as stream:
            write(stream, Path(folder))
        with step("Reading it back"):
            manifest = verify(draft)
        os.link(draft, file)  # refuses what somebody put there meanwhile
    return BackedUp(file, file.stat().st_size, manifest)


@contextmanager
def private(file: Path) -> Iterator[IO[bytes]]:
    """Have a new file open that its owner alone may read, and see it on the disk at the end."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())


def write(stream: IO[bytes], scratch: Path) -> None:
    """Write the archive. `scratch` takes what must lie somewhere for a moment."""
    writer = Writer(stream)
    with engine().connect() as connection:
        schema = stored_version(connection) or ""
    with step("Copying the database"):
        add_dump(writer, scratch / DUMP)
    for group in GROUPS:
        with step(f"Copying {group.words}"):
            add_group(writer, settings().data, group, scratch)
    writer.finish(made_at=now().isoformat(timespec="seconds"), version=version("ideasmith"), schema=schema)


def add_dump(writer: Writer, place: Path) -> None:
    """Add a dump of the database."""
    try:
        dump(engine().url, place)
    except DumpFailed as problem:
        raise CannotStart(f"The database could not be copied ({problem}).", "backup_failed") from problem
    with place.open("rb") as stream:
        writer.add(DUMP, stream, place.stat().st_size)
    place.unlink()
