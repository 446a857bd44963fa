"""The file of a backup: a gzipped tar, its manifest the last entry, and behind it a seal over every byte before.

Any `tar` reads it: the seal is one more gzip member, empty, with the SHA-256 in its comment.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from models.errors import InvalidInput

FORMAT = 1
MANIFEST = "manifest.json"
DUMP = "database.dump"
# What may lie at the top of a backup of the installation. Nothing else is ever written into a data folder.
TOPS = frozenset(
    {DUMP, "local-key", "keys", "storage", "repositories", "releases", "apps", "workspaces", "exports"}
)
# An empty gzip member (RFC 1952 §2.3) around a comment.
SEAL = b"\x1f\x8b\x08\x10\0\0\0\0\0\xff%b\0\x03\0\0\0\0\0\0\0\0\0"
CHUNK = 1024 * 1024


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
    about: dict[str, Any] = field(default_factory=dict)  # what else is known, in an application's backup


class BytesOnce:
    """Bytes that are read once."""

    def __init__(self, content: bytes) -> None:
        self.rest = content

    def read(self, size: int, /) -> bytes:
        """Return the next bytes."""
        piece, self.rest = self.rest[:size], self.rest[size:]
        return piece


def seal_of(digest: str) -> bytes:
    """Return the seal over bytes with that SHA-256."""
    return SEAL % f"sha256:{digest}".encode()


def damaged(file: Path, reason: str) -> str:
    """Return the sentence for a file that cannot be used."""
    return (
        f"{file} is damaged or no backup of Ideasmith ({reason}). Nothing was changed; take another backup."
    )
