"""The file of a backup: a gzipped tar, its manifest the last entry, and behind it a seal over every byte before.

Any `tar` reads it: the seal is one more gzip member, empty, with the SHA-256 in its comment. Before anything is used,
all of it is read once and compared (`verify`).
"""

import gzip
import json
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol

from models.errors import InvalidInput

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
# What may lie at the top of a backup. Nothing else is ever written into a data folder.
TOPS = frozenset({DUMP, "local-key", "storage", "repositories", "releases", "apps", "workspaces", "exports"})
# An empty gzip member (RFC 1952 §2.3) around a comment.
SEAL = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff%b\0\x03\0\0\0\0\0\0\0\0\0"
LEVEL = 1
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 256 * 1024 * 1024


class DamagedBackup(InvalidInput):
    """The file is no backup of ours, or not as it was written."""

    default_code = "backup_damaged"


class Readable(Protocol):
    """Whatever can be read in pieces."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. `files` maps each name to its SHA-256; sizes are in bytes."""

    format: int
    made_at: str
    version: str
    schema: str
    size_bytes: int
    files: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


class Steady:
    """A file as long as it was when it was opened: what is missing by now reads as zeros. Counts its hash."""

    def __init__(self, stream: Readable, size: int) -> None:
        self.stream, self.left, self.digest, self.short = stream, size, sha256(), False

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        wanted = self.left if size < 0 else min(size, self.left)
        piece = self.stream.read(wanted) if wanted else b""
        if len(piece) < wanted:
            self.short = True
            piece = piece.ljust(wanted, b"\0")
        self.left -= len(piece)
        self.digest.update(piece)
        return piece


class Sealed:
    """Passes on what is written, and at the end its seal."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.digest = stream, sha256()

    def write(self, piece: bytes) -> int:
        """Write a piece."""
        self.digest.update(piece)
        return self.stream.write(piece)

    def flush(self) -> None:
        """Hold nothing back."""
        self.stream.flush()

    def seal(self) -> None:
        """Write the seal."""
        self.stream.write(seal_of(self.digest.hexdigest()))


def seal_of(digest: str) -> bytes:
    """Return the seal over bytes with that SHA-256."""
    return SEAL % f"sha256:{digest}".encode()


class Writer:
    """Writes a backup, entry after entry, and its manifest at the end."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.sealed = Sealed(stream)
        self.packed = gzip.GzipFile("", "wb", LEVEL, self.sealed, mtime=0)
        self.tar = tarfile.open(fileobj=self.packed, mode="w", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - ended by finish
        self.files: dict[str, str] = {}
        self.remarks: list[str] = []
        self.size_bytes = 0

    def add_folder(self, name: str, mode: int) -> None:
        """Add a folder, so that an empty one comes back too."""
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode = tarfile.DIRTYPE, mode & 0o777
        self.tar.addfile(entry)

    def add(self, name: str, stream: Readable, size: int, *, mode: int = 0o600, changed_s: float = 0) -> None:
        """Add a file of `size` bytes."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, mode & 0o777, int(changed_s)
        steady = Steady(stream, size)
        self.tar.addfile(entry, steady)
        self.files[name] = steady.digest.hexdigest()
        self.size_bytes += size
        if steady.short:
            self.remarks.append(f"{name} became shorter while it was copied.")

    def finish(self, *, made_at: str, version: str, schema: str) -> Manifest:
        """Add the manifest and end the archive."""
        manifest = Manifest(FORMAT, made_at, version, schema, self.size_bytes, self.files, self.remarks)
        content = json.dumps(asdict(manifest)).encode("ascii")
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(content), 0o600
        self.tar.addfile(entry, Steady(BytesOnce(content), len(content)))
        self.tar.close()
        self.packed.close()
        self.sealed.seal()
        return manifest


class BytesOnce:
    """Bytes that are read once."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def verify(file: Path) -> Manifest:
    """Read a whole backup and compare every file in it with its hash. Nothing is written.

    Raises:
        DamagedBackup: it is none, a byte is another one, something is missing or too much.
    """
    check_seal(file)
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    with entries(file) as members:
        for member, stream in members:
            if manifest is not None or member.name in found:
                raise DamagedBackup(damaged(file, "it holds more than its manifest names"))
            if member.name == MANIFEST:
                manifest = read_manifest(stream.read(LARGEST_MANIFEST))
            elif member.isfile():
                found[member.name] = digest_of(stream)
    if manifest is None or found != manifest.files:
        raise DamagedBackup(damaged(file, "its files are not those that its manifest names"))
    return manifest


def check_seal(file: Path) -> None:
    """Refuse a file in which any byte is not as it was written."""
    digest = sha256()
    with file.open("rb") as stream:
        left = max(0, file.stat().st_size - len(seal_of("0" * 64)))
        while piece := stream.read(min(CHUNK, left)):
            digest.update(piece)
            left -= len(piece)
        if stream.read() != seal_of(digest.hexdigest()):
            raise DamagedBackup(damaged(file, "its checksum is another one"))


@contextmanager
def entries(file: Path) -> Iterator[Iterator[tuple[tarfile.TarInfo, Readable]]]:
    """Have the entries of a backup, in order, each with its content.

    Raises:
        DamagedBackup: while it is opened or read.
        OSError: the disk does not give it.
    """
    try:
        with gzip.open(file) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as tar:
            yield ((member, content(tar, member, file)) for member in tar)
    except (gzip.BadGzipFile, EOFError, zlib.error, tarfile.TarError, ValueError) as problem:
        raise DamagedBackup(damaged(file, str(problem))) from problem


def content(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path) -> Readable:
    """Return the content of an entry that may be in a backup: a file or a folder in one of the known places."""
    path = PurePosixPath(member.name)
    known = member.name == MANIFEST or (path.parts[:1] and path.parts[0] in TOPS)
    if not known or ".." in path.parts or "\0" in member.name or not (member.isfile() or member.isdir()):
        raise DamagedBackup(damaged(file, f"{member.name[:80]!r} has no place in one"))
    return tar.extractfile(member) or BytesOnce(b"")


def read_manifest(text: bytes) -> Manifest:
    """Return a manifest, or say that it is none, or of a later kind."""
    try:
        document: dict[str, Any] = json.loads(text)
        later = int(document["format"]) > FORMAT
        manifest = Manifest(**{name: document[name] for name in Manifest.__dataclass_fields__})
    except (ValueError, KeyError, TypeError) as problem:
        raise DamagedBackup("The manifest of this backup cannot be read. Take another backup.") from problem
    if later:
        raise InvalidInput(
            "This backup was made by a newer version. Restore it with that version.", "backup_newer"
        )
    return manifest


def digest_of(stream: Readable) -> str:
    """Return the SHA-256 of what a stream still has."""
    digest = sha256()
    while piece := stream.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def damaged(file: Path, reason: str) -> str:
    """Return the sentence for a file that cannot be used."""
    return (
        f"{file} is damaged or no backup of Ideasmith ({reason}). Nothing was changed; take another backup."
    )
