"""Reading the data folder of an application, whose owner may have put anything into it.

Nothing is followed out of it, nothing is waited for, and there is an end to what is taken. What is left out is said.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Protocol

from services.app_data.counting import describe, plain
from services.app_data.databases import BESIDE, FILE_FLAGS, copy_database, is_database

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
MOST_ENTRIES = 100_000
DEEPEST = 64
MOST_REMARKS = 50
MOST_DATABASES = 20  # that are described; all are copied
KINDS = (
    (stat.S_ISLNK, "is a link"),
    (stat.S_ISFIFO, "is a pipe"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISBLK, "is a device"),
    (stat.S_ISCHR, "is a device"),
)


class Writer(Protocol):
    """Where what is read goes: an archive, or another folder."""

    def add_folder(self, name: str, mode: int) -> None:
        """Add a folder."""
        ...

    def add(self, name: str, stream: IO[bytes], size: int, *, mode: int, changed_s: float) -> None:
        """Add a file of `size` bytes."""
        ...


@dataclass
class Reading:
    """One walk over a folder into `writer`. `left_bytes` is what may still be taken.

    `torn` are databases that could not be read as such, and were copied as they lie there.
    """

    writer: Writer
    scratch: Path
    left_bytes: int
    owner: int = -1
    files: int = 0
    folders: int = 0
    databases: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    torn: list[str] = field(default_factory=list)
    unsaid: int = 0

    def remark(self, name: str, words: str) -> None:
        """Say what was left out; after fifty of these only how many more there were."""
        if len(self.remarks) < MOST_REMARKS:
            self.remarks.append(f"{plain(name)} {words}.")
        else:
            self.unsaid += 1

    def said(self) -> list[str]:
        """Return all remarks."""
        more = [f"{self.unsaid:,} more were left out."] if self.unsaid else []
        return [*self.remarks, *more]

    def take(self, top: Path, name: str) -> None:
        """Add everything below `top` under `name`."""
        descriptor = os.open(top, FOLDER_FLAGS)
        try:
            self.owner = os.fstat(descriptor).st_uid
            self.take_folder(descriptor, top, name, 0)
        finally:
            os.close(descriptor)

    def take_folder(self, descriptor: int, path: Path, name: str, depth: int) -> None:
        """Add an open folder, its databases first: what lies beside one belongs to its moment."""
        self.writer.add_folder(name, os.fstat(descriptor).st_mode)
        covered: set[str] = set()
        for entry, found in listed(descriptor):
            inside = f"{name}/{entry}"
            if stat.S_ISDIR(found.st_mode):
                self.step_into(descriptor, path / entry, inside, depth)
            elif not stat.S_ISREG(found.st_mode):
                words = next((one for is_one, one in KINDS if is_one(found.st_mode)), "is no file")
                self.remark(inside, f"{words} and was left out")
            elif entry not in covered and self.take_file(descriptor, path / entry, inside):
                covered |= {entry + ending for ending in BESIDE}

    def step_into(self, descriptor: int, path: Path, name: str, depth: int) -> None:
        """Add a folder of an open folder."""
        if depth >= DEEPEST:
            return self.remark(name, f"lies deeper than {DEEPEST} folders and was left out")
        if self.is_full():
            return self.remark(name, f"comes after {MOST_ENTRIES:,} files and folders and was left out")
        self.folders += 1
        try:
            inner = os.open(path.name, FOLDER_FLAGS, dir_fd=descriptor)
        except OSError:
            return self.remark(name, "could not be opened and was left out")
        try:
            self.take_folder(inner, path, name, depth + 1)
        finally:
            os.close(inner)

    def take_file(self, descriptor: int, path: Path, name: str) -> bool:
        """Add one file of an open folder, and say whether it was a database of which a whole copy was taken."""
        try:
            opened = os.open(path.name, FILE_FLAGS, dir_fd=descriptor)
        except OSError:
            self.remark(name, "vanished, or became a link, and was left out")
            return False
        with os.fdopen(opened, "rb") as stream:
            found = os.fstat(opened)
            if reason := self.refusal(found):
                self.remark(name, f"{reason} and was left out")
                return False
            self.files += 1
            if is_database(opened):
                if self.take_database(descriptor, path, found, name):
                    return True
                self.torn.append(plain(name))
                self.remark(name, "could not be read as a database; it was copied as it lies there")
            self.left_bytes -= found.st_size
            self.writer.add(name, stream, found.st_size, mode=found.st_mode, changed_s=found.st_mtime)
        return False

    def is_full(self) -> bool:
        """Whether there are as many files and folders as a backup may hold."""
        return self.files + self.folders >= MOST_ENTRIES

    def refusal(self, found: os.stat_result) -> str:
        """Return why an open file is not taken, or nothing."""
        if not stat.S_ISREG(found.st_mode):
            return "is no file any more"
        if found.st_nlink > 1 and found.st_uid != self.owner:
            return "is another name of a file that belongs to somebody else"
        if self.is_full():
            return f"comes after {MOST_ENTRIES:,} files and folders"
        if found.st_size > self.left_bytes:
            return f"({found.st_size:,} bytes) is larger than what an application may keep"
        return ""

    def take_database(self, folder: int, path: Path, found: os.stat_result, name: str) -> bool:
        """Add a whole copy of a database, and say whether SQLite could make one."""
        copy = self.scratch / "copy.db"
        try:
            if not copy_database(folder, path, found, copy, self.left_bytes):
                return False
            if len(self.databases) < MOST_DATABASES:
                self.databases[plain(name.partition("/")[2])] = describe(copy)
            with copy.open("rb") as stream:
                size = os.fstat(stream.fileno()).st_size
                self.left_bytes -= size
                self.writer.add(name, stream, size, mode=found.st_mode, changed_s=found.st_mtime)
            return True
        finally:
            for left in self.scratch.glob("copy.db*"):
                left.unlink()


def listed(descriptor: int) -> Iterator[tuple[str, os.stat_result]]:
    """Yield what lies in an open folder with its status, in order: a database before what is beside it."""
    for entry in sorted(os.listdir(descriptor)):
        try:
            yield entry, os.stat(entry, dir_fd=descriptor, follow_symlinks=False)
        except OSError:
            continue  # gone meanwhile
