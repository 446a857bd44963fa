"""The keeper's way to PostgreSQL: read, write and listen, and say once when it is away and when it is back."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.db import transaction
from models.settings import settings
from services.deployments.bell import CHANNEL

log = structlog.get_logger()

T = TypeVar("T")
AGAIN_S = 1.0


class Database:
    """Runs short transactions in a thread. A database that is away is a state here, not an error."""

    def __init__(self) -> None:
        self.away = False

    async def ask(self, question: Callable[[Session], T]) -> T | None:
        """Return the answer of `question` in a transaction of its own, or None while the database is away."""
        try:
            answer = await asyncio.to_thread(self.ask_now, question)
        except SQLAlchemyError as error:
            self.note(away=True, reason=str(error))
            return None
        self.note(away=False)
        return answer

    def ask_now(self, question: Callable[[Session], T]) -> T:
        """Run `question` here."""
        with transaction() as session:
            return question(session)

    def note(self, *, away: bool, reason: str = "") -> None:
        """Say it when the database went or came back."""
        if away != self.away:
            self.away = away
            if away:
                log.warning("apps.database_away", reason=reason[:300])
            else:
                log.info("apps.database_back")

    async def listen(self, rung: Callable[[], None]) -> None:
        """Call `rung` at each ring, for ever; while there is no connection the caller's poll does its work."""
        while True:
            try:
                await self.listen_once(rung)
            except (psycopg.Error, OSError) as error:
                log.debug("apps.listen_ended", reason=str(error))
            await asyncio.sleep(AGAIN_S)

    async def listen_once(self, rung: Callable[[], None]) -> None:
        """Listen until the connection ends."""
        url = settings().database_url.replace("+psycopg://", "://", 1)
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True, connect_timeout=5
        ) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            rung()  # what was rung before we listened
            async for _ in connection.notifies():
                rung()
