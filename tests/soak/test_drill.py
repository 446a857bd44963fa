"""What may never happen to an app that is redeployed, and that each of those things is noticed when it does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from models.db import transaction
from models.settings import Settings
from tests.parts import DoorProcess
from tests.soak.drill import DRILLS
from tests.town import KEEPER, Keeper, Town

DOOR = "workers.door:main"
MUTANTS = {
    "switches_before_probe": "probed_before_the_switch",
    "stops_before_drain": "drained_before_the_stop",
    "never_returns": "returned_after_a_crash",
    "sends_again": "sent_once",
    "stays_green": "shown_as_it_is",
}


@contextmanager
def town_with(
    config: Settings, tmp: Path, make_user: Callable, keeper_call: str = KEEPER, door_call: str = DOOR
) -> Iterator[Town]:
    """A town whose keeper and door are started by these calls."""
    door, keeper = DoorProcess(config.data, call=door_call), Keeper(config, keeper_call)
    keeper.start()
    try:
        with transaction() as session:
            town = Town(config, keeper, door, tmp, *make_user(session))
        yield town
    finally:
        keeper.stop()
        door.process.kill()
        door.process.wait(10)


def test_nothing_of_it_happens(clean: Settings, tmp_path: Path, make_user: Callable) -> None:
    with town_with(clean, tmp_path, make_user) as town:
        seen = {name: drill(town) for name, drill in DRILLS.items()}
    assert seen == {name: [] for name in DRILLS}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_it_is_noticed(clean: Settings, tmp_path: Path, make_user: Callable, mutant: str) -> None:
    broken = f"tests.soak.mutants:{mutant}"
    calls = {"door_call": broken} if mutant == "sends_again" else {"keeper_call": broken}
    with town_with(clean, tmp_path, make_user, **calls) as town:
        assert DRILLS[MUTANTS[mutant]](town) != []
