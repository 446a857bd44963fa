"""The three trees of an upgrade, each as path → (content, may be run)."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import Conflict
from services.catalog import TemplateFolder
from services.provenance.trees import Files
from services.rendering import inside, render
from services.repositories import git, read_tree

FILE_MODES = ("100644", "100755")


def rendered(template: TemplateFolder, options: Mapping[str, Any]) -> Files:
    """Return what a template gives with these options."""
    with tempfile.TemporaryDirectory(prefix="ideasmith-upgrade-") as folder:
        tree = Path(folder, "tree")
        render(template, options, tree)
        return read_tree(tree)


def committed(repository: Path, commit: str) -> Files:
    """Return the files of a commit.

    Raises:
        Conflict: it holds a link or another repository, which a release cannot have.
    """
    try:
        listed = git(repository, "ls-tree", "-r", "-z", "--full-tree", commit).decode()
    except UnicodeDecodeError:
        raise Conflict("The name of a file is no UTF-8. Rename it, then upgrade.", "no_plain_file") from None
    entries = [line.partition("\t") for line in listed.split("\0") if line]
    files: list[tuple[str, str, str]] = []
    for head, _, path in entries:
        mode, _, digest = head.split(" ")
        if mode not in FILE_MODES:
            kind = "a link" if mode == "120000" else "another repository"
            raise Conflict(f"{path} is {kind}. Put a file in its place, then upgrade.", "no_plain_file")
        files.append((inside(path), mode, digest))
    wanted = "".join(f"{digest}\n" for _, _, digest in files).encode()
    contents = blobs(git(repository, "cat-file", "--batch", stdin=wanted))
    return {
        path: (content, mode == "100755") for (path, mode, _), content in zip(files, contents, strict=True)
    }


def blobs(batch: bytes) -> list[bytes]:
    """Return the contents in what `git cat-file --batch` prints: a line with the size, the bytes, a line feed."""
    found, at = [], 0
    while at < len(batch):
        end = batch.index(b"\n", at)
        size = int(batch[at:end].rsplit(b" ", 1)[1])
        found.append(batch[end + 1 : end + 1 + size])
        at = end + 1 + size + 1
    return found


def write_files(files: Files, into: Path) -> None:
    """Write files into a folder, as a rendering does: the same modes whatever the umask is here."""
    for path, (content, executable) in sorted(files.items()):
        file = into / path
        for folder in reversed(file.relative_to(into).parents[:-1]):
            (into / folder).mkdir(exist_ok=True)
            (into / folder).chmod(0o755)
        file.write_bytes(content)
        file.chmod(0o755 if executable else 0o644)
