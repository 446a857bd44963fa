"""A flood of page events is dropped before any handler sees it, and told once."""

import asyncio
from typing import Any

import pytest
from starlette.types import Scope

import app.app
from app.components.toast import ToastState
from app.floods import FloodGate
from models.settings import reset_settings

HEADERS = [(b"cookie", b"ideasmith_session=ada")]
SCOPE: Scope = {"type": "websocket", "client": ("192.0.2.1", 1), "headers": HEADERS}


class Connections:
    """What stands in for Reflex' namespace: one connection, whose events are only counted."""

    namespace = "/_event"
    sid_to_token = {"sid": "tab"}  # noqa: RUF012

    def __init__(self) -> None:
        self.app = self.sio = self.event_processor = self
        self.passed: list[Any] = []
        self.told: list[Any] = []

    def get_environ(self, sid: str, namespace: str) -> dict[str, Any]:
        return {"asgi.scope": SCOPE, "HTTP_COOKIE": "ideasmith_session=ada"}

    async def on_event(self, sid: str, data: Any) -> None:
        self.passed.append(data)

    async def enqueue(self, token: str, event: Any) -> None:
        self.told.append((token, event))


def test_what_is_too_much_never_reaches_a_handler_and_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEASMITH_LIMIT_EVENTS_SESSION", "5/minute")
    reset_settings()
    try:
        there = Connections()
        gate = FloodGate(there)  # type: ignore[arg-type]

        async def flood() -> None:
            for number in range(200):
                await gate.on_event("sid", number)

        asyncio.run(flood())
    finally:
        monkeypatch.undo()
        reset_settings()
    assert there.passed == [0, 1, 2, 3, 4]
    [(token, event)] = there.told
    assert (token, event.name.endswith("toast_state.slow_down")) == ("tab", True)


def test_the_toast_says_what_happened_and_how_long_to_wait() -> None:
    state: Any = ToastState(_reflex_internal_init=True)  # type: ignore[call-arg]
    asyncio.run(ToastState.event_handlers["slow_down"].fn(state, 7))
    assert "Wait 7 seconds, then go on." in state.messages[-1].text


def test_the_products_own_events_come_through_the_gate() -> None:
    assert isinstance(app.app.app.event_namespace.on_event.__self__, FloodGate)  # type: ignore[union-attr]
