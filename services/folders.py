"""How much room a folder takes on the disk."""

import os
from pathlib import Path

BLOCK = 512  # what st_blocks counts in, whatever the file system uses (stat(2))


def size_of(folder: Path) -> int:
    """Return the bytes that `folder` takes on the disk; 0 where there is none.

    A file with several names counts once. Links are not followed, and what vanishes meanwhile is left out.
    """
    seen: set[tuple[int, int]] = set()
    total, left = 0, [os.fspath(folder)]
    while left:
        try:
            with os.scandir(left.pop()) as entries:
                for entry in entries:
                    total += entry_size(entry, seen)
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
        except OSError:
            continue  # gone meanwhile, or a single file
    return total


def entry_size(entry: "os.DirEntry[str]", seen: set[tuple[int, int]]) -> int:
    """Return the bytes of one entry, 0 when another name of the same file was counted."""
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return 0
    if found.st_nlink > 1 and not entry.is_dir(follow_symlinks=False):
        if (found.st_dev, found.st_ino) in seen:
            return 0
        seen.add((found.st_dev, found.st_ino))
    return found.st_blocks * BLOCK
