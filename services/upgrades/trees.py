"""The three trees of an upgrade, each as path → (content, may be run)."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import Conflict
from services.catalog import TemplateFolder
from services.commands import CommandFailed
from services.provenance.trees import Files
from services.rendering import inside, render
from services.repositories import ENVIRONMENT, git, read_tree

FILE_MODES = ("100644", "100755")
MOST_FILES, MOST_BYTES = 5_000, 50 * 1024 * 1024
MOST_LISTED = 4 * 1024 * 1024  # of names, modes and hashes


def rendered(template: TemplateFolder, options: Mapping[str, Any]) -> Files:
    """Return what a template gives with these options."""
    with tempfile.TemporaryDirectory(prefix="ideasmith-upgrade-") as folder:
        tree = Path(folder, "tree")
        render(template, options, tree)
        return read_tree(tree)


def committed(repository: Path, commit: str) -> Files:
    """Return the files of a commit.

    Raises:
        Conflict: it holds a link or another repository, which a release cannot have, or more than one may.
    """
    try:
        listed = listing(repository, commit).decode()
    except UnicodeDecodeError:
        raise Conflict("The name of a file is no UTF-8. Rename it, then upgrade.", "no_plain_file") from None
    entries = [line.partition("\t") for line in listed.split("\0") if line]
    files: list[tuple[str, str, str]] = []
    total = 0
    for head, _, path in entries:
        mode, _, digest, size = head.split()
        if mode not in FILE_MODES:
            kind = "a link" if mode == "120000" else "another repository"
            raise Conflict(f"{path} is {kind}. Put a file in its place, then upgrade.", "no_plain_file")
        files.append((inside(path), mode, digest))
        total += int(size)
    if len(files) > MOST_FILES or total > MOST_BYTES:
        raise too_large()
    wanted = "".join(f"{digest}\n" for _, _, digest in files).encode()
    contents = blobs(git(repository, "cat-file", "--batch", stdin=wanted))
    return {
        path: (content, mode == "100755") for (path, mode, _), content in zip(files, contents, strict=True)
    }


def listing(repository: Path, commit: str) -> bytes:
    """Return what `git ls-tree` says of a commit, as much of it as a release may have.

    A pushed tree may name itself over and over: a few kilobytes that would be listed without an end.

    Raises:
        Conflict: it is more.
    """
    command = ("git", "ls-tree", "-r", "-l", "-z", "--full-tree", commit)
    environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **ENVIRONMENT}
    with subprocess.Popen(command, cwd=repository, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - a pipe, as asked for
        found = process.stdout.read(MOST_LISTED + 1)
        if len(found) > MOST_LISTED:
            process.kill()
            raise too_large()
    if process.returncode:
        raise CommandFailed(f"git could not list the files of {commit[:12]}.")
    return found


def too_large() -> Conflict:
    """Return the refusal of code that is more than a release may have."""
    return Conflict(
        f"The code in the repository is more than a release may have: {MOST_FILES:,} files and "
        f"{MOST_BYTES // 1024 // 1024} MB. Make it smaller, then upgrade.",
        "code_too_large",
    )


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
