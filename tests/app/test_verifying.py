"""Verifying a long log: beside the web process, with every event read, and with word of how far it is."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app import verifying
from models.db import transaction
from models.errors import NotFound
from services.accounts import Actor
from services.provenance.verifying import Verification
from tests.note import person, tiny_catalogue
from tests.services.provenance.made import broken, executed
from workers import log_check


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every log for a long one."""
    monkeypatch.setattr(verifying, "SHORT", 0)


def told_of(actor: Actor, execution_id: str) -> Verification:
    return asyncio.run(verifying.verify(actor, execution_id))


def test_a_long_log_is_checked_in_another_process_and_found_whole_or_not(
    ada: Actor, tmp_path: Path, long: None
) -> None:
    execution_id = executed(ada, tmp_path / "traces")
    found = told_of(ada, execution_id)
    assert found.verified and "each chained to the one before" in found.checks[2].reason
    # What was found is not remembered: a byte that is changed afterwards is seen.
    with transaction() as session:
        session.execute(text("UPDATE events SET text = text || '.' WHERE seq = 40"))
    assert broken(told_of(ada, execution_id)) == {"events"}


def test_a_page_waits_a_moment_at_a_time_and_hears_how_far_it_is(
    ada: Actor, tmp_path: Path, long: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    execution_id = executed(ada, tmp_path / "traces")
    check = log_check.check_elsewhere

    def telling(expected: log_check.Expected, told: object) -> object:
        told(7)  # type: ignore[operator]
        return check(expected)

    monkeypatch.setattr(verifying, "check_elsewhere", telling)

    async def scene() -> list[object]:
        verifying.begin(ada, execution_id)
        heard: list[object] = [await verifying.wait(ada, execution_id, 0.01)]
        while not isinstance(heard[-1], Verification):
            heard.append(await verifying.wait(ada, execution_id, 0.05))
        return heard

    heard = asyncio.run(scene())
    assert 7 in heard and heard[-1].verified  # type: ignore[attr-defined]


def test_what_is_of_another_team_is_not_verified(ada: Actor, tmp_path: Path) -> None:
    execution_id = executed(ada, tmp_path / "traces")

    async def scene() -> None:
        eve = person("eve@example.com")
        assert await verifying.wait(eve, execution_id, 0.01) is None
        verifying.begin(eve, execution_id)
        with pytest.raises(NotFound):
            await verifying.wait(eve, execution_id, 10)

    asyncio.run(scene())
