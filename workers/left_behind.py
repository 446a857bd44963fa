"""Folders for a moment that killed processes have left in the machine's place for such: code and sockets of runs."""

import shutil
import stat
import tempfile
import time
from pathlib import Path

# What is made for the length of one step, by the names under which it is made.
PREFIXES = (
    "ideasmith-merge-",
    "ideasmith-upgrade-",
    "ideasmith-rerun-",
    "ism-trial-",
    "ism-prove-",
    "ism-box-",
)
OLD_S = 6 * 3600.0  # longer than any step may take


def sweep(place: Path | None = None) -> int:
    """Remove what is surely nobody's any more, and return how many folders that was."""
    before, count = time.time() - OLD_S, 0
    for path in (place or Path(tempfile.gettempdir())).iterdir():
        if path.name.startswith(PREFIXES) and is_old_folder(path, before):
            shutil.rmtree(path, ignore_errors=True)
            count += not path.exists()
    return count


def is_old_folder(path: Path, before: float) -> bool:
    """Whether a path is a folder itself, no link to one, that nothing was added to since a moment."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_mtime < before
