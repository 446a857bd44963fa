"""What an application has stored: the rows of every SQLite database in its data folder."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

HEAD = b"SQLite format 3\0"
# Table by table: how often each row stands there.
Stored = dict[str, Counter[tuple[object, ...]]]


def databases(data: Path) -> list[Path]:
    """Return the databases below a folder."""
    files = (path for path in sorted(data.rglob("*")) if path.is_file() and not path.is_symlink())
    return [path for path in files if begins_with(path, HEAD)]


def begins_with(path: Path, head: bytes) -> bool:
    """Whether a file begins with these bytes."""
    with path.open("rb") as file:
        return file.read(len(head)) == head


def stored(data: Path) -> Stored:
    """Return all rows, by file and table."""
    return {name: rows for path in databases(data) for name, rows in tables(path, data)}


def tables(path: Path, data: Path) -> Iterator[tuple[str, Counter[tuple[object, ...]]]]:
    """Yield the tables of one database. What SQLite keeps for itself is left out."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (name,) in found.fetchall():
            quoted = name.replace('"', '""')
            rows = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - a name that the database itself told
            yield f"{path.relative_to(data)}:{name}", Counter(map(tuple, rows))


def count(found: Stored) -> int:
    """Return how many rows there are."""
    return sum(rows.total() for rows in found.values())


def lost(before: Stored, after: Stored) -> list[str]:
    """Return the tables of which rows have gone, each as a sentence."""
    gone = {name: rows - after.get(name, Counter()) for name, rows in before.items()}
    return [
        f"{rows.total()} of {before[name].total()} rows of {name} are gone."
        for name, rows in gone.items()
        if rows
    ]


def fewer(before: Stored, after: Stored) -> list[str]:
    """Return the tables that hold fewer rows than before; rows may have changed meanwhile."""
    totals = {name: after.get(name, Counter()).total() for name in before}
    return [
        f"{name} holds {totals[name]} rows, {rows.total()} before."
        for name, rows in before.items()
        if totals[name] < rows.total()
    ]
