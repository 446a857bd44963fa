"""Actions on the pages: enough for anybody who works, and no flood."""

import time
from collections.abc import Callable, Iterator

import pytest

from models.settings import reset_settings
from services import event_limits
from services.event_limits import EventLimits, nameless


class Clock:
    """A clock that is turned by hand."""

    at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Set the budgets: `set_to(session="5/second")`; the others are lifted."""

    def change(**rates: str) -> None:
        for name in ("session", "address", "everybody"):
            monkeypatch.setenv(f"IDEASMITH_LIMIT_EVENTS_{name.upper()}", rates.get(name, ""))
        reset_settings()

    yield change
    monkeypatch.undo()
    reset_settings()


def passed(limits: EventLimits, count: int, session: str = "ada", address: str = "192.0.2.1") -> int:
    return sum(limits.use(session, address) == 0 for _ in range(count))


def test_a_burst_passes_and_then_as_many_as_the_rate_says(set_to: Callable[..., None]) -> None:
    set_to(session="60/minute")
    limits = EventLimits(clock := Clock())
    assert passed(limits, 100) == 60
    assert limits.use("ada", "192.0.2.1") == pytest.approx(1.0)
    clock.at_s += 10
    assert passed(limits, 100) == 10
    clock.at_s += 3600
    assert passed(limits, 100) == 60


def test_one_browser_takes_nothing_from_the_others(set_to: Callable[..., None]) -> None:
    set_to(session="10/minute", address="25/minute", everybody="40/minute")
    limits = EventLimits(Clock())
    assert passed(limits, 1000, "ada") == 10
    assert passed(limits, 1000, "bob") == 10
    assert passed(limits, 1000, "cyd") == 5  # the address has no more
    assert passed(limits, 1000, "dan", "192.0.2.2") == 10
    assert passed(limits, 1000, "eve", "192.0.2.3") == 5  # nobody has


def test_a_visitor_counts_by_address_alone(set_to: Callable[..., None]) -> None:
    set_to(session="1/minute", address="3/minute")
    assert passed(EventLimits(Clock()), 10, "") == 3


def test_an_empty_setting_lifts_a_limit(set_to: Callable[..., None]) -> None:
    set_to()
    assert passed(EventLimits(Clock()), 10_000) == 10_000


def test_typing_and_live_views_never_come_near_the_default() -> None:
    """Twenty keys a second for a minute while ten live pages look again every second."""
    limits = EventLimits(clock := Clock())
    for _ in range(60):
        clock.at_s += 1
        assert passed(limits, 20 + 10) >= 20
    assert passed(EventLimits(Clock()), 300) == 300


def test_memory_does_not_grow_with_those_who_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_limits, "REMEMBERED", 50)
    limits = EventLimits(Clock())
    for number in range(500):
        limits.use(f"session-{number}", f"192.0.2.{number}")
    assert len(limits.buckets) <= 51


def test_the_token_itself_is_not_held() -> None:
    assert nameless("") == "" and "token" not in nameless("token")


def test_a_check_costs_less_than_a_fifth_of_a_millisecond() -> None:
    limits, best = EventLimits(), 1.0
    for _ in range(5):
        begun = time.perf_counter()
        passed(limits, 1000)
        best = min(best, (time.perf_counter() - begun) / 1000)
    assert best < 0.0002
