"""What two executions have written differently: between runs of one deployment, or of one template and its releases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from models.errors import NotFound
from models.executions import Execution
from models.templates import TemplateVersion
from services.accounts import Actor
from services.executions.files import files_below, tree_of, workspace
from services.executions.line_diff import unified
from services.executions.requests import find_execution

LONGEST_DIFF = 2_000  # lines of one file among all
LONGEST_ALONE = 100_000  # and of one that is asked for alone
MOST_BYTES = 2 << 20
OFFERED = 20


@dataclass(frozen=True, slots=True)
class Other:
    """An execution to compare with. `version` is the release of its template."""

    id: str
    name: str
    version: str
    created_at: datetime
    same_deployment: bool


@dataclass(frozen=True, slots=True)
class FileChange:
    """How one file differs: added, removed or changed. `lines` are those of a unified diff, without its head."""

    path: str
    kind: str
    added: int
    removed: int
    lines: list[str]
    note: str = ""


def list_others(session: Session, actor: Actor, execution_id: str) -> list[Other]:
    """Return earlier executions that can be compared with this one: of its deployment first, newest first."""
    row = find_execution(session, actor, execution_id)
    if not (workspace(row.id) / "tree").is_dir():
        return []
    statement = (
        select(Execution, TemplateVersion.version)
        .join(TemplateVersion, col(TemplateVersion.id) == col(Execution.template_version_id))
        .where(
            col(Execution.team_id) == row.team_id,
            col(Execution.template_slug) == row.template_slug,
            col(Execution.id) != row.id,
            col(Execution.example).is_(False),
        )
        .order_by(col(Execution.created_at).desc())
        .limit(OFFERED * 3)
    )
    found = [
        Other(other.id, other.name, version, other.created_at, same_deployment(row, other))
        for other, version in session.execute(statement)
        if (workspace(other.id) / "tree").is_dir()
    ]
    return sorted(found, key=lambda other: not other.same_deployment)[:OFFERED]


def same_deployment(one: Execution, other: Execution) -> bool:
    """Whether two executions made the same deployment."""
    return one.deployment_id is not None and one.deployment_id == other.deployment_id


def compare(
    session: Session,
    actor: Actor,
    execution_id: str,
    other_id: str,
    *,
    ignore_space: bool = False,
    most_lines: int = LONGEST_DIFF,
) -> list[FileChange]:
    """Return how this execution's files differ from another's, by path, with `most_lines` of each.

    With `ignore_space` lines that differ in white space only are equal.

    Raises:
        NotFound: one of them is none of the actor's teams, or its folder is not here.
    """
    after, before = tree_of(session, actor, execution_id), tree_of(session, actor, other_id)
    return list(changes(contents(before), contents(after), ignore_space=ignore_space, most_lines=most_lines))


def compare_file(
    session: Session, actor: Actor, execution_id: str, other_id: str, path: str, *, ignore_space: bool = False
) -> FileChange:
    """Return how one file differs, with all its lines.

    Raises:
        NotFound: as `compare` does, or there is no such file on either side.
    """
    after, before = tree_of(session, actor, execution_id), tree_of(session, actor, other_id)
    old, new = content_of(before, path), content_of(after, path)
    if old is None and new is None:
        raise NotFound("There is no file of that name in either execution.", "no_file")
    return change(path, old, new, ignore_space=ignore_space, most_lines=LONGEST_ALONE)


def contents(root: Path) -> dict[str, bytes]:
    """Return the files below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files_below(root)}


def content_of(root: Path, wanted: str) -> bytes | None:
    """Return one file below a folder. Only what the list has is read, so no path leads out of it."""
    found = next((path for path in files_below(root) if path.relative_to(root).as_posix() == wanted), None)
    return found.read_bytes() if found else None


def changes(
    before: dict[str, bytes],
    after: dict[str, bytes],
    *,
    ignore_space: bool = False,
    most_lines: int = LONGEST_DIFF,
) -> Iterator[FileChange]:
    """Yield every file that differs, by path."""
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old != new:
            yield change(path, old, new, ignore_space=ignore_space, most_lines=most_lines)


def change(
    path: str, old: bytes | None, new: bytes | None, *, ignore_space: bool, most_lines: int
) -> FileChange:
    """Return how one file differs."""
    kind = "added" if old is None else "removed" if new is None else "changed"
    if any(b"\x00" in content for content in (old or b"", new or b"")):
        return FileChange(path, kind, 0, 0, [], "Not text.")
    if max(len(old or b""), len(new or b"")) > MOST_BYTES:
        return FileChange(path, kind, 0, 0, [], "Too long to be compared here.")
    left, right = (lines_of(content or b"") for content in (old, new))
    lines = list(unified(left, right, ignore_space=ignore_space))
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    return FileChange(path, kind, added, removed, lines[:most_lines], note_of(kind, lines, most_lines))


def lines_of(content: bytes) -> list[str]:
    """Return the lines of a text file."""
    return content.decode("utf-8", "replace").splitlines()


def note_of(kind: str, lines: list[str], most: int) -> str:
    """Say why no line of a text differs, or how many more do than are given."""
    if not lines and kind == "changed":
        return "Only white space or the ends of its lines differ."
    return f"{len(lines) - most:,} more lines." if 0 < most < len(lines) else ""
