"""Every attempt of the abuse battery, in every way in which a box can be had on this machine.

`make test` plays the modes that people meet; `make sandbox` plays all eight, and seeds every mutant.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.services.sandbox.battery import modes
from tests.services.sandbox.battery.table import ATTEMPTS, BY_CODE

PROJECT = Path(__file__).resolve().parents[3]
# Root's whole box, and another user's without a cgroup: the two ends of what the product calls strong and good.
SHORT = ("root", "user-bare")
ALL = os.environ.get("BATTERY") == "all"
PLAYED = [name for name in modes.possible() if ALL or name in SHORT]


def played(mode: str) -> dict[str, str]:
    """Play the whole battery in one mode, in a process of its own; return what got through of each attempt."""
    command = [sys.executable, "-m", "tests.services.sandbox.battery.play", mode]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=170, check=False)
    assert done.returncode == 0, done.stderr
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    return {verdict["attempt"]: verdict["through"] for verdict in verdicts}


@pytest.fixture(scope="module")
def games(strong: object) -> Iterator[dict[str, Future[dict[str, str]]]]:
    """The battery in each mode, two of them at a time."""
    with ThreadPoolExecutor(2) as pool:
        yield {mode: pool.submit(played, mode) for mode in PLAYED}


@pytest.mark.parametrize("mode", PLAYED)
def test_every_attempt_is_stopped_or_its_tier_keeps_what_it_promises(
    mode: str, games: dict[str, Future[dict[str, str]]]
) -> None:
    found = games[mode].result()
    assert set(found) == set(BY_CODE)
    assert {code: through for code, through in found.items() if through} == {}


def test_the_table_has_the_43_attempts_of_the_notes() -> None:
    assert sum(not attempt.own for attempt in ATTEMPTS) == 43
    assert len(BY_CODE) == len(ATTEMPTS)


def test_only_named_modes_are_promised_less() -> None:
    for attempt in ATTEMPTS:
        assert set(attempt.elsewhere) <= set(modes.MODES)
        # Root's whole box stops all of them.
        assert "root" not in attempt.elsewhere
        assert all(promise for promise, _ in attempt.elsewhere.values())
