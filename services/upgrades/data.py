"""A copy of an application's data while it goes on writing, and what is in the databases of it.

The folder belongs to the application, which may put a link anywhere in it at any moment: folders are entered and files
opened by descriptors, and no link is followed. The original is only ever read: a database that nobody has open is
copied with what lies beside it, for opening it would write.
"""

import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from models.errors import Conflict

MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-journal")  # belong to the moment of a database; its -shm is made anew from them
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
TRIES, PAUSE_S, BUSY_S = 20, 0.05, 5.0


def copy_data(source: Path, target: Path) -> int:
    """Copy the regular files and folders below `source` into `target`, a new folder, and return the bytes.

    A database is copied as it was at one moment.

    Raises:
        Conflict: a database is written to all the time, so that no moment could be caught.
    """
    target.mkdir(mode=0o700, parents=True)
    if not source.is_dir():
        return 0
    total = 0
    for path, folders, files, opened in os.fwalk(source, follow_symlinks=False):
        here = target / Path(path).relative_to(source)
        for name in folders:
            if not stat.S_ISLNK(os.stat(name, dir_fd=opened, follow_symlinks=False).st_mode):
                (here / name).mkdir(mode=0o700, exist_ok=True)
        bases = {name for name in files if is_database(opened, name)}
        loose = [name for name in files if name not in bases and not beside(name, bases)]
        total += sum(copy_file(opened, name, here / name) for name in loose)
        total += sum(copy_database(opened, Path(path), name, here) for name in sorted(bases))
    return total


def beside(name: str, bases: set[str]) -> bool:
    """Whether a file belongs to a database that is copied with it."""
    return any(name == base + ending for base in bases for ending in (*BESIDE, "-shm"))


def is_database(folder: int, name: str) -> bool:
    """Whether a file begins as a SQLite database does."""
    try:
        descriptor = os.open(name, FILE_FLAGS, dir_fd=folder)
    except OSError:
        return False
    try:
        return stat.S_ISREG(os.fstat(descriptor).st_mode) and os.pread(descriptor, 16, 0) == MAGIC
    finally:
        os.close(descriptor)


def copy_file(folder: int, name: str, target: Path) -> int:
    """Copy one regular file of an open folder and return its bytes; what is none, or is gone, is left out."""
    try:
        descriptor = os.open(name, FILE_FLAGS, dir_fd=folder)
    except OSError:
        return 0
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return 0
        with target.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        target.chmod(0o600)
        return found.st_size


def copy_database(folder: int, path: Path, name: str, target: Path) -> int:
    """Copy a database as it was at one moment, and return its bytes.

    When nothing of it changes while it is copied, the files are that moment. When somebody keeps writing, SQLite's own
    backup gives one: then it is open anyway, and looking at it adds nothing.
    """
    for _ in range(TRIES):
        before = moments(folder, name)
        size = sum(copy_file(folder, name + ending, target / (name + ending)) for ending in ("", *BESIDE))
        if before == moments(folder, name) and sound(target / name):
            return size
        for ending in ("", *BESIDE, "-shm"):
            (target / (name + ending)).unlink(missing_ok=True)
        time.sleep(PAUSE_S)
    return back_up(path / name, target / name)


def moments(folder: int, name: str) -> list[tuple[int, int, int]]:
    """Return what would differ if a database had changed: of it and of what lies beside it."""
    found = []
    for ending in ("", *BESIDE):
        try:
            one = os.stat(name + ending, dir_fd=folder, follow_symlinks=False)
            found.append((one.st_ino, one.st_size, one.st_mtime_ns))
        except FileNotFoundError:
            found.append((0, 0, 0))
    return found


def sound(path: Path) -> bool:
    """Whether a copied database can be opened and is whole. Opening it takes in what was beside it."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S)) as database:
            return bool(database.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def back_up(path: Path, target: Path) -> int:
    """Let SQLite copy a database that somebody is writing to."""
    if path.is_symlink():
        raise Conflict(f"{path.name} has become a link while it was copied.", "data_not_copied")
    address = f"file:{quote(os.fsencode(path))}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=BUSY_S)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
    except sqlite3.Error as error:
        raise Conflict(
            f"The database {path.name} could not be copied ({error}). Try again when less is written.",
            "data_not_copied",
        ) from error
    return target.stat().st_size


def databases(folder: Path) -> Iterator[Path]:
    """Yield the databases below a folder of ours."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as stream:
                if stream.read(16) == MAGIC:
                    yield path


def rows_in(folder: Path) -> dict[str, int]:
    """Return how many rows each table of each database below a folder has, by "file: table".

    Raises:
        Conflict: a database is damaged.
    """
    counts: dict[str, int] = {}
    for path in databases(folder):
        name = path.relative_to(folder).as_posix()
        if not sound(path):
            raise Conflict(f"The database {name} is damaged.", "data_damaged")
        with closing(sqlite3.connect(path, timeout=BUSY_S)) as database:
            listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            for (table,) in database.execute(listed).fetchall():
                counts[f"{name}: {table}"] = count_of(database, table)
    return counts


def count_of(database: sqlite3.Connection, table: str) -> int:
    """Return a table's rows; 0 for one of a kind that this SQLite does not know."""
    quoted = table.replace('"', '""')
    try:
        return int(database.execute(f'SELECT COUNT(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608 - a name, quoted
    except sqlite3.Error:
        return 0
