"""Two requests at the same moment share the room of a day."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from models.db import transaction
from models.errors import LimitReached
from models.settings import settings
from services import trust
from tests.services.teams.people import person


def test_at_the_same_moment_no_more_is_let_through_than_there_is_room(
    clean: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings(), "trust_limits", True)
    with transaction() as session:
        actor = person(session, "Ada")

    def begin(_: int) -> bool:
        try:
            with transaction() as session:
                trust.require_room(session, actor, "reports")
            return True
        except LimitReached:
            return False

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(begin, range(16)))
    assert sum(done) == 5
