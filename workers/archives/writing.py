"""Writing the file of a backup."""

import gzip
import json
import tarfile
from dataclasses import asdict
from hashlib import sha256
from typing import IO, Any

from workers.archives.archive import FORMAT, MANIFEST, BytesOnce, Manifest, Readable, seal_of

LEVEL = 1  # most of it is compressed already


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

    def finish(
        self, *, made_at: str, version: str, schema: str = "", about: dict[str, Any] | None = None
    ) -> Manifest:
        """Add the manifest and end the archive."""
        manifest = Manifest(
            FORMAT, made_at, version, schema, self.size_bytes, self.files, self.remarks, about or {}
        )
        content = json.dumps(asdict(manifest)).encode("ascii")
        entry = tarfile.TarInfo(MANIFEST)
        entry.size, entry.mode = len(content), 0o600
        self.tar.addfile(entry, Steady(BytesOnce(content), len(content)))
        self.tar.close()
        self.packed.close()
        self.sealed.seal()
        return manifest
