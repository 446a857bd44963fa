"""Hashes over all files of an application: one that anybody can make with `sha256sum`, and the one that git makes.

Files are given as path → (content, may be run), as `repositories.read_tree` reads them.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

Files = Mapping[str, tuple[bytes, bool]]


def tree_sha256(files: Files) -> str:
    """Return the hash over the lines that `sha256sum` prints of the files, sorted by their paths.

    It is `Hash1` of Go's dirhash, which in-toto calls dirHash. It knows nothing of modes; git's tree does.
    """
    lines = [f"{hashlib.sha256(files[path][0]).hexdigest()}  {path}\n" for path in sorted(files)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def git_tree(files: Files) -> str:
    """Return the id of the tree object that git writes for these files (gitformat-pack, SHA-1)."""
    return tree_object(nested(files)).hex()


def git_commit(content: bytes) -> str:
    """Return the id of a commit, given its raw content."""
    return git_object(b"commit", content).hex()


def nested(files: Files) -> dict[str, Any]:
    """Return the files as folders in folders."""
    top: dict[str, Any] = {}
    for path, entry in files.items():
        *folders, name = path.split("/")
        place = top
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = entry
    return top


def tree_object(folder: dict[str, Any]) -> bytes:
    """Return the id of one folder as bytes."""
    lines = []
    for name, entry in folder.items():
        if isinstance(entry, dict):
            # Git sorts a folder as if its name ended in a slash.
            lines.append((f"{name}/".encode(), b"40000 " + name.encode() + b"\0" + tree_object(entry)))
        else:
            content, executable = entry
            mode = b"100755 " if executable else b"100644 "
            lines.append((name.encode(), mode + name.encode() + b"\0" + git_object(b"blob", content)))
    return git_object(b"tree", b"".join(line for _, line in sorted(lines)))


def git_object(kind: bytes, content: bytes) -> bytes:
    """Return the id of an object as bytes."""
    # SHA-1 is what git names its objects by; nothing here rests on it alone.
    return hashlib.sha1(b"%s %d\0" % (kind, len(content)) + content, usedforsecurity=False).digest()
