"""What the page of a deployment shows of its backups, as plain texts."""

from dataclasses import dataclass, field
from datetime import timedelta

from app.wording import count, moment, size
from models.clock import now
from services.deployment_backups import KIND_WORDS, BackupsView, BackupView, Preview, RestoreView

SHOWN_ROWS = 12
TOLD_FOR = timedelta(days=1)


@dataclass
class BackupRow:
    """One backup in the list. `made_at` is an ISO moment."""

    id: str
    made_at: str
    kind: str
    state: str
    size: str
    holds: str
    release: str
    note: str
    label: str


@dataclass
class Compared:
    """One line of a preview: what it counts, then and now."""

    what: str
    then: str
    now: str


@dataclass
class Plan:
    """A restore that is being thought about. Empty `id`: nothing is asked; empty `made_at`: it is being counted."""

    id: str = ""
    made_at: str = ""
    kind: str = ""
    newer: str = ""
    more: str = ""
    slug: str = ""
    problem: str = ""
    lines: list[Compared] = field(default_factory=list)


@dataclass
class Last:
    """The last restore, empty when there was none. `undo` is the backup that undoes it."""

    state: str = ""
    detail: str = ""
    at: str = ""
    undo: str = ""


def rows_of(view: BackupsView) -> list[BackupRow]:
    """Return the backups, newest first."""
    return [row_of(one) for one in view.items]


def row_of(one: BackupView) -> BackupRow:
    """Return one backup."""
    ready = one.state == "ready"
    kind = KIND_WORDS[one.kind]
    made = one.taken_at or one.created_at
    return BackupRow(
        id=one.id,
        made_at=moment(made),
        kind=kind,
        state=one.state,
        size=size(one.size_bytes) if ready else "–",
        holds=f"{count(one.files, 'file')}, {size(one.data_bytes)}" if ready else "",
        release=f"#{one.release_number}" if one.release_number else "–",
        note=one.detail or left_out(one),
        label=f"backup of {made:%d %b %Y, %H:%M} UTC",
    )


def left_out(one: BackupView) -> str:
    """Return what a backup does not hold, in a sentence."""
    if not one.remarks:
        return ""
    more = f" And {len(one.remarks) - 1} more." if len(one.remarks) > 1 else ""
    return f"{one.remarks[0]}{more}"


def last_of(view: RestoreView | None) -> Last:
    """Return the last restore, for a day: after that the backups and the trail tell of it."""
    if view is None or (view.finished_at is not None and now() - view.finished_at > TOLD_FOR):
        return Last()
    undo = view.before_id if view.state == "done" and view.before_id else ""
    return Last(view.state, view.detail, moment(view.finished_at or view.created_at), undo)


def plan_of(preview: Preview) -> Plan:
    """Return what a restore would change."""
    backup = preview.backup
    lines = [
        Compared("Files", f"{preview.files_then:,}", number(preview.files_now)),
        Compared("Size", size(preview.bytes_then), size(preview.bytes_now)),
    ]
    rows = [
        Compared(f"{row.table} ({row.database})", number(row.then), number(row.now)) for row in preview.rows
    ]
    newer = ""
    if preview.newer_release:
        newer = (
            f"This data was made with release #{preview.release_then}. Release #{preview.release_now} serves now and "
            "may expect newer data."
        )
    more = len(rows) - SHOWN_ROWS
    return Plan(
        id=backup.id,
        made_at=moment(backup.taken_at),
        kind=KIND_WORDS[backup.kind],
        newer=newer,
        more=f"{count(more, 'more table')} not shown." if more > 0 else "",
        slug=preview.slug,
        lines=[*lines, *rows[:SHOWN_ROWS]],
    )


def number(value: int | None) -> str:
    """Return a number, or a dash where it was not counted or is not there."""
    return "–" if value is None else f"{value:,}"
