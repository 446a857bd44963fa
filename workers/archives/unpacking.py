"""Writing the files of a verified backup into a folder of our own."""

import os
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from workers.archives.archive import CHUNK, MANIFEST, TOPS, DamagedBackup, Manifest, Readable, damaged
from workers.archives.reading import entries


def unpack(file: Path, manifest: Manifest, into: Path, tops: Collection[str] = TOPS) -> None:
    """Write every entry of a backup below `into`, which is empty and closed to others.

    Raises:
        DamagedBackup: the file has changed since it was verified.
    """
    with entries(file, tops) as members:
        for member, stream in members:
            target = into / member.name
            if member.isdir():
                target.mkdir(mode=0o700, parents=True, exist_ok=True)
                target.chmod(member.mode & 0o777 | 0o700)
            elif member.name != MANIFEST:
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if write(target, stream, member.mode & 0o777) != manifest.files.get(member.name):
                    raise DamagedBackup(damaged(file, "it has changed while it was read"))
                os.utime(target, (member.mtime, member.mtime))


def write(target: Path, stream: Readable, mode: int) -> str:
    """Write one new file and return its SHA-256."""
    digest = sha256()
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode | 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        while piece := stream.read(CHUNK):
            digest.update(piece)
            opened.write(piece)
    target.chmod(mode | 0o600)
    return digest.hexdigest()
