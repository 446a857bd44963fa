"""The code of an application as one hash, and a copy of it that is known to be the same."""

import hashlib
import os
import shutil
from pathlib import Path

from services.repositories import read_tree


def tree_hash(tree: Path) -> str:
    """Return the SHA-256 over every file below `tree`: its place, whether it may be run, its bytes."""
    digest = hashlib.sha256()
    for path, (content, executable) in sorted(read_tree(tree).items()):
        mode = b"x" if executable else b"-"
        digest.update(path.encode() + b"\0" + mode + hashlib.sha256(content).digest())
    return digest.hexdigest()


def copy_tree(source: Path, target: Path, wanted: str) -> bool:
    """Make `target` a copy of `source`, whole or not at all. False: `source` is gone, or is not what `wanted` says."""
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, draft, symlinks=True)
        # It may be written anew by its own execution while it is copied.
        if tree_hash(draft) != wanted:
            return False
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    except OSError:
        return False
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return True
