"""The life of an export: asked for, made by a worker, taken home within a week.

The row is the job. One worker at a time holds its lease; one that is gone is followed by another, a few times.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.accounts import User
from models.clock import now
from models.db import after_commit
from models.errors import NotFound
from models.settings import settings
from models.teams import Export, ExportState
from services import audit, queue
from services.accounts import Actor, require
from services.messages import Action, queue_mail

KEPT = timedelta(days=7)
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
AT_WORK = (ExportState.QUEUED, ExportState.RUNNING)


@dataclass(frozen=True, slots=True)
class ExportView:
    """An export as its owner sees it. `progress` is of a hundred; `step` says what is being written."""

    id: str
    state: str
    progress: int
    step: str
    size_bytes: int
    error: str
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None


def archive_path(export_id: str) -> Path:
    """Return where the archive of an export lies, once it is whole."""
    return settings().data / "exports" / f"{export_id}.zip"


def request_export(session: Session, actor: Actor) -> ExportView:
    """Ask for an archive of everything of whoever asks. One that is being made already is the one that is meant.

    The archive of an earlier export is removed when the new one is asked for.

    Raises:
        NotAllowed: a key that does not say so.
    """
    require(actor, "account:export", actor.team_id)
    # Two clicks at once are one after the other.
    session.get_one(User, actor.user_id, with_for_update={"key_share": True})
    before = newest(session, actor)
    if before is not None and before.state in AT_WORK:
        return view_of(before)
    forget_exports(session, actor.user_id)
    row = Export(user_id=actor.user_id, team_id=actor.personal_team_id, lease_until=now() + LEASE)
    session.add(row)
    session.flush()
    audit.record(session, actor, "account.export_requested", row.id, actor.personal_team_id)
    queue.enqueue(session, "export_account", {"export_id": row.id})
    return view_of(row)


def latest_export(session: Session, actor: Actor) -> ExportView | None:
    """Return the export of whoever asks, or None when there is none, or none any more."""
    require(actor, "account:export", actor.team_id)
    row = newest(session, actor)
    return view_of(row) if row else None


def newest(session: Session, actor: Actor) -> Export | None:
    """Return the newest export of an account that has not ended."""
    statement = (
        select(Export)
        .where(Export.user_id == actor.user_id)
        .order_by(col(Export.created_at).desc(), col(Export.id).desc())
        .limit(1)
    )
    row = session.scalars(statement).one_or_none()
    return None if row is None or (row.expires_at is not None and row.expires_at <= now()) else row


def archive_file(session: Session, actor: Actor) -> Path:
    """Return the file of one's own finished export.

    Raises:
        NotFound: there is none, it is not finished, or its week is over.
    """
    require(actor, "account:export", actor.team_id)
    row = newest(session, actor)
    if row is None or row.state != ExportState.READY or not archive_path(row.id).is_file():
        raise NotFound(
            "There is no finished export of your account. Ask for one in the settings.", "no_export"
        )
    audit.record(session, actor, "account.export_taken", row.id, actor.personal_team_id)
    return archive_path(row.id)


def view_of(row: Export) -> ExportView:
    """Return what its owner sees of a row."""
    return ExportView(
        id=row.id,
        state=row.state,
        progress=row.progress,
        step=row.step,
        size_bytes=row.size_bytes,
        error=row.error,
        created_at=row.created_at,
        finished_at=row.finished_at,
        expires_at=row.expires_at,
    )


def claim(session: Session, export_id: str) -> tuple[str, int] | None:
    """Take an export to make, and return its account and the number of this attempt; None when it is not to be made.

    The number is the fence: a worker that was taken for gone writes nothing any more.
    """
    statement = (
        update(Export)
        .where(
            col(Export.id) == export_id,
            (col(Export.state) == ExportState.QUEUED)
            | ((col(Export.state) == ExportState.RUNNING) & (col(Export.lease_until) <= now())),
        )
        .values(
            state=ExportState.RUNNING,
            attempts=col(Export.attempts) + 1,
            lease_until=now() + LEASE,
            progress=0,
        )
        .returning(col(Export.user_id), col(Export.attempts))
    )
    found = session.execute(statement).one_or_none()
    return None if found is None else (found[0], found[1])


def report(session: Session, export_id: str, attempt: int, progress: int, step: str) -> bool:
    """Say how far a worker is. False when the export is another's by now, or gone."""
    return write(session, export_id, attempt, progress=progress, step=step, lease_until=now() + LEASE)


def finish(session: Session, export_id: str, attempt: int, size_bytes: int) -> bool:
    """Say that the archive lies there whole, and write to its owner."""
    done = write(
        session,
        export_id,
        attempt,
        state=ExportState.READY,
        progress=100,
        step="",
        size_bytes=size_bytes,
        finished_at=now(),
        expires_at=now() + KEPT,
    )
    if done:
        tell_owner(session, session.get_one(Export, export_id, populate_existing=True))
    return done


def fail(session: Session, export_id: str, attempt: int, error: str) -> bool:
    """Say that it could not be made, and why."""
    return write(
        session,
        export_id,
        attempt,
        state=ExportState.FAILED,
        error=error,
        finished_at=now(),
        expires_at=now() + KEPT,
    )


def write(session: Session, export_id: str, attempt: int, **values: object) -> bool:
    """Write into the row of an export as long as this attempt is the one that makes it."""
    mine = (col(Export.id) == export_id) & (col(Export.attempts) == attempt)
    statement = update(Export).where(mine, col(Export.state) == ExportState.RUNNING).values(**values)
    return session.scalar(statement.returning(col(Export.id))) is not None


def tell_owner(session: Session, row: Export) -> None:
    """Write that the archive waits."""
    user = session.get_one(User, row.user_id)
    if user.password_hash is None:
        return
    queue_mail(
        session,
        to=user.email,
        to_name=user.name,
        subject="Your export is ready",
        paragraphs=[
            "The archive with everything of your account is ready to download.",
            "It is removed after seven days. If you did not ask for it, change your password.",
        ],
        action=Action("Open the settings", f"{settings().public_url}/settings/data"),
        user_id=user.id,
    )


def forget_exports(session: Session, user_id: str) -> None:
    """Delete the exports of an account, their files after the commit."""
    for row in session.scalars(select(Export).where(Export.user_id == user_id)):
        forget(session, row)
    session.flush()


def forget(session: Session, row: Export) -> None:
    """Delete one export, and its file after the commit."""
    path = archive_path(row.id)
    session.delete(row)
    after_commit(session, lambda: path.unlink(missing_ok=True))


def keep_house(session: Session) -> int:
    """Remove exports whose week is over, and ring for those whose worker is gone. Returns how many were touched."""
    over = select(Export).where(col(Export.expires_at) <= now()).with_for_update(skip_locked=True)
    stuck = (
        select(Export)
        .where(col(Export.state).in_(AT_WORK), col(Export.lease_until) <= now())
        .with_for_update(skip_locked=True)
    )
    ended, waiting = list(session.scalars(over)), list(session.scalars(stuck))
    for row in ended:
        forget(session, row)
    for row in waiting:
        follow_up(session, row)
    return len(ended) + len(waiting)


def follow_up(session: Session, row: Export) -> None:
    """Ring again for an export that nobody makes, or give it up."""
    if row.attempts >= MOST_ATTEMPTS:
        row.state, row.finished_at, row.expires_at = ExportState.FAILED, now(), now() + KEPT
        row.error = "The export was begun several times and never came to its end. Ask for it once more."
        return
    row.state, row.lease_until = ExportState.QUEUED, now() + LEASE
    queue.enqueue(session, "export_account", {"export_id": row.id})
