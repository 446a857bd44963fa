"""Floods of page events: dropped before a handler's work, with one toast that says so."""

import functools
import time
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import structlog
from reflex.app import EventNamespace
from reflex_base.event import Event

from app.client_address import client_address, place_of
from app.components.toast import ToastState
from app.session import session_token
from services.event_limits import EventLimits, nameless

log = structlog.get_logger(__name__)

TELL_EVERY_S = 3.0
CONNECTIONS = 20_000


@dataclass(slots=True)
class Sender:
    """Who is at the other end of a connection, and when they were last told to wait."""

    session: str
    address: str
    told_at_s: float = field(default=-TELL_EVERY_S)


class FloodGate:
    """Stands before the events of the pages."""

    def __init__(self, namespace: EventNamespace, limits: EventLimits | None = None) -> None:
        self.namespace = namespace
        self.limits = limits or EventLimits()
        self.pass_on = namespace.on_event
        # By the connection's id, which is never given twice. Whoever is forgotten is looked up again.
        self.sender = functools.lru_cache(CONNECTIONS)(self.look_up)

    async def on_event(self, sid: str, data: Any) -> None:
        """Pass one event on, or drop it."""
        sender = self.sender(sid)
        wait_s = self.limits.use(sender.session, sender.address)
        if not wait_s:
            await self.pass_on(sid, data)
        elif time.monotonic() - sender.told_at_s >= TELL_EVERY_S:
            sender.told_at_s = time.monotonic()
            log.warning("events.dropped", address=sender.address, signed_in=bool(sender.session))
            await self.tell(sid, ceil(wait_s))

    async def tell(self, sid: str, wait_s: int) -> None:
        """Show a toast in the tab, by an event of our own, which is not counted."""
        token = self.namespace.sid_to_token.get(sid)
        if token is not None:
            [event] = Event.from_event_type(ToastState.slow_down(wait_s))  # type: ignore[operator]
            await self.namespace.app.event_processor.enqueue(token, event)

    def look_up(self, sid: str) -> Sender:
        """Return who opened a connection."""
        sio = self.namespace.app.sio
        environ = (sio.get_environ(sid, self.namespace.namespace) if sio else None) or {}
        scope = environ.get("asgi.scope", {"headers": []})
        return Sender(
            nameless(session_token(environ.get("HTTP_COOKIE", ""))), place_of(client_address(scope))
        )


def guard(namespace: EventNamespace) -> FloodGate:
    """Let every event of the pages come through a gate. The namespace looks its own method up for each."""
    gate = FloodGate(namespace)
    namespace.on_event = gate.on_event  # type: ignore[method-assign]
    return gate
