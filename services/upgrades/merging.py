"""A three-way merge of whole trees by git itself (git-merge-tree), and what becomes of its conflicts.

Base is what the old version renders, ours what the owner has made of it, theirs what the new version renders. Git
follows renames, and says which files it could not merge. Some of these merge by a closer look (`finer`), what the owner
has deleted stays deleted unless they say otherwise, and the rest is taken from the side that a person has named.
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
from services.upgrades.conflicts import Conflict, Stage, conflicts_of, stages_of, with_choice
from services.upgrades.finer import merged_finer
from services.upgrades.trees import blobs, committed

Side = Literal["ours", "theirs"]
SIDES = ("ours", "theirs")
NAMES = ("yours", "template")  # in the marks that git leaves in what it could not merge
MOST_CLOSER = 100  # conflicts that are looked at closely: somebody may have made thousands
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
    decided = [with_choice(one, chosen, ours) for one in conflicts]
    if chosen:
        path = next(iter(chosen))
        raise InvalidInput(f"{path[:200]} is in no conflict, so no side can be taken.", "no_such_conflict")
    result = dict(files)
    for one in decided:
        if one.take:
            settle(result, one, ours if one.take == "ours" else theirs)
    return Merged(result, tuple(decided))


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
    stages = stages_of(entries)
    conflicts = conflicts_of(list(stages), messages, ours, theirs)
    files = dict(committed(repository, tree))
    closer, others = conflicts[:MOST_CLOSER], conflicts[MOST_CLOSER:]
    left = [one for one in closer if not merge_closer(repository, one, stages, files)] + others
    return files, left


def merge_closer(
    repository: Path,
    conflict: Conflict,
    stages: Mapping[str, dict[str, Stage]],
    files: dict[str, tuple[bytes, bool]],
) -> bool:
    """Merge one text in conflict by a closer look, and say whether that could be done."""
    sides = stages.get(conflict.path, {})
    if conflict.kind != "contents" or len(conflict.paths) != 1 or len(sides) != 3:
        return False
    wanted = "".join(f"{sides[number][1]}\n" for number in "123").encode()
    base, ours, theirs = blobs(git(repository, "cat-file", "--batch", stdin=wanted))
    found = merged_finer(conflict.path, base, ours, theirs)
    if found is None:
        return False
    files[conflict.path] = (found, files[conflict.path][1])
    return True


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
