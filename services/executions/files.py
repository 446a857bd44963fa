"""The code that an execution has written, while its folder is here: what there is, one file of it, and their hashes."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from sqlmodel import Session

from models.errors import NotFound
from models.settings import settings
from services.accounts import Actor
from services.executions.requests import find_execution

LONGEST = 512 * 1024  # a longer file is shown by its beginning
MOST = 5_000
NO_FILES = (
    "The files of this execution are not here: its code has not been written yet, or its folder was cleaned up "
    "since."
)


@dataclass(frozen=True, slots=True)
class FileView:
    """One file: its path from the root of the code, its size, and the SHA-256 of its content."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileText:
    """The content of a file as text. `cut` tells that more follows, `binary` that it is none."""

    path: str
    text: str
    binary: bool
    cut: bool


def list_files(session: Session, actor: Actor, execution_id: str) -> list[FileView]:
    """Return every file that an execution has written, by path. Empty: nothing yet, or cleaned up since."""
    find_execution(session, actor, execution_id)
    root = workspace(execution_id) / "tree"
    return [file_view(root, path) for path in files_below(root)] if root.is_dir() else []


def list_artefacts(session: Session, actor: Actor, execution_id: str) -> list[FileView]:
    """Return what an execution has made of its code, such as the archive. Empty: nothing yet, or cleaned up."""
    find_execution(session, actor, execution_id)
    folder = workspace(execution_id)
    return [file_view(folder, path) for path in [folder / "app.zip"] if path.is_file()]


def read_file(session: Session, actor: Actor, execution_id: str, wanted: str) -> FileText:
    """Return a file as text.

    Raises:
        NotFound: no such execution, or no such file of it.
    """
    root = tree_of(session, actor, execution_id)
    # Only what the list has is read, so no path leads out of the folder.
    found = next((path for path in files_below(root) if path.relative_to(root).as_posix() == wanted), None)
    if found is None:
        raise NotFound("There is no file of that name in this execution.", "no_file")
    with found.open("rb") as file:
        content = file.read(LONGEST + 1)
    return file_text(wanted, content)


def file_text(path: str, content: bytes) -> FileText:
    """Return content as text, if it is any."""
    head = content[:LONGEST]
    if b"\x00" in head:
        return FileText(path, "", True, False)
    return FileText(path, head.decode("utf-8", "replace"), False, len(content) > LONGEST)


def tree_of(session: Session, actor: Actor, execution_id: str) -> Path:
    """Return the folder of an execution's code, for who may see it."""
    find_execution(session, actor, execution_id)
    root = workspace(execution_id) / "tree"
    if not root.is_dir():
        raise NotFound(NO_FILES, "no_files")
    return root


def workspace(execution_id: str) -> Path:
    """Return the folder that an execution works in."""
    return settings().data / "workspaces" / execution_id


def files_below(root: Path) -> Iterator[Path]:
    """Yield the files below a folder by path, 5,000 at most; no link is followed."""
    for number, path in enumerate(sorted(root.rglob("*"))):
        if number >= MOST:
            return
        if path.is_file() and not path.is_symlink():
            yield path


def file_view(root: Path, path: Path) -> FileView:
    """Return a file with its hash."""
    with path.open("rb") as file:
        digest = sha256(file.read()).hexdigest()
    return FileView(path.relative_to(root).as_posix(), path.stat().st_size, digest)
