"""Rings of 20 in a town of honest voters: they gain nothing, and honest people lose nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from models.db import transaction
from services.accounts import Actor
from services.ideas.rings import cases, groups, nightly, signs
from services.ideas.rings.signs import Sign
from tests import crowd_of_voters as crowds
from tests.bench.rings import SURE, Night, night
from tests.crowd_of_voters import Crowd
from tests.market import publish
from tests.note import person

HONEST, IDEAS = 960, 90


@pytest.fixture(scope="module")
def town(database: Any) -> Iterator[Actor]:
    """The operator of a market in which people have voted honestly for a month; it is kept for all tests of a crowd."""
    with transaction() as session:
        tables = ", ".join(("users", "teams", "ideas", "vote_deltas", "rank_moves", "vote_rings", "facts"))
        session.execute(text(f"TRUNCATE {tables} CASCADE"))
    operator, author = person("town-operator@example.com"), person("town-author@example.com")
    with transaction() as session:
        publish(session, author, "Model of an idea")
        crowds.settle(session, Crowd(HONEST, IDEAS), "town-author@example.com", "Model of an idea")
    yield operator
    # What others have to delete row by row.
    with transaction() as session:
        session.execute(text(f"TRUNCATE {tables} CASCADE"))


@pytest.fixture
def attempt(town: Actor) -> Iterator[Callable[..., Night]]:
    """Play a night in the town, and undo it."""

    def play(seed: int = 1) -> Night:
        with transaction() as session:
            point = session.begin_nested()
            try:
                return night(session, town, Crowd(HONEST, IDEAS, seed))
            finally:
                point.rollback()

    yield play


def test_a_ring_gains_no_more_than_a_place_and_honest_people_lose_nothing(
    attempt: Callable[..., Night],
) -> None:
    found = attempt()
    assert max(found.gained.values()) <= 1, found
    assert found.wronged <= 0.01 * HONEST, found
    assert found.counted_wrongly == 0
    assert min(found.without[kind] for kind in SURE) >= 5, (
        "the rings of this town are too weak to prove anything"
    )


@pytest.mark.parametrize(
    ("sign", "kind"), [(Sign.IDEAS, "clique"), (Sign.TIMES, "lazy"), (Sign.PLACES, "patient")]
)
def test_without_one_sign_a_ring_gets_through(
    sign: Sign, kind: str, attempt: Callable[..., Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three seeded mutants: one sign is never seen. No ring is stopped by the other alone."""
    right = signs.graphs

    def blind(*pairs: Any) -> dict[Sign, Any]:
        return right(*pairs) | {sign: {}}

    monkeypatch.setattr(nightly, "graphs", blind)
    monkeypatch.setattr(cases, "confirm", lambda *_: None)
    assert attempt().gained[kind] > 1


def test_one_sign_alone_would_wrong_honest_people(
    attempt: Callable[..., Night], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seeded mutant: what bears one sign is stopped at once."""
    monkeypatch.setattr(groups.Group, "is_sure", property(lambda _: True))
    monkeypatch.setattr(cases, "confirm", lambda *_: None)
    assert attempt().wronged > 0
