"""The one place that asks what time it is, so that a test can turn the clock."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the machine's time, aware, in UTC."""
    return datetime.now(UTC)


clock: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=utc_now)


def now() -> datetime:
    """Return the current time, aware, in UTC."""
    return clock.get()()
