"""The clock's slow work: due at its time, made up for when it was missed, and no harm when it fails."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from models.clock import clock, now
from models.db import transaction
from models.installation import FactName
from models.settings import Settings
from services.facts import find_fact, keep_fact, this_host
from workers.upkeep import attempt, is_due, last_night, look


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        (datetime(2026, 5, 2, 12, tzinfo=UTC), datetime(2026, 5, 2, 3, tzinfo=UTC)),
        (datetime(2026, 5, 2, 3, tzinfo=UTC), datetime(2026, 5, 2, 3, tzinfo=UTC)),
        (datetime(2026, 5, 2, 2, 59, tzinfo=UTC), datetime(2026, 5, 1, 3, tzinfo=UTC)),
    ],
)
def test_a_night_that_was_missed_is_made_up_for(moment: datetime, night: datetime) -> None:
    assert last_night(moment) == night


def test_it_measures_and_cleans_up_at_the_first_look_and_then_only_when_it_is_time(clean: Settings) -> None:
    look(threading.Event())

    def done_at() -> list[datetime]:
        with transaction() as session:
            found = [find_fact(session, name, this_host()) for name in (FactName.DISK, FactName.CLEAN_UP)]
        return [one.at for one in found if one]

    first = done_at()
    assert len(first) == 2
    look(threading.Event())
    assert done_at() == first
    token = clock.set(lambda: first[0] + timedelta(days=1, minutes=6))
    try:
        look(threading.Event())
    finally:
        clock.reset(token)
    assert all(later > before for later, before in zip(done_at(), first, strict=True))


def test_each_host_has_its_own_turn(clean: Settings) -> None:
    with transaction() as session:
        keep_fact(session, FactName.CLEAN_UP, {}, "another")
    assert is_due(FactName.CLEAN_UP, now() - timedelta(days=1))


@pytest.mark.parametrize("problem", [OperationalError("select", {}, Exception("gone")), OSError(28, "full")])
def test_what_goes_wrong_is_no_end_of_the_clock(problem: Exception) -> None:
    def chore() -> None:
        raise problem

    attempt("clean", chore)


def test_what_nobody_expected_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        attempt("clean", lambda: 1 // 0)
