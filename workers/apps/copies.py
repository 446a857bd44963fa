"""Keeps the sealed variables of every app on this machine as new as the database has them."""

import asyncio
from collections.abc import Iterable

import structlog

from services.deployments.keeping import WantedApp
from services.variables.carrying import keep_copy, kept_mark, read_copies
from workers.apps.database import Database

log = structlog.get_logger()


class Copies:
    """The marks of the copies that lie here, by deployment."""

    def __init__(self) -> None:
        self.marks: dict[str, str] = {}

    async def renew(self, database: Database, wanted: Iterable[WantedApp]) -> None:
        """Renew the copies that are older than what is wanted; one that cannot be written is tried at the next ring.

        What an app starts with has to be here before it hears that it shall start.
        """
        wanted = list(wanted)
        self.marks = {one.deployment_id: self.marks.get(one.deployment_id) or "" for one in wanted}
        old = [
            one
            for one in wanted
            if one.variables_mark and self.marks[one.deployment_id] != one.variables_mark
        ]
        if not old:
            return
        await asyncio.to_thread(
            self.recall, [one.deployment_id for one in old if not self.marks[one.deployment_id]]
        )
        ids = [one.deployment_id for one in old if self.marks[one.deployment_id] != one.variables_mark]
        copies = await database.ask(lambda session: read_copies(session, ids)) if ids else []
        for copy in copies or []:
            try:
                await asyncio.to_thread(keep_copy, copy)
                self.marks[copy.deployment_id] = copy.mark
            except OSError as error:
                log.warning("app.variables_not_kept", deployment_id=copy.deployment_id, reason=str(error))

    def recall(self, deployment_ids: Iterable[str]) -> None:
        """Read the marks of an earlier life from the files."""
        for one in deployment_ids:
            self.marks[one] = kept_mark(one)
