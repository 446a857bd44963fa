"""Bringing a backup back under an app that runs: unpack beside, stop, change over, start, look, and go back if ill.

The database says what is wanted, the note on the disk how far it is. Killed anywhere, the next keeper goes on from the
note: forwards while the new data was not tried, backwards once it was found ill.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import structlog

from models.deployment_backups import RestoreState
from models.deployments import Observed, Wanted
from models.errors import IdeasmithError
from services.crashpoints import AFTER_BACK, AFTER_SWAP, AFTER_UNPACK, AFTER_VERDICT, crashpoint
from services.deployment_backups.keeping import Verdict
from services.deployment_backups.places import archive_path
from services.environments import EnvironmentCancelled
from workers.apps.orders import OrderFailed, put, take_again
from workers.apps.running import start
from workers.apps.swapping import (
    BACK,
    IN,
    OVER,
    Note,
    clear,
    new_folder,
    old_folder,
    read_note,
    swap_back,
    swap_in,
    write_note,
)

if TYPE_CHECKING:
    from workers.apps.app import App

log = structlog.get_logger()

OURS = "Something went wrong on our side; the log has the details."
NOT_REPLACEABLE = "The data folder cannot be replaced; it is probably a disk of its own"
AGAIN = "something else is wanted"


class Restoring:
    """The restores of one app. `ended` is told how each of them ended, again until the database knows."""

    def __init__(self, app: App, ended: Callable[[Verdict], None]) -> None:
        self.app, self.ended = app, ended
        self.id = app.wanted.deployment_id
        self.note: Note | None = None
        self.looked = False
        self.putting: asyncio.Task[None] | None = None
        self.telling: asyncio.Task[None] | None = None

    async def step(self) -> float | None:
        """Take a step of a restore, and return how long the next may wait; None when the app may go on as usual."""
        if not self.looked:
            self.note, self.looked = await asyncio.to_thread(read_note, self.id), True
        if self.note is None:
            wanted = self.app.wanted
            return await self.prepare() if wanted.restore and not wanted.hidden else None
        if self.note.phase == IN:
            return await self.bring_in(self.note)
        if self.note.phase == BACK:
            return await self.bring_back(self.note)
        await self.end(self.note)
        return None

    @property
    def holds_release(self) -> bool:
        """Whether the wanted release may not start before its data is there."""
        wanted = self.app.wanted
        return wanted.restore_waits or bool(wanted.restore and wanted.restore_release and self.note is None)

    async def prepare(self) -> float | None:
        """Unpack the archive beside the data while the app goes on. Nothing is touched before that is whole."""
        wanted = self.app.wanted
        if self.putting is None:
            self.putting = asyncio.create_task(self.unpack())
            self.putting.add_done_callback(lambda done: self.app.changed.set())
        if not self.putting.done():
            return None
        done, self.putting = self.putting, None
        note = Note(wanted.restore, wanted.restore_before, wanted.restore_release)
        if (problem := done.exception()) is not None:
            if not isinstance(problem, OrderFailed):
                log.error("app.not_unpacked", deployment_id=self.id, exc_info=problem)
            sentence = str(problem) if isinstance(problem, OrderFailed) else OURS
            return await self.close(note, RestoreState.FAILED, sentence)
        crashpoint(AFTER_UNPACK, "restore")
        self.note = await asyncio.to_thread(write_note, self.id, note)
        return 0

    async def unpack(self) -> None:
        """Have the archive unpacked beside the data, as the app's own."""
        wanted = self.app.wanted
        uid = wanted.slot_uid if os.geteuid() == 0 else None
        archive = archive_path(self.id, wanted.restore_backup)
        await put(archive, wanted.restore_checksum, new_folder(self.id), uid)

    async def bring_in(self, note: Note) -> float:
        """Stop the app, change the data over, start it, and decide by its health."""
        app = self.app
        serving = app.serving.app if app.serving else None
        await self.stop()
        try:
            await asyncio.to_thread(swap_in, self.id)
        except OSError as problem:
            if old_folder(self.id).exists():
                raise  # it goes on with the next step
            return await self.close(note, RestoreState.FAILED, f"{NOT_REPLACEABLE} ({problem.strerror}).")
        crashpoint(AFTER_SWAP, "restore")
        if app.wanted.wanted != Wanted.RUNNING or app.wanted.hidden or app.wanted.release_id is None:
            return await self.close(
                note, RestoreState.DONE, "The app is stopped, so it was not tried with this data yet."
            )
        target = app.target() if note.with_release or serving is None else serving
        reason = await self.try_out(target)
        if reason is None:
            return await self.close(note, RestoreState.DONE, "")
        if app.ending or reason == AGAIN:
            return 0
        self.note = await asyncio.to_thread(write_note, self.id, replace(note, phase=BACK, detail=reason))
        return 0

    async def try_out(self, target: Any) -> str | None:
        """Start the app with the new data and let it serve. Return why it does not, or None."""
        app = self.app
        wish = app.wanted.wish
        try:
            new = await start(target, app.log, lambda: app.ending or app.wanted.wish != wish)
        except EnvironmentCancelled:
            return AGAIN
        except (IdeasmithError, OSError) as error:
            return str(error).rstrip(".")
        reason = await app.wait_for_answer(new, wish)
        if reason is None:
            app.switch_to(new)
            return None
        await new.stop()
        return AGAIN if app.ending or app.wanted.wish != wish else reason

    async def bring_back(self, note: Note) -> float:
        """Give the app its data from before again. It starts with it as usual."""
        app = self.app
        await self.stop()
        await asyncio.to_thread(swap_back, self.id)
        crashpoint(AFTER_BACK, "restore")
        if note.with_release and app.wanted.as_good() is not None:
            app.refused = app.version  # until the database wants the release before again
        sentence = (
            f"The app did not become healthy with the restored data: {note.detail}. The data before is back."
        )
        return await self.close(note, RestoreState.RETURNED, sentence)

    async def drop(self) -> None:
        """End what is going on beside the app: it is deleted."""
        tasks = [task for task in (self.putting, self.telling) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def stop(self) -> None:
        """Stop every box. The door holds what only reads for as long as it is patient."""
        app = self.app
        boxes = [*app.leaving.take_all(), *([app.serving] if app.serving else [])]
        app.serving = app.probe_ms = None
        app.sleep.wake()
        app.backoff.forget()
        app.show(Observed.STARTING, "Its data is being restored.")
        await asyncio.gather(*(box.stop() for box in boxes))

    async def close(self, note: Note, state: RestoreState, detail: str) -> float:
        """Write down how it ended."""
        log.info("app.restore_ended", deployment_id=self.id, state=state.value, detail=detail)
        over = replace(note, phase=OVER, state=state.value, detail=detail)
        self.note = await asyncio.to_thread(write_note, self.id, over)
        crashpoint(AFTER_VERDICT, "restore")
        return 0

    async def end(self, note: Note) -> None:
        """Have the end stored, and clean up once it is. The app goes on meanwhile."""
        if self.telling is not None and not self.telling.done():
            return
        if self.app.wanted.restore == note.restore_id or self.app.wanted.recalled:
            if self.telling is None and not self.app.wanted.recalled:
                self.telling = asyncio.create_task(self.tell(note))
            return
        await asyncio.to_thread(clear, self.id)
        self.note = self.telling = None

    async def tell(self, note: Note) -> None:
        """Make the backup before it anew from the data that was put aside: with all that was written until the end."""
        refreshed = None
        if note.state == RestoreState.DONE and old_folder(self.id).is_dir():
            with contextlib.suppress(OrderFailed, OSError):  # the one that was made before it stays
                refreshed = await take_again(self.id, note.before_id, old_folder(self.id))
        self.ended(Verdict(note.restore_id, RestoreState(note.state), note.detail, refreshed))
