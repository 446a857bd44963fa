"""A whole copy of a SQLite database that somebody is writing to, by SQLite's own online backup.

The file belongs to an application, which may put a link in its place at any moment: what was opened is compared.
"""

import os
import sqlite3
import stat
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import quote

MAGIC = b"SQLite format 3\0"
# Files beside a database that belong to its moment; a whole copy needs none of them.
BESIDE = ("-wal", "-shm", "-journal")
BUSY_S = 5.0


def is_database(descriptor: int) -> bool:
    """Whether an open file begins as a SQLite database does."""
    return os.pread(descriptor, len(MAGIC), 0) == MAGIC


def copy_database(path: Path, known: os.stat_result, target: Path, most_bytes: int | None = None) -> bool:
    """Write a consistent copy of the database at `path` into `target`, and say whether that could be done.

    `known` is the file that was meant. It could not be done where the database is damaged or locked for too long,
    claims more than `most_bytes`, or has a pipe or a link beside it where its journal belongs: a pipe holds us up.
    """
    address = f"file:{quote(os.fsencode(path))}?mode=ro"
    if any(is_no_file(path.with_name(path.name + ending)) for ending in BESIDE):
        return False
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


def is_no_file(path: Path) -> bool:
    """Whether there is something at a place that is no plain file."""
    try:
        return not stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


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
