"""What a hash-pinned lock says: every package with its version and the wheels that may be taken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from services.scanner.licences import normal

ENTRY = re.compile(r"(?m)^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)((?:[^\n]*\\\n)*[^\n]*)")
# "; sys_platform == 'win32'": locked for machines of another kind.
MARKER = re.compile(r"^\s*;")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Wheel:
    """One package of a lock. Installing takes a file with one of the hashes and refuses all others."""

    name: str
    version: str
    sha256: tuple[str, ...]
    elsewhere: bool  # only needed on machines of another kind

    @property
    def purl(self) -> str:
        """The package's address as a package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"

    def as_data(self) -> dict[str, Any]:
        """Return the package for a document."""
        found: dict[str, Any] = {"name": self.name, "version": self.version, "sha256": list(self.sha256)}
        return {**found, "elsewhere": True} if self.elsewhere else found


def wheels(lock: str) -> Iterator[Wheel]:
    """Yield the packages of a lock in its order."""
    for name, version, rest in ENTRY.findall(lock):
        yield Wheel(normal(name), version, tuple(HASH.findall(rest)), bool(MARKER.match(rest)))
