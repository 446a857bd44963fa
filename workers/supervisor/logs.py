"""The logs of the parts: one file each, and the one before it."""

import shutil
from pathlib import Path

LARGEST = 10 * 1024 * 1024


def rotate(folder: Path) -> None:
    """Set aside the logs that have grown large. The parts append, so an emptied file goes on at its start."""
    for log in folder.glob("*.log"):
        if log.stat().st_size > LARGEST:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            with log.open("r+b") as stream:
                stream.truncate(0)
