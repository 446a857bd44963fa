"""The short folder for unix sockets, whose paths must stay under 108 bytes however long the project's is."""

import os
import stat
from pathlib import Path

from workers.preflight import CannotStart

LONGEST_SOCKET = 107  # sun_path holds 108 bytes, the last of them a zero


def make_run_dir(folder: Path) -> Path:
    """Make sure of the folder, and that it is ours: it lies in a place where anybody may write.

    It may be passed but not listed by others, because PostgreSQL may run as `nobody`; what lies in it asks for a
    password.

    Raises:
        CannotStart: somebody else was there first, or the path is too long.
    """
    if len(os.fsencode(folder / "pg" / ".s.PGSQL.5432.lock")) > LONGEST_SOCKET:
        raise CannotStart(
            f"The folder for sockets, {folder}, has too long a name. Set IDEASMITH_RUN_DIR to a shorter one.",
            "run_dir_too_long",
        )
    try:
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    except OSError as problem:
        raise CannotStart(
            f"The folder for sockets, {folder}, cannot be made ({problem.strerror}). Set IDEASMITH_RUN_DIR to a short "
            "folder of your own.",
            "run_dir_refused",
        ) from problem
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise CannotStart(
            f"{folder} belongs to somebody else. Set IDEASMITH_RUN_DIR to a folder of your own.",
            "run_dir_foreign",
        )
    if stat.S_IMODE(found.st_mode) & 0o066:
        folder.chmod(0o711)
    return folder
