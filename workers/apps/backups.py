"""The keeper's part in backups: makes those that are wanted, removes those that go, tells how restores ended.

The row is the wish, and there is one keeper: killed anywhere, the next one finds the row still open and makes the
archive again under the same name.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlmodel import Session

from models.deployment_backups import BackupKind, BackupState
from services.deployment_backups import keeping
from services.deployment_backups.before_release import MOST_BYTES as MOST_BEFORE_RELEASE
from services.deployment_backups.keeping import Order, Verdict
from services.deployment_backups.places import ENDING, archive_path
from services.deployments.limits import MB
from services.deployments.places import app_folder, data_folder
from workers.apps.database import Database
from workers.apps.orders import Ended, OrderFailed, TooLarge, take
from workers.apps.removal import remove_tree

log = structlog.get_logger()

POLL_S = 1.0
TOO_LATE = "The new release did not wait for it any longer."
TOO_MUCH = (
    f"There is more than {MOST_BEFORE_RELEASE // MB} MB of data, so no backup was made before this release. "
    "Make one by hand before you deploy."
)


class Backups:
    """The backups of all apps of this machine, in two lanes: what a release waits for, and the rest."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rung = (asyncio.Event(), asyncio.Event())
        self.verdicts: dict[str, Verdict] = {}
        self.too_late: set[str] = set()
        self.swept = asyncio.Event()

    def ring(self) -> None:
        """Look again now."""
        for lane in self.rung:
            lane.set()

    def ended(self, verdict: Verdict) -> None:
        """Have it stored how a restore ended: soon, or when the database is back."""
        self.verdicts[verdict.restore_id] = verdict
        self.ring()

    def miss(self, backup_id: str) -> None:
        """Hear that a release does not wait for its backup any longer: what is made now is of the wrong moment."""
        self.too_late.add(backup_id)

    async def urgent_for_ever(self) -> None:
        """Make the backups that a release waits for."""
        await self.swept.wait()  # what is made meanwhile would not be known to the sweep
        while True:
            self.rung[0].clear()
            if not await self.make_next(urgent=True):
                await pause(self.rung[0])

    async def rest_for_ever(self) -> None:
        """Do everything else, beginning with what an earlier life left half-done."""
        while True:
            self.rung[1].clear()
            if not self.swept.is_set() and await self.sweep():
                self.swept.set()
            await self.tell()
            await self.remove_due()
            if not await self.make_next(urgent=False):
                await pause(self.rung[1])

    async def make_next(self, *, urgent: bool) -> bool:
        """Make one backup, and say whether there was one to make."""
        order = await self.database.ask(lambda session: keeping.next_order(session, urgent=urgent))
        if order is None:
            return False
        store = await self.make(order)
        await self.store(store)
        return True

    async def make(self, order: Order) -> Callable[[Session], None]:
        """Make one backup, and return how what became of it is stored."""
        one, source = order.backup_id, data_folder(order.deployment_id)
        if await asyncio.to_thread(is_empty, source):
            if order.kind in (BackupKind.NIGHTLY, BackupKind.BEFORE_RELEASE):
                return lambda session: keeping.record_failed(session, one, "", BackupState.EMPTY)
            source.mkdir(mode=0o700, parents=True, exist_ok=True)
        urgent = order.kind == BackupKind.BEFORE_RELEASE
        try:
            target = archive_path(order.deployment_id, one)
            limit = MOST_BEFORE_RELEASE if urgent else None
            taken = await take(source, target, order.created_at, order.about, limit)
        except Ended as problem:
            log.warning("backup.ended", backup_id=one, reason=str(problem))
            return lambda session: keeping.record_ended(session, one)
        except OrderFailed as problem:
            reason = TOO_MUCH if isinstance(problem, TooLarge) else str(problem)
            log.warning("backup.failed", backup_id=one, reason=reason)
            return lambda session: keeping.record_failed(session, one, reason)
        if one in self.too_late:
            target.unlink(missing_ok=True)
            return lambda session: keeping.record_failed(session, one, TOO_LATE)
        return lambda session: keeping.record_taken(session, one, taken)

    async def store(self, change: Callable[[Session], None]) -> bool:
        """Store something, and say whether the database was there."""

        def store(session: Session) -> bool:
            change(session)
            return True

        return bool(await self.database.ask(store))

    async def tell(self) -> None:
        """Store how restores ended that are not stored yet."""
        for verdict in list(self.verdicts.values()):
            if not await self.store(lambda session, one=verdict: keeping.record_verdict(session, one)):  # type: ignore[misc]
                return
            self.verdicts.pop(verdict.restore_id, None)

    async def remove_due(self) -> None:
        """Remove the files, then the rows, of backups whose deletion can no longer be undone."""
        for deployment_id, backup_id in await self.database.ask(keeping.due_for_removal) or []:
            archive_path(deployment_id, backup_id).unlink(missing_ok=True)
            await self.store(lambda session, one=backup_id: keeping.forget(session, one))  # type: ignore[misc]

    async def sweep(self) -> bool:
        """Remove files that no row knows, and say of rows without a file that it is gone."""
        known = await self.database.ask(keeping.known_backups)
        if known is None:
            return False
        try:
            here = await asyncio.to_thread(sweep_files, known)
        except OSError as error:
            log.warning("backups.not_swept", reason=str(error))
            return True
        return await self.store(lambda session: keeping.record_missing(session, here))


def is_empty(folder: Path) -> bool:
    """Whether there is nothing in a folder, or no folder."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is None
    except OSError:
        return True


def sweep_files(known: set[str]) -> set[str]:
    """Remove half-made and forgotten archives of this machine, and return the backups whose file is there."""
    here = set()
    for path in app_folder("").glob("*/backups/*"):
        backup_id = path.name.removesuffix(ENDING)
        if backup_id in known and path.name.endswith(ENDING):
            here.add(backup_id)
        elif path.is_dir():
            remove_tree(path)
        else:
            path.unlink(missing_ok=True)
    return here


async def pause(rung: asyncio.Event) -> None:
    """Wait for a ring, a second at most."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(POLL_S):
            await rung.wait()
