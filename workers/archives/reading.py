"""Reading the file of a backup: all of it once, compared byte by byte, before anything in it is used."""

import gzip
import json
import tarfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from models.errors import InvalidInput
from workers.archives.archive import (
    CHUNK,
    FORMAT,
    MANIFEST,
    TOPS,
    BytesOnce,
    DamagedBackup,
    Manifest,
    Readable,
    damaged,
    seal_of,
)

LARGEST_MANIFEST = 256 * 1024 * 1024


def verify(file: Path, tops: Collection[str] = TOPS) -> Manifest:
    """Read a whole backup and compare every file in it with its hash. Nothing is written.

    `tops` names what may lie at its top.

    Raises:
        DamagedBackup: it is none, a byte is another one, something is missing or too much.
    """
    check_seal(file)
    found: dict[str, str] = {}
    manifest: Manifest | None = None
    with entries(file, tops) as members:
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
def entries(file: Path, tops: Collection[str] = TOPS) -> Iterator[Iterator[tuple[tarfile.TarInfo, Readable]]]:
    """Have the entries of a backup, in order, each with its content.

    Raises:
        DamagedBackup: while it is opened or read.
        OSError: the disk does not give it.
    """
    try:
        with gzip.open(file) as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as tar:
            yield ((member, content(tar, member, file, tops)) for member in tar)
    except (gzip.BadGzipFile, EOFError, zlib.error, tarfile.TarError, ValueError) as problem:
        raise DamagedBackup(damaged(file, str(problem))) from problem


def content(tar: tarfile.TarFile, member: tarfile.TarInfo, file: Path, tops: Collection[str]) -> Readable:
    """Return the content of an entry that may be in a backup: a file or a folder in one of the known places."""
    path = PurePosixPath(member.name)
    known = member.name == MANIFEST or (path.parts[:1] and path.parts[0] in tops)
    if not known or ".." in path.parts or "\0" in member.name or not (member.isfile() or member.isdir()):
        raise DamagedBackup(damaged(file, f"{member.name[:80]!r} has no place in one"))
    return tar.extractfile(member) or BytesOnce(b"")


def read_manifest(text: bytes) -> Manifest:
    """Return a manifest, or say that it is none, or of a later kind."""
    try:
        document: dict[str, Any] = json.loads(text)
        later = int(document["format"]) > FORMAT
        known = {name: document[name] for name in Manifest.__dataclass_fields__ if name in document}
        manifest = Manifest(**known)
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
