"""The nightly backups: asked for by the clock, one a night, and how many of all backups are kept."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from models.clock import now
from models.deployment_backups import (
    BackupKind,
    BackupState,
    DeploymentBackup,
    DeploymentRestore,
    RestoreState,
)
from models.ids import decode_id, new_id
from models.settings import settings
from services.deployments.bell import ring_keeper

DAYS, WEEKS = 7, 4
# Of those that were made before something, as many as there are releases to go back to.
BEFORE = {BackupKind.BEFORE_RESTORE: 5, BackupKind.BEFORE_RELEASE: 5}
FAILED_KEPT = timedelta(days=7)

DUE = text(
    """
    SELECT d.id, d.team_id, r.id, r.number, v.version
      FROM deployments d
      LEFT JOIN releases r ON r.id = COALESCE(d.observed_release_id, d.wanted_release_id)
      LEFT JOIN executions e ON e.id = r.execution_id
      LEFT JOIN template_versions v ON v.id = e.template_version_id
     WHERE d.deleted_at IS NULL AND d.wanted <> 'deleted' AND d.nightly_backup AND d.created_at < :began
       AND NOT EXISTS (SELECT FROM deployment_backups b WHERE b.deployment_id = d.id AND b.night = :night)
    """
)
ADD = text(
    """
    INSERT INTO deployment_backups (id, deployment_id, team_id, kind, state, night, release_id, release_number,
           template_version, size_bytes, data_bytes, files, contents, detail, attempts, created_at)
    VALUES (:id, :deployment_id, :team_id, 'nightly', 'wanted', :night, :release_id, :release_number, :version,
            0, 0, 0, '{}', '', 0, :at)
    ON CONFLICT (deployment_id, night) DO NOTHING
    """
)


def want_nightly(session: Session) -> int:
    """Want tonight's backup of every deployment whose switch is on, once, and return how many are new.

    A machine that was off at the hour makes up for it when it is on again.
    """
    began = night_of(now())
    due = session.execute(DUE, {"began": began, "night": began.date()}).all()
    rows = [
        {
            "id": decode_id("bkup", new_id("bkup")),
            "deployment_id": deployment_id,
            "team_id": team_id,
            "night": began.date(),
            "release_id": release_id,
            "release_number": number,
            "version": version or "",
            "at": now(),
        }
        for deployment_id, team_id, release_id, number, version in due
    ]
    if rows:
        session.execute(ADD, rows)
        ring_keeper(session, "")
    return len(rows)


def night_of(moment: datetime) -> datetime:
    """Return when the last night's backups were to begin."""
    tonight = moment.replace(hour=settings().backup_hour, minute=0, second=0, microsecond=0)
    return tonight if tonight <= moment else tonight - timedelta(days=1)


def prune(session: Session, deployment_id: str) -> None:
    """Let go of the backups of a deployment that are no longer kept. The keeper removes them."""
    live = select(DeploymentBackup).where(
        col(DeploymentBackup.deployment_id) == deployment_id, col(DeploymentBackup.delete_at).is_(None)
    )
    rows = list(session.scalars(live.order_by(col(DeploymentBackup.created_at).desc())))
    kept = {row.id for row in kept_of(rows)} | needed(session, deployment_id)
    for row in rows:
        if row.id not in kept:
            row.delete_at = now()
    session.flush()


def needed(session: Session, deployment_id: str) -> set[str]:
    """Return the backups that a restore works with."""
    statement = select(DeploymentRestore).where(
        col(DeploymentRestore.deployment_id) == deployment_id,
        col(DeploymentRestore.state) == RestoreState.WANTED,
    )
    return {one for row in session.scalars(statement) for one in (row.backup_id, row.before_id) if one}


def kept_of(newest_first: Sequence[DeploymentBackup]) -> list[DeploymentBackup]:
    """Return those that stay: all by hand, 7 daily and 4 weekly, 5 before restores and before releases each.

    What is being made stays, and what could not be made for a week, so that its reason can be read.
    """
    young = now() - FAILED_KEPT
    ready = [row for row in newest_first if row.state == BackupState.READY]
    kept = [
        row
        for row in newest_first
        if row.state == BackupState.WANTED or (row.state != BackupState.READY and row.created_at > young)
    ]
    kept += [row for row in ready if row.kind == BackupKind.MANUAL]
    for kind, most in BEFORE.items():
        kept += [row for row in ready if row.kind == kind][:most]
    return [*kept, *nightly_kept([row for row in ready if row.kind == BackupKind.NIGHTLY])]


def nightly_kept(newest_first: Iterable[DeploymentBackup]) -> list[DeploymentBackup]:
    """Return the newest of each of the last seven days, and of each of the last four weeks, that have one."""
    days: dict[date, DeploymentBackup] = {}
    weeks: dict[tuple[int, int], DeploymentBackup] = defaultdict()
    for row in newest_first:
        night = row.night or row.created_at.date()
        year, week, _ = night.isocalendar()
        days.setdefault(night, row)
        weeks.setdefault((year, week), row)
    chosen = [*list(days.values())[:DAYS], *list(weeks.values())[:WEEKS]]
    return list({row.id: row for row in chosen}.values())
