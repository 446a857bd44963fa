"""A three-way merge of whole trees by git itself (git-merge-tree), and what becomes of its conflicts.

Base is what the old version renders, ours what the owner has made of it, theirs what the new version renders. Git
follows renames, and says which files it could not merge; those it takes from the side that a person has named.
"""

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from models.errors import InvalidInput
from services.provenance.trees import Files
from services.repositories import Commit, git, import_stream, make_bare
from services.upgrades.trees import committed

Side = Literal["ours", "theirs"]
SIDES = ("ours", "theirs")
NAMES = ("yours", "template")  # in the marks that git leaves in what it could not merge
AT = datetime(2000, 1, 1, tzinfo=UTC)  # in commits that nobody ever sees
# Where the template puts a new file is where its own code looks for it, whatever folder the owner has renamed.
CONFIGURED = (
    "-c",
    "merge.directoryRenames=false",
    "-c",
    "merge.renames=true",
    "-c",
    "merge.renameLimit=5000",
)
WORDS = {
    "contents": "You and the template have changed the same lines.",
    "binary": "You and the template have both changed it, and it is no text.",
    "modify/delete": "One of you has changed it, the other has deleted it.",
    "rename/delete": "One of you has renamed it, the other has deleted it.",
    "rename/rename": "You and the template have given it different names.",
    "add/add": "You and the template have both added a file with this name.",
    "file/directory": "For one of you this is a file, for the other a folder.",
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """What git could not merge: one file, with the other names that belong to it. `take` is the side chosen for it."""

    path: str
    kind: str
    words: str
    paths: tuple[str, ...]
    take: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge. `files` is whole only when every conflict has been decided."""

    files: Files
    conflicts: tuple[Conflict, ...]

    @property
    def open(self) -> list[Conflict]:
        """The conflicts that nobody has decided."""
        return [one for one in self.conflicts if not one.take]


def merge(base: Files, ours: Files, theirs: Files, take: Mapping[str, str] | None = None) -> Merged:
    """Merge, with `take` naming the side ("ours", "theirs") for files in conflict.

    Raises:
        InvalidInput: `take` names a side that there is not, or a file that is in no conflict.
    """
    chosen = dict(take or {})
    if strange := next((side for side in chosen.values() if side not in SIDES), None):
        raise InvalidInput(f"One can take ours or theirs, not {strange[:40]!r}.", "unknown_side")
    folder = Path(tempfile.mkdtemp(prefix="ideasmith-merge-"))
    try:
        files, conflicts = merged_by_git(folder / "repository.git", base, ours, theirs)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    decided = [with_choice(one, chosen) for one in conflicts]
    if chosen:
        path = next(iter(chosen))
        raise InvalidInput(f"{path[:200]} is in no conflict, so no side can be taken.", "no_such_conflict")
    result = dict(files)
    for one in decided:
        if one.take:
            settle(result, one, ours if one.take == "ours" else theirs)
    return Merged(result, tuple(decided))


def with_choice(conflict: Conflict, chosen: dict[str, str]) -> Conflict:
    """Return a conflict with what was chosen for it, and strike that off."""
    take = ""
    for path in conflict.paths:
        take = chosen.pop(path, "") or take
    return Conflict(conflict.path, conflict.kind, conflict.words, conflict.paths, take)


def settle(result: dict[str, tuple[bytes, bool]], conflict: Conflict, side: Files) -> None:
    """Let every name of a conflict be what it is on one side: its file, or none."""
    for path in conflict.paths:
        result.pop(path, None)
    for path in conflict.paths:
        # Where a file and a folder claim one name, the folder's files stand for it on their side.
        for name in [one for one in side if one == path or one.startswith(f"{path}/")]:
            clear_way(result, name)
            result[name] = side[name]


def clear_way(result: dict[str, tuple[bytes, bool]], name: str) -> None:
    """Take away what cannot lie beside `name`: files below it, and a file in the place of one of its folders."""
    for other in [one for one in result if one.startswith(f"{name}/") or name.startswith(f"{one}/")]:
        del result[other]


def merged_by_git(repository: Path, base: Files, ours: Files, theirs: Files) -> tuple[Files, list[Conflict]]:
    """Return git's result, with its marks in what it could not merge, and the conflicts in order."""
    repository.mkdir(parents=True)
    make_bare(repository)
    # No attribute of the owner's has a say: git would read them where HEAD points to.
    (repository / "HEAD").write_text("ref: refs/heads/none\n")
    write_sides(repository, base, ours, theirs)
    said = git(
        repository, *CONFIGURED, "merge-tree", "--write-tree", "-z", "--messages", *NAMES,
        accept=frozenset({0, 1}),
    ).decode()  # fmt: skip
    tree, _, rest = said.partition("\0")
    entries, _, messages = rest.partition("\0\0") if not rest.startswith("\0") else ("", "", rest[1:])
    unmerged = [line.partition("\t")[2] for line in entries.split("\0") if line]
    return committed(repository, tree), conflicts_of(unmerged, messages, ours, theirs)


def write_sides(repository: Path, base: Files, ours: Files, theirs: Files) -> None:
    """Write the three trees as commits, two upon the first, and give these two their names."""
    stream = [b"feature done\n"]
    for number, files in enumerate((base, ours, theirs), 1):
        stream += import_stream(Commit("", AT, files), number, "" if number == 1 else ":1")
    stream.append(b"get-mark :2\nget-mark :3\ndone\n")
    ids = (
        git(repository, "fast-import", "--quiet", "--done", "--force", stdin=b"".join(stream))
        .decode()
        .split()
    )
    named = "".join(f"create refs/heads/{name} {one}\n" for name, one in zip(NAMES, ids, strict=True))
    git(repository, "update-ref", "--stdin", stdin=named.encode())


def conflicts_of(unmerged: list[str], messages: str, ours: Files, theirs: Files) -> list[Conflict]:
    """Return the conflicts: names that one message binds together are one."""
    groups: list[tuple[str, set[str]]] = [
        (kind, set(paths)) for kind, paths in read_messages(messages) if kind.startswith("CONFLICT")
    ]
    groups += [("", {path}) for path in unmerged]
    joined: list[tuple[str, set[str]]] = []
    for kind, paths in groups:
        touching = [one for one in joined if one[1] & paths]
        joined = [one for one in joined if not one[1] & paths]
        joined.append(
            (
                next((k for k, _ in [*touching, (kind, paths)] if k), ""),
                paths.union(*(p for _, p in touching)),
            )
        )
    return sorted(
        (conflict_of(kind, paths, ours, theirs) for kind, paths in joined), key=lambda one: one.path
    )


def conflict_of(kind: str, paths: set[str], ours: Files, theirs: Files) -> Conflict:
    """Return one conflict, called by the name that its owner knows it by."""
    word = kind.partition("(")[2].rstrip(")") or "contents"
    named = sorted(paths, key=lambda path: (path not in ours, path not in theirs, path))
    return Conflict(named[0], word, WORDS.get(word, "Git cannot merge it."), tuple(sorted(paths)))


def read_messages(messages: str) -> list[tuple[str, list[str]]]:
    """Return the kind and the paths of each message in git-merge-tree's form: count, paths, kind, text, by zeros."""
    words, found, at = messages.split("\0"), [], 0
    while at < len(words) and words[at].isdigit():
        count = int(words[at])
        paths, kind = words[at + 1 : at + 1 + count], words[at + 1 + count]
        found.append((kind, paths))
        at += count + 3
    return found
