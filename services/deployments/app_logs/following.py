"""Hands out an application's log as it grows."""

import asyncio
from collections.abc import AsyncGenerator

from models.clock import now as moment
from services.deployments.app_logs.reading import MOST, read_lines
from services.deployments.app_logs.records import segments
from services.deployments.places import app_folder
from services.events.batch import Batch
from services.events.view import END, EventView

LOOK_S = 0.25


class AppLogHub:
    """Follows logs by looking at their newest file; one look takes a few microseconds of a thread."""

    async def follow_batches(
        self, deployment_id: str, after_seq: int = 0, epoch: int = 0
    ) -> AsyncGenerator[Batch, None]:
        """Yield what stands behind a place, then what comes, until the deployment is gone."""
        seen: tuple[str, int] | None = None
        while True:
            now = await asyncio.to_thread(newest, deployment_id)
            if now is None:
                yield Batch([EventView(after_seq, moment(), "", END, "info", "")])
                return
            if now != seen:
                events = await asyncio.to_thread(read_lines, deployment_id, after_seq, MOST)
                if events:
                    after_seq = events[-1].seq
                    yield Batch(events)
                seen = now if len(events) < MOST else None
            if seen is not None:
                await asyncio.sleep(LOOK_S)


def newest(deployment_id: str) -> tuple[str, int] | None:
    """Return name and size of the newest file, None when the deployment's folder is gone."""
    known = segments(deployment_id)
    try:
        if known:
            return known[-1][1].name, known[-1][1].stat().st_size
    except FileNotFoundError:
        pass
    return ("", 0) if app_folder(deployment_id).is_dir() else None
