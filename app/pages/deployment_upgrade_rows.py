"""An upgrade as plain texts for its page."""

from dataclasses import dataclass, field

from services.executions.comparing import FileChange
from services.upgrades.preview import Preview, Target

KINDS = {"added": "Added", "removed": "Removed", "changed": "Changed"}
LOOKS = {"+": "diff-line added", "-": "diff-line removed", "@": "diff-line place"}
MOST_LINES = 400  # of one file; the API has them all


@dataclass
class DiffLine:
    """One line of a difference and its look."""

    text: str
    look: str


@dataclass
class ChangeRow:
    """One file that changes."""

    path: str
    kind: str
    figures: str
    note: str
    lines: list[DiffLine]


@dataclass
class ConflictRow:
    """One file that a person decides about."""

    path: str
    words: str
    take: str


@dataclass
class Look:
    """The whole preview."""

    words: str = ""
    refusal: str = ""
    changelog: str = ""
    options: str = ""
    kept: list[str] = field(default_factory=list)
    changes: list[ChangeRow] = field(default_factory=list)
    conflicts: list[ConflictRow] = field(default_factory=list)


def title_of(target: Target) -> str:
    """Say that there is something newer."""
    before, after = target.origin.version.version, target.version.version
    return f"Version {after} is out." if before != after else f"A newer state of version {after} is out."


def look_of(preview: Preview) -> Look:
    """Return a preview as the page shows it."""
    return Look(
        words=preview.words,
        refusal=preview.refusal,
        changelog=preview.changelog,
        options=", ".join(f"{name} = {value}" for name, value in preview.new_options.items()),
        kept=preview.kept,
        changes=[change_row(one) for one in preview.changes],
        conflicts=[ConflictRow(one.path, one.words, one.take) for one in preview.conflicts],
    )


def change_row(one: FileChange) -> ChangeRow:
    """Return one file."""
    lines = [DiffLine(line, LOOKS.get(line[:1], "diff-line")) for line in one.lines[:MOST_LINES]]
    note = f"{len(one.lines) - MOST_LINES:,} more lines." if len(one.lines) > MOST_LINES else one.note
    return ChangeRow(one.path, KINDS[one.kind], f"+{one.added} −{one.removed}", note, lines)
