"""A whole copy of a SQLite database that somebody is writing to, as it was at one moment.

The file belongs to an application, which may put a link in its place at any moment: what was opened is compared. A
database that stands still is copied as files, for opening it would write beside it; else SQLite's own backup is taken.
"""

import os
import sqlite3
import stat
import time
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

MAGIC = b"SQLite format 3\0"
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe must not hold us up
JOURNALS = ("-wal", "-journal")
# Files beside a database that belong to its moment; a whole copy needs none of them.
BESIDE = ("-wal", "-shm", "-journal")
BUSY_S = 5.0
TRIES, PAUSE_S = 3, 0.05
# A file's time is that of the kernel's last tick: what was written a moment ago may be written again within it.
SETTLED_NS = 20_000_000
CHUNK = 1024 * 1024


def is_database(descriptor: int) -> bool:
    """Whether an open file begins as a SQLite database does."""
    return os.pread(descriptor, len(MAGIC), 0) == MAGIC


def copy_database(
    folder: int, path: Path, known: os.stat_result, target: Path, most_bytes: int | None = None
) -> bool:
    """Write a consistent copy of the database at `path` into `target`, and say whether that could be done.

    `folder` is the open folder of `path`, `known` the file that was meant. It could not be done where the database is
    damaged or locked for too long, has more than `most_bytes`, or a pipe or a link lies where its journal belongs.
    """
    if any(is_no_file(folder, path.name + ending) for ending in BESIDE):
        return False
    return copy_still(folder, path.name, known, target, most_bytes) or copy_online(
        path, known, target, most_bytes
    )


def copy_still(
    folder: int, name: str, known: os.stat_result, target: Path, most_bytes: int | None = None
) -> bool:
    """Copy a database and its journals as files; say whether nothing of it changed meanwhile and the copy is whole."""
    for attempt in range(TRIES):
        if attempt:
            time.sleep(PAUSE_S)
        before = moments(folder, name)
        if before[0][:2] == (known.st_dev, known.st_ino) and settled(before) and fits(before, most_bytes):
            for ending in ("", *JOURNALS):
                copy_bytes(folder, name + ending, target.with_name(target.name + ending))
            if before == moments(folder, name) and is_whole(target):
                return True
            clear(target)
    return False


def copy_online(path: Path, known: os.stat_result, target: Path, most_bytes: int | None = None) -> bool:
    """Let SQLite copy a database that somebody is writing to, and say whether it could."""
    address = f"file:{quote(os.fsencode(path))}?mode=ro"
    before = times_open(known)
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=BUSY_S)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.execute("PRAGMA schema_version").fetchone()
            if times_open(known) <= before or (most_bytes is not None and claimed(source) > most_bytes):
                return False
            source.backup(copy)
    except sqlite3.Error:
        return False
    return True


def is_no_file(folder: int, name: str) -> bool:
    """Whether there is something at a place that is no plain file."""
    try:
        return not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode)
    except OSError:
        return False


Moment = tuple[int, int, int, int]  # device, number, bytes, time of the last change in ns; zeros for no file


def moments(folder: int, name: str) -> list[Moment]:
    """Return what would differ if a database had changed: of it and of what lies beside it."""
    found: list[Moment] = []
    for ending in ("", *JOURNALS):
        try:
            one = os.stat(name + ending, dir_fd=folder, follow_symlinks=False)
            found.append((one.st_dev, one.st_ino, one.st_size, one.st_mtime_ns))
        except OSError:
            found.append((0, 0, 0, 0))
    return found


def settled(found: list[Moment]) -> bool:
    """Whether a later change would show in the times of these files."""
    return time.time_ns() - max(one[3] for one in found) > SETTLED_NS


def fits(found: list[Moment], most_bytes: int | None) -> bool:
    """Whether these files together have at most so many bytes."""
    return most_bytes is None or sum(one[2] for one in found) <= most_bytes


def copy_bytes(folder: int, name: str, target: Path) -> None:
    """Copy one plain file of an open folder, as long as it was when it was opened; what is none is left out."""
    try:
        descriptor = os.open(name, FILE_FLAGS, dir_fd=folder)
    except OSError:
        return
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode):
            with target.open("wb") as copy:
                copy_sparse(stream.fileno(), copy.fileno(), found.st_size)


def copy_sparse(source: int, target: int, size: int) -> None:
    """Copy the first `size` bytes of an open file; what is a hole in it stays one."""
    os.ftruncate(target, size)
    at = 0
    while at < size:
        try:
            at = os.lseek(source, at, os.SEEK_DATA)
            end = min(size, os.lseek(source, at, os.SEEK_HOLE))
        except OSError:
            return  # nothing but a hole is left, or it has become shorter
        while at < end and (piece := os.pread(source, min(CHUNK, end - at), at)):
            at += os.pwrite(target, piece, at)
        if at < end:
            return  # it has become shorter


def is_whole(path: Path) -> bool:
    """Whether a copied database can be opened and is whole. Opening it takes in what was beside it."""
    try:
        with closing(sqlite3.connect(path, timeout=BUSY_S)) as database:
            database.execute("PRAGMA trusted_schema = OFF")
            return bool(database.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
    except sqlite3.Error:
        return False


def clear(target: Path) -> None:
    """Take a copy away that is of no use."""
    for ending in ("", *BESIDE):
        target.with_name(target.name + ending).unlink(missing_ok=True)


def claimed(database: sqlite3.Connection) -> int:
    """Return the bytes that a database says it has: what a copy would take."""
    return int(database.execute("PRAGMA page_count").fetchone()[0]) * int(
        database.execute("PRAGMA page_size").fetchone()[0]
    )


def times_open(known: os.stat_result) -> int:
    """Return how often this process has exactly that file open."""
    count = 0
    for opened in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # the descriptor of the listing itself
            count += os.path.samestat(opened.stat(), known)
    return count
