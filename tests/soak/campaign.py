"""What every campaign is given: a town of its own, a seed, and an end."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.db import close_engine, transaction
from models.settings import reset_settings, settings
from services import accounts
from tests.parts import DoorProcess
from tests.town import Keeper, Town
from workers.embedded.servers import running
from workers.migrate import migrate

NO_SYNC = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "summarize_wal": "off"}


@dataclass
class Campaign:
    """One campaign. `until` is by the monotonic clock."""

    town: Town
    seed: int
    until: float

    def over(self) -> bool:
        """Whether its time is over."""
        return time.monotonic() > self.until


@contextmanager
def town() -> Iterator[Town]:
    """Have a keeper, a door, a database and one owner, in a folder that goes with them."""
    with tempfile.TemporaryDirectory(prefix="ism-soak-") as name, pytest.MonkeyPatch.context() as patch:
        folder = Path(name)
        folder.chmod(0o711)
        for variable in ("DATABASE_URL", "REDIS_URL", "PORT", "APPS_PORT", "IDEASMITH_RUN_DIR"):
            patch.delenv(variable, raising=False)
        patch.setenv("IDEASMITH_DATA", str(folder / "data"))
        reset_settings()
        with running(settings(), NO_SYNC) as environment:
            for variable, value in environment.items():
                patch.setenv(variable, value)
            reset_settings()
            migrate()
            yield from town_in(folder)
            close_engine()
    reset_settings()


def town_in(folder: Path) -> Iterator[Town]:
    """Start keeper and door, and stop them again."""
    keeper, door = Keeper(settings()), DoorProcess(settings().data)
    keeper.start()
    try:
        with transaction() as session:
            user = accounts.sign_up(session, email="soak@example.com", password="a long enough password")
            session.flush()
            actor = accounts.actor_for_user(session, user, via="session")
        yield Town(settings(), keeper, door, folder, user, actor)
    finally:
        keeper.stop()
        door.stop()
