"""The keeper and the door, started once for the tests of a file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from models.db import transaction
from models.settings import Settings
from services.deployments.places import sockets_folder
from tests.parts import DoorProcess
from tests.town import Keeper, Town


@pytest.fixture(scope="module")
def apps_door(database: Settings) -> Iterator[DoorProcess]:
    """The door in front of the keeper's apps."""
    door = DoorProcess(database.data)
    yield door
    door.stop()


@pytest.fixture(scope="module")
def keeper(database: Settings) -> Iterator[Keeper]:
    """The keeper: whoever needs it makes sure that it runs."""
    keeper = Keeper(database)
    yield keeper
    assert keeper.stop() < 4
    assert list(sockets_folder().iterdir()) == []


@pytest.fixture
def town(
    clean: Settings, keeper: Keeper, apps_door: DoorProcess, make_user: Callable, tmp_path: Path
) -> Town:
    """One owner and nothing deployed."""
    keeper.ensure()
    with transaction() as session:
        return Town(clean, keeper, apps_door, tmp_path, *make_user(session))
