"""The bell: tabs of an account are told to look, wherever it was rung, and nobody else's are."""

import asyncio
from collections.abc import Callable
from typing import Any

from app.bell import CHANNEL, Bell
from models.settings import Settings
from services.queue import redis


class Processor:
    """Takes events as Reflex's own does, and remembers for which tab."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def enqueue(self, token: str, event: Any) -> None:
        self.told.append(token)


class Namespace:
    """The sockets of the pages, as far as the bell looks at them."""

    def __init__(self) -> None:
        self.app = self
        self.event_processor = Processor()
        self.token_to_sid: dict[str, str] = {}
        self.sid_to_token: dict[str, str] = {}

    async def on_connect(self, sid: str, token: str) -> None:
        self.token_to_sid[token], self.sid_to_token[sid] = sid, token

    def on_disconnect(self, sid: str) -> None:
        self.token_to_sid.pop(self.sid_to_token.pop(sid))


async def until(found: Callable[[], bool]) -> None:
    """Wait for something that comes by itself."""
    for _ in range(200):
        if found():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


async def opened(namespace: Namespace, bell: Bell, **tabs: str) -> None:
    """Open tabs, each by its name, of an account; and one more, whose bell comes last."""
    for token, user_id in {**tabs, "last": "user_z"}.items():
        await namespace.on_connect(f"sid-{token}", token)
        bell.listen(token, user_id)
    await until(lambda: redis().pubsub_numsub(CHANNEL)[0][1] > 0)


async def rung(namespace: Namespace, *messages: str) -> list[str]:
    """Ring, and return which tabs were told by the time that the last one was."""
    namespace.event_processor.told.clear()
    for message in messages:
        redis().publish(CHANNEL, message)
    redis().publish(CHANNEL, "user_z")
    await until(lambda: "last" in namespace.event_processor.told)
    return sorted(set(namespace.event_processor.told) - {"last"})


def attended() -> tuple[Any, Bell]:
    from app.shell import ShellState

    namespace, bell = Namespace(), Bell()
    bell.attend(namespace, ShellState.count_unread)  # type: ignore[arg-type]
    return namespace, bell


def test_every_tab_of_the_account_looks_and_nobody_elses(clean: Settings) -> None:
    async def scene() -> list[str]:
        namespace, bell = attended()
        await opened(namespace, bell, one="user_a", two="user_a", other="user_b", visitor="")
        return await rung(namespace, "user_a user_c")

    assert asyncio.run(scene()) == ["one", "two"]


def test_rings_that_come_together_are_one_look(clean: Settings) -> None:
    async def scene() -> list[str]:
        namespace, bell = attended()
        await opened(namespace, bell, one="user_a")
        await rung(namespace, *["user_a"] * 50)
        return list(namespace.event_processor.told)

    assert asyncio.run(scene()).count("one") < 5


def test_a_tab_that_was_away_looks_when_it_is_back_and_only_if_it_missed_something(clean: Settings) -> None:
    async def scene() -> list[str]:
        namespace, bell = attended()
        await opened(namespace, bell, missed="user_a", quiet="user_b")
        for name in ("missed", "quiet"):
            namespace.on_disconnect(f"sid-{name}")
        assert await rung(namespace, "user_a") == []
        namespace.event_processor.told.clear()
        for name in ("missed", "quiet"):
            await namespace.on_connect(f"sid-again-{name}", name)
        return list(namespace.event_processor.told)

    assert asyncio.run(scene()) == ["missed"]


def test_a_tab_in_which_somebody_else_signs_in_hears_for_them(clean: Settings) -> None:
    async def scene() -> list[list[str]]:
        namespace, bell = attended()
        await opened(namespace, bell, tab="user_a")
        bell.listen("tab", "user_b")
        return [await rung(namespace, "user_a"), await rung(namespace, "user_b")]

    assert asyncio.run(scene()) == [[], ["tab"]]
