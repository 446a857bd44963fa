"""Open pages hear the bell: a notification shows in each tab of its reader, over the socket that is there anyway.

A ring comes over Redis from whichever process has written or read a notification, and says whose it was. The tabs of
that account that are open here then look for themselves: an event of ours, which asks again who is there.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from reflex.app import EventNamespace
from reflex_base.event import Event

from models.settings import settings
from services.notifications.bell import CHANNEL

log = structlog.get_logger(__name__)

AWAY_S = 3.0
# A tab that lost its socket for so long begins anew when it comes back.
KEPT_S = 600.0
# Rings that come together are one look.
TOGETHER_S = 0.1


@dataclass(slots=True)
class Tab:
    """An open page: whose it is, and whether the bell rang while it had no socket."""

    user_id: str
    missed: bool = False


class Bell:
    """The tabs of this process that are signed in."""

    def __init__(self) -> None:
        self._tabs: dict[str, Tab] = {}
        self._of: dict[str, set[str]] = {}
        self._left: dict[str, float] = {}
        self._rung: set[str] = set()
        self._task: asyncio.Task[None] | None = None
        self._namespace: EventNamespace | None = None
        self._look: Callable[[], Any] | None = None

    def attend(self, namespace: EventNamespace, look: Callable[[], Any]) -> None:
        """Let the tabs of a namespace hear it; `look` makes the event by which one looks what is unread."""
        self._namespace, self._look = namespace, look
        connect, disconnect = namespace.on_connect, namespace.on_disconnect

        async def on_connect(sid: str, *given: Any) -> None:
            await connect(sid, *given)
            await self._back(namespace.sid_to_token.get(sid, ""))

        def on_disconnect(sid: str, *given: Any) -> Any:
            self._gone(namespace.sid_to_token.get(sid, ""))
            return disconnect(sid, *given)

        namespace.on_connect = on_connect  # type: ignore[method-assign,assignment]
        namespace.on_disconnect = on_disconnect  # type: ignore[method-assign]

    def listen(self, token: str, user_id: str) -> None:
        """Let a tab hear what is rung for an account; "" for a visitor's."""
        self.forget(token)
        if not token or not user_id or self._namespace is None:
            return
        self._tabs[token] = Tab(user_id)
        self._of.setdefault(user_id, set()).add(token)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._hear(), name="bell")

    def forget(self, token: str) -> None:
        """Let a tab hear nothing any more."""
        self._left.pop(token, None)
        if (tab := self._tabs.pop(token, None)) is None:
            return
        others = self._of.get(tab.user_id, set())
        others.discard(token)
        if not others:
            self._of.pop(tab.user_id, None)

    def _gone(self, token: str) -> None:
        """A tab has lost its socket, by being closed or by a bad line."""
        moment = time.monotonic()
        if token in self._tabs:
            self._left[token] = moment
        for other, left_at in list(self._left.items()):  # in the order in which they left
            if moment - left_at < KEPT_S:
                break
            self.forget(other)

    async def _back(self, token: str) -> None:
        """A tab has a socket (again): it is told what it has missed."""
        self._left.pop(token, None)
        if (tab := self._tabs.get(token)) is not None and tab.missed:
            await self._tell([token])

    async def _hear(self) -> None:
        """Pass rings on for as long as this process lives. While Redis is away nothing rings: then all look."""
        whole = False
        while True:
            redis = Redis.from_url(settings().redis_url, socket_connect_timeout=2)
            try:
                async with redis.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    if not whole:
                        await self._tell(list(self._tabs))
                    whole = True
                    async for message in channel.listen():
                        if message["type"] == "message":
                            self._collect(bytes(message["data"]).decode().split())
            except (RedisError, OSError) as error:
                if whole:
                    log.warning("bell.away", error=str(error))
                whole = False
                await asyncio.sleep(AWAY_S)
            finally:
                with suppress(RedisError, OSError):
                    await redis.aclose()

    def _collect(self, user_ids: Iterable[str]) -> None:
        """Keep for whom it rang until others have rung with it."""
        mine = {one for one in user_ids if one in self._of}
        if mine and not self._rung:
            loop = asyncio.get_running_loop()
            loop.call_later(TOGETHER_S, lambda: loop.create_task(self._ring()))
        self._rung |= mine

    async def _ring(self) -> None:
        """Let the tabs look for whose accounts it rang."""
        rung, self._rung = self._rung, set()
        await self._tell([token for user_id in rung for token in self._of.get(user_id, ())])

    async def _tell(self, tokens: Iterable[str]) -> None:
        """Let tabs look; those without a socket do so when they are back."""
        if self._namespace is None or self._look is None:
            return
        there = self._namespace.token_to_sid
        for token in tokens:
            if (tab := self._tabs.get(token)) is None:
                continue
            tab.missed = token not in there
            if not tab.missed:
                [event] = Event.from_event_type(self._look())
                await self._namespace.app.event_processor.enqueue(token, event)


bell = Bell()
