"""What git has, read object by object: no attribute, filter or hook of the repository has a say in it."""

import hashlib
import zlib
from pathlib import Path

from services.provenance.trees import Files
from services.repositories import git


def check_objects(repository: Path) -> None:
    """Compute the id of every object again, and the checksums of packs and their indexes (git-fsck).

    Raises:
        CommandFailed: one of them is not what its name says, or is missing.
        ValueError: the same about a loose object, of which git does not read the end.
    """
    git(repository, "fsck", "--full", "--strict", "--no-dangling", "--no-progress")
    for path in (repository / "objects").glob("[0-9a-f][0-9a-f]/*"):
        check_loose(path)


def check_loose(path: Path) -> None:
    """Unpack a loose object to its last byte, with its checksum, and compare it with its name."""
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(path.read_bytes())
    except zlib.error as error:
        raise ValueError(f"{path.parent.name}{path.name} cannot be unpacked") from error
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    if not stream.eof or stream.unused_data or digest != path.parent.name + path.name:
        raise ValueError(f"{path.parent.name}{path.name} is not what its name says")


def raw_commit(repository: Path, commit: str) -> bytes:
    """Return the raw content of a commit object."""
    return git(repository, "cat-file", "commit", commit)


def files_at(repository: Path, commit: str) -> Files:
    """Return the files of a commit."""
    listed = git(repository, "ls-tree", "-r", "-z", "--full-tree", commit).decode()
    entries = [line.partition("\t") for line in listed.split("\0") if line]
    names = [head.split(" ") for head, _, _ in entries]
    wanted = "".join(f"{digest}\n" for _, _, digest in names).encode()
    contents = blobs(git(repository, "cat-file", "--batch", stdin=wanted), len(entries))
    return {
        path: (content, mode == "100755")
        for (_, _, path), (mode, _, _), content in zip(entries, names, contents, strict=True)
    }


def blobs(batch: bytes, count: int) -> list[bytes]:
    """Return the contents in what `git cat-file --batch` prints: a line with the size, the bytes, a line feed."""
    found, at = [], 0
    for _ in range(count):
        end = batch.index(b"\n", at)
        size = int(batch[at:end].rsplit(b" ", 1)[1])
        found.append(batch[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found
