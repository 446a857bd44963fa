"""The checks of the code itself: the archive, the commit, and every object of the repository."""

import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

from models.errors import IdeasmithError
from services import repositories
from services.provenance import statement, trees
from services.provenance.checks import Check, Outcome, failed, not_checked, ok
from services.provenance.encoding import sha256
from services.provenance.evidence import Evidence
from services.provenance.repository import check_objects, files_at, raw_commit

NO_CODE = "It has made no code."
NOTHING_SIGNED = "Nothing is signed that it could be held against."
MOST_BYTES = 512_000_000  # of what an archive unpacks to


def check_archive(name: str, evidence: Evidence, subjects: dict[str, Any]) -> Check:
    """Hold the archive against its hash, and the files in it against the tree."""
    wanted = subjects.get(statement.ARCHIVE)
    if wanted is None:
        return not_checked(name, nothing_to_compare(subjects))
    if evidence.archive is None:
        if evidence.gone.archive:
            return not_checked(name, evidence.gone.archive)
        return failed(name, "The archive is missing.")
    if sha256(evidence.archive) != wanted:
        return failed(name, "Its hash is not the one that was signed.")
    try:
        files = files_of(evidence.archive)
    except (zipfile.BadZipFile, zlib.error, ValueError, KeyError) as error:
        return failed(name, f"It cannot be unpacked: {error}.")
    return judged_files(name, files, subjects)


def nothing_to_compare(subjects: dict[str, Any]) -> str:
    """Say why there is nothing to hold the code against."""
    return NO_CODE if subjects else NOTHING_SIGNED


def files_of(archive: bytes) -> dict[str, tuple[bytes, bool]]:
    """Return the files of an archive of ours, without the folder that all of them lie in."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        entries = opened.infolist()
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise ValueError("it is larger than any application")
        return {
            entry.filename.partition("/")[2]: (
                opened.read(entry),
                bool(entry.external_attr >> 16 & 0o100),
            )
            for entry in entries
        }


def judged_files(name: str, files: trees.Files, subjects: dict[str, Any]) -> Check:
    """Compare files with what was signed about them."""
    if trees.git_tree(files) != subjects.get(statement.TREE):
        return failed(name, "Its files give another git tree than the one that was signed.")
    if trees.tree_sha256(files) != subjects.get(statement.FILES):
        return failed(name, "Its files have another hash than the one that was signed.")
    return ok(name, f"{len(files)} files, byte for byte those that were signed.")


def check_commit(name: str, content: bytes, subjects: dict[str, Any]) -> Check:
    """Hold a raw commit against its id and its tree, where there is no repository at hand."""
    wanted = subjects.get(statement.COMMIT)
    if wanted is None:
        return not_checked(name, nothing_to_compare(subjects))
    if trees.git_commit(content) != wanted:
        return failed(name, "The commit is not the one that was signed.")
    if content.split(b"\n", 1)[0] != f"tree {subjects.get(statement.TREE)}".encode():
        return failed(name, "The commit has another tree than the one that was signed.")
    return ok(name, f"The commit {wanted[:12]} holds the tree that was signed.")


def check_repository(name: str, evidence: Evidence, subjects: dict[str, Any]) -> Check:
    """Read every object of the repository, and the files of the commit from it."""
    wanted = subjects.get(statement.COMMIT)
    if wanted is None:
        return not_checked(name, nothing_to_compare(subjects))
    if not evidence.repositories:
        if evidence.gone.repository:
            return not_checked(name, evidence.gone.repository)
        return failed(name, "The repository is missing.")
    for repository in evidence.repositories:
        try:
            check_objects(repository)
            if repositories.contains(repository, wanted):
                return judged_repository(name, repository, wanted, subjects)
        except (IdeasmithError, OSError, ValueError) as error:
            return failed(name, f"Git finds something that was changed: {str(error)[:200]}")
    return failed(name, f"The commit {wanted[:12]} is not in it.")


def judged_repository(name: str, repository: Path, commit: str, subjects: dict[str, Any]) -> Check:
    """Compare a commit and its files with what was signed."""
    found = check_commit(name, raw_commit(repository, commit), subjects)
    if found.outcome is not Outcome.OK:
        return found
    judged = judged_files(name, files_at(repository, commit), subjects)
    if judged.outcome is not Outcome.OK:
        return judged
    return ok(name, f"Every object is whole. {found.reason}")
