"""Every attempt of the abuse battery, and our own code spoiled to see that its judges look.

Here in the two modes at the ends of what the product calls strong and good; `make sandbox` plays all eight, and seeds
every mutant.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from tests.services.sandbox.battery import modes
from tests.services.sandbox.battery.__main__ import game
from tests.services.sandbox.battery.mutants import MUTANTS
from tests.services.sandbox.battery.table import ATTEMPTS, BY_CODE

PLAYED = [name for name in modes.possible() if name in ("root", "user-bare")]
SPOILED = [name for name in modes.possible() if name in ("root", "root-weak")]

Games = dict[tuple[str, ...], Future[list[dict[str, Any]]]]


@pytest.fixture(scope="module")
def games(strong: object) -> Iterator[Games]:
    """All games of this file, two at a time, for most of their time they wait."""
    wanted = [(mode,) for mode in PLAYED] + [(mode, "--mutants", "quick") for mode in SPOILED]
    with ThreadPoolExecutor(2) as pool:
        yield {words: pool.submit(lambda words: list(game(*words)), words) for words in wanted}


@pytest.mark.parametrize("mode", PLAYED)
def test_every_attempt_is_stopped_or_its_tier_keeps_what_it_promises(mode: str, games: Games) -> None:
    found = {line["attempt"]: line["through"] for line in games[mode,].result()}
    assert set(found) == set(BY_CODE)
    assert {code: through for code, through in found.items() if through} == {}


@pytest.mark.parametrize("mode", SPOILED)
def test_without_a_guard_an_attempt_gets_through(mode: str, games: Games) -> None:
    found = {line["mutant"]: line["through"] for line in games[mode, "--mutants", "quick"].result()}
    assert set(found) == {mutant.name for mutant in MUTANTS if mutant.mode == mode and not mutant.slow}
    assert [name for name, through in found.items() if not through] == []


def test_the_table_has_the_43_attempts_of_the_notes() -> None:
    assert sum(not attempt.own for attempt in ATTEMPTS) == 43
    assert len(BY_CODE) == len(ATTEMPTS)


def test_only_named_modes_are_promised_less() -> None:
    for attempt in ATTEMPTS:
        assert set(attempt.elsewhere) <= set(modes.MODES)
        # Root's whole box stops all of them.
        assert "root" not in attempt.elsewhere
        assert all(promise for promise, _ in attempt.elsewhere.values())


def test_each_mutant_names_attempts_that_there_are() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 28
    for mutant in MUTANTS:
        assert set(mutant.attempts) <= set(BY_CODE)
        assert mutant.mode in modes.MODES
