"""What two executions have written differently: between runs of one deployment, or of one template and its releases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import unified_diff
from pathlib import Path

from sqlmodel import Session, col, select

from models.executions import Execution
from models.templates import TemplateVersion
from services.accounts import Actor
from services.executions.files import LONGEST, file_text, files_below, tree_of, workspace
from services.executions.requests import find_execution

CONTEXT_LINES = 3
LONGEST_DIFF = 2_000  # lines of one file
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


def compare(session: Session, actor: Actor, execution_id: str, other_id: str) -> list[FileChange]:
    """Return how this execution's files differ from another's, by path.

    Raises:
        NotFound: one of them is none of the actor's teams, or its folder is not here.
    """
    after, before = tree_of(session, actor, execution_id), tree_of(session, actor, other_id)
    return list(changes(contents(before), contents(after)))


def contents(root: Path) -> dict[str, bytes]:
    """Return the files below a folder."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files_below(root)}


def changes(before: dict[str, bytes], after: dict[str, bytes]) -> Iterator[FileChange]:
    """Yield every file that differs, by path."""
    for path in sorted(before.keys() | after.keys()):
        old, new = before.get(path), after.get(path)
        if old != new:
            yield change(path, old, new)


def change(path: str, old: bytes | None, new: bytes | None) -> FileChange:
    """Return how one file differs."""
    kind = "added" if old is None else "removed" if new is None else "changed"
    texts = [file_text(path, content or b"") for content in (old, new)]
    if any(text.binary for text in texts):
        return FileChange(path, kind, 0, 0, [], "Not text.")
    if max(len(old or b""), len(new or b"")) > LONGEST:
        return FileChange(path, kind, 0, 0, [], "Too long to be compared here.")
    left, right = (text.text.splitlines() for text in texts)
    lines = list(unified_diff(left, right, lineterm="", n=CONTEXT_LINES))[2:]
    added, removed = (sum(line.startswith(sign) for line in lines) for sign in "+-")
    note = f"{len(lines) - LONGEST_DIFF:,} more lines." if len(lines) > LONGEST_DIFF else ""
    return FileChange(path, kind, added, removed, lines[:LONGEST_DIFF], note)
