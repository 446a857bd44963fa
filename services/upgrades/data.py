"""The data that an upgrade is tried on: how many rows its databases have."""

import os
import sqlite3
import stat
from pathlib import Path

from models.errors import Conflict
from services.app_data.counting import counted, files_below, is_database, opened
from services.app_data.databases import BESIDE, is_whole

MOST_TABLES = 10_000
COUNT_S = 60.0  # for one database: nothing is compared with a half


def rows_in(folder: Path) -> dict[str, int]:
    """Return how many rows each table of each database below a folder of ours has, by "file: table".

    Raises:
        Conflict: a database is damaged, or takes too long to be counted.
    """
    counts: dict[str, int] = {}
    for path in sorted(path for path, _ in files_below(folder) if is_database(path)):
        name = path.relative_to(folder).as_posix()
        if strange_beside(path) or not is_whole(path):
            raise Conflict(f"The database {name} is damaged.", "data_damaged")
        try:
            with opened(path, COUNT_S) as database:
                counts |= {f"{name}: {table}": rows for table, rows in counted(database, MOST_TABLES)}
        except sqlite3.Error as error:
            raise Conflict(
                f"The rows of the database {name} could not be counted ({error}).", "data_not_counted"
            ) from error
    return counts


def strange_beside(path: Path) -> bool:
    """Whether no plain file lies where a journal belongs: the application that was tried may have put a pipe there."""
    for ending in BESIDE:
        try:
            if not stat.S_ISREG(os.lstat(f"{path}{ending}").st_mode):
                return True
        except OSError:
            continue
    return False
