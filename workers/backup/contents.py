"""What a backup holds besides the database: what of the data folder nobody could make again.

Left out are the servers' own folders, environments, logs, working folders, routes and earlier backups.
"""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.app_data.databases import BESIDE, FILE_FLAGS, copy_database, is_database
from workers.archives.writing import Writer

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of things: the words for it, and where they lie below the data folder."""

    words: str
    patterns: tuple[str, ...]


GROUPS = (
    Group("stored files", ("storage", "exports")),
    Group("repositories", ("repositories/*.git",)),
    Group("releases", ("releases/[!.]*",)),
    Group("data of the applications", ("apps/*/data",)),
    Group("archives of executions", ("workspaces/*/app.zip",)),
    Group("keys", ("local-key", "keys")),
)


def add_group(writer: Writer, data: Path, group: Group, scratch: Path) -> None:
    """Add what lies there. What vanishes meanwhile was not in the database any more."""
    for place in sorted(found for pattern in group.patterns for found in data.glob(pattern)):
        if place.is_symlink():
            continue
        name = place.relative_to(data)
        if place.is_dir():
            with contextlib.suppress(FileNotFoundError), held(place):
                add_tree(writer, place, name, scratch)
        else:
            with opened(place.parent) as folder:
                add_file(writer, folder, place, str(name), scratch)


@contextlib.contextmanager
def held(place: Path) -> Iterator[None]:
    """Keep a repository from being added to while it is copied (`services.repositories.publishing`)."""
    lock = place.with_suffix(".lock")
    if place.suffix != ".git" or not lock.exists():
        yield
        return
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Have a folder open."""
    descriptor = os.open(folder, FOLDER_FLAGS)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def add_tree(writer: Writer, top: Path, name: Path, scratch: Path) -> None:
    """Add every folder and file below `top`. Links are left out: an application may point them anywhere."""
    for path, _, files, folder in os.fwalk(top, follow_symlinks=False):
        here, covered = name / Path(path).relative_to(top), set[str]()
        writer.add_folder(str(here), os.fstat(folder).st_mode)
        for file in sorted(files):  # a database sorts before what lies beside it
            if file not in covered and add_file(writer, folder, Path(path, file), str(here / file), scratch):
                covered |= {file + ending for ending in BESIDE}


def add_file(writer: Writer, folder: int, path: Path, name: str, scratch: Path) -> bool:
    """Add one file of an open folder, and say whether it was a database, of which a whole copy was taken."""
    try:
        descriptor = os.open(path.name, FILE_FLAGS, dir_fd=folder)
    except OSError:
        return False  # gone meanwhile, or a link
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return False
        if is_database(descriptor):
            if add_database(writer, folder, path, found, name, scratch):
                return True
            writer.remarks.append(f"{name} could not be read as a database; it was copied as it lies there.")
        writer.add(name, stream, found.st_size, mode=found.st_mode, changed_s=found.st_mtime)
    return False


def add_database(
    writer: Writer, folder: int, path: Path, found: os.stat_result, name: str, scratch: Path
) -> bool:
    """Add a whole copy of a database, and say whether SQLite could make one."""
    copy = scratch / "copy.db"
    try:
        if not copy_database(folder, path, found, copy):
            return False
        with copy.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            writer.add(name, stream, size, mode=found.st_mode, changed_s=found.st_mtime)
        return True
    finally:
        for left in scratch.glob("copy.db*"):
            left.unlink()
