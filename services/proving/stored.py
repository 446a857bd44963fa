"""What an application has stored: the rows of every SQLite database in its data folder."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

HEAD = b"SQLite format 3\0"
Row = tuple[object, ...]
# Table by table: each row by its primary key, or by all of it where there is none.
Stored = dict[str, dict[Row, Row]]


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


def tables(path: Path, data: Path) -> Iterator[tuple[str, dict[Row, Row]]]:
    """Yield the tables of one database. What SQLite keeps for itself is left out."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        for (name,) in found.fetchall():
            columns = connection.execute("SELECT pk FROM pragma_table_info(?)", (name,)).fetchall()
            keys = [at for at, (key,) in enumerate(columns) if key] or list(range(len(columns)))
            quoted = name.replace('"', '""')
            rows = connection.execute(f'SELECT * FROM "{quoted}"')  # noqa: S608 - told by the database itself
            yield (
                f"{path.relative_to(data)}:{name}",
                {tuple(row[at] for at in keys): tuple(row) for row in rows},
            )


def count(found: Stored) -> int:
    """Return how many rows there are."""
    return sum(len(rows) for rows in found.values())


def lost(before: Stored, after: Stored) -> list[str]:
    """Return the tables of which rows have gone, or are hardly the same, each as a sentence."""
    gone = {
        name: sum(not same(row, after.get(name, {}).get(key)) for key, row in rows.items())
        for name, rows in before.items()
    }
    return [
        f"{number} of {len(before[name])} rows of {name} are gone." for name, number in gone.items() if number
    ]


def same(row: Row, later: Row | None) -> bool:
    """Whether a row is still what it was. An application may go on with it, such as by trying to send a mail again."""
    if later is None or len(later) != len(row):
        return False
    return sum(one != other for one, other in zip(row, later, strict=True)) * 2 <= len(row)


def fewer(before: Stored, after: Stored) -> list[str]:
    """Return the tables that hold fewer rows than before."""
    totals = {name: len(after.get(name, {})) for name in before}
    return [
        f"{name} holds {totals[name]} rows, {len(rows)} before."
        for name, rows in before.items()
        if totals[name] < len(rows)
    ]
