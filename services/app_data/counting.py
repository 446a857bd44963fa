"""How many rows the tables of SQLite databases hold, read with distrust: the files belong to an application.

Standard library only. Run as a program (`python -I counting.py FOLDER`) it prints what lies in a data folder as
JSON; whoever runs it ends it when it takes too long, since a file there may be made to hold a reader up.
"""

import json
import os
import sqlite3
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

MAGIC = b"SQLite format 3\0"
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
MOST_TABLES = 50
MOST_DATABASES = 20
MOST_ENTRIES = 100_000
DEEPEST = 64
COUNT_S = 1.0  # for all tables of one database
STEPS = 10_000  # of SQLite's machine between two looks at the clock
TABLES = """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
            AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name LIMIT ?"""


def plain(text: str) -> str:
    """Return a name as it can be shown and stored anywhere: what is no printable character is escaped."""
    return "".join(one if one.isprintable() and one != "\\" else ascii(one)[1:-1] for one in text)[:200]


def describe(path: Path) -> dict[str, Any]:
    """Return `schema` (the version that the application keeps in it, else "") and `tables` with their rows.

    What cannot be counted in a second is left out. A damaged database gives nothing.
    """
    found: dict[str, Any] = {"schema": "", "tables": {}}
    try:
        with opened(path, COUNT_S) as db:
            found["schema"] = schema_of(db)
            for name, rows in counted(db, MOST_TABLES):
                found["tables"][plain(name)] = rows
    except (sqlite3.Error, ValueError, TypeError):
        pass
    return found


@contextmanager
def opened(path: Path, within_s: float) -> Iterator[sqlite3.Connection]:
    """Have a database open to be read, with distrust; what takes longer ends in an error of SQLite's."""
    deadline = time.monotonic() + within_s
    with closing(sqlite3.connect(f"file:{quote(os.fsencode(path))}?mode=ro", uri=True, timeout=0.5)) as db:
        db.text_factory = lambda raw: raw.decode("utf-8", "replace")
        db.execute("PRAGMA trusted_schema = OFF")
        db.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
        yield db


def counted(db: sqlite3.Connection, most_tables: int) -> Iterator[tuple[str, int]]:
    """Yield each table and how many rows it has."""
    for (name,) in db.execute(TABLES, (most_tables,)).fetchall():
        quoted = str(name).replace('"', '""')
        yield str(name), int(db.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608 - quoted


def schema_of(db: sqlite3.Connection) -> str:
    """Return the revision that Alembic has written, else SQLite's own `user_version`, else ""."""
    try:
        row = db.execute("SELECT version_num FROM alembic_version").fetchone()
        if row is not None:
            return plain(str(row[0]))[:60]
    except sqlite3.Error:
        pass
    number = db.execute("PRAGMA user_version").fetchone()[0]
    return str(number) if number else ""


def look(top: Path) -> dict[str, Any]:
    """Return `files`, `bytes` and `databases` (by name, see `describe`) of a data folder. Links are not followed."""
    found: dict[str, Any] = {"files": 0, "bytes": 0, "databases": {}}
    for path, size in files_below(top):
        found["files"] += 1
        found["bytes"] += size
        if len(found["databases"]) < MOST_DATABASES and is_database(path):
            found["databases"][plain(os.path.relpath(path, top))] = describe(path)
    return found


def files_below(top: Path) -> Iterator[tuple[Path, int]]:
    """Yield the plain files below a folder with their bytes. No link is followed, and there is an end to it."""
    left, seen = [(top, 0)], 0
    while left and seen < MOST_ENTRIES:
        folder, depth = left.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            seen += 1
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(found.st_mode) and depth < DEEPEST:
                left.append((Path(entry.path), depth + 1))
            elif stat.S_ISREG(found.st_mode):
                yield Path(entry.path), found.st_size


def is_database(path: Path) -> bool:
    """Whether a file begins as a SQLite database does."""
    try:
        descriptor = os.open(path, FILE_FLAGS)
    except OSError:
        return False
    try:
        return os.pread(descriptor, len(MAGIC), 0) == MAGIC
    except OSError:
        return False
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look(Path(sys.argv[1]))))
