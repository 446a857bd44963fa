"""An upgrade as plain texts for its page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
    options: list[str] = field(default_factory=list)  # what is new or changed, each a line
    asks: bool = False  # something new is asked for, or what is there does not fit
    kept: list[str] = field(default_factory=list)
    changes: list[ChangeRow] = field(default_factory=list)
    conflicts: list[ConflictRow] = field(default_factory=list)
    stays: list[ConflictRow] = field(default_factory=list)  # deleted by the owner, changed by the template


def title_of(target: Target) -> str:
    """Say that there is something newer."""
    before, after = target.origin.version.version, target.version.version
    return f"Version {after} is out." if before != after else f"A newer state of version {after} is out."


def look_of(preview: Preview, labels: Mapping[str, str]) -> Look:
    """Return a preview as the page shows it, options by what people call them."""
    return Look(
        words=preview.words,
        refusal=preview.refusal,
        changelog=preview.changelog,
        options=[
            *(
                f"New: {labels.get(name, name)} = {words_of(value)}"
                for name, value in preview.new_options.items()
            ),
            *(
                f"{labels.get(one.name, one.name)}: {words_of(one.before)} → {words_of(one.after)}"
                for one in preview.changed_options
            ),
        ],
        asks=bool(preview.new_options or preview.refused_options),
        kept=preview.kept,
        changes=[change_row(one) for one in preview.changes],
        conflicts=[
            ConflictRow(one.path, one.words, one.take) for one in preview.conflicts if not one.settled
        ],
        stays=[ConflictRow(one.path, one.words, one.take) for one in preview.conflicts if one.settled],
    )


def words_of(value: Any) -> str:
    """Return a value as people read it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return f"“{value}”" if isinstance(value, str) else str(value)


def change_row(one: FileChange) -> ChangeRow:
    """Return one file."""
    lines = [DiffLine(line, LOOKS.get(line[:1], "diff-line")) for line in one.lines[:MOST_LINES]]
    note = f"{len(one.lines) - MOST_LINES:,} more lines." if len(one.lines) > MOST_LINES else one.note
    return ChangeRow(one.path, KINDS[one.kind], f"+{one.added} −{one.removed}", note, lines)
