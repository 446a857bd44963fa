"""Going back to earlier releases, sleep, and the minutes of deployments, without the keeper."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models.clock import now
from models.deployments import Deployment, Release
from models.errors import Conflict, InvalidInput, NotAllowed, NotFound
from models.journal import AuditEntry
from services import deployments
from services.deployments.minutes import Minute, quarter_of, store_minutes
from services.deployments.returning import refuse_release
from tests.tiny_app import add_execution, write_app


@pytest.fixture
def ada(session: Session, make_user: Callable) -> tuple:
    return make_user(session)


def release(session: Session, ada: tuple, folder: Path, deployment_id: str | None = None) -> Release:
    return deployments.create_release(
        session, execution=add_execution(session, *ada), folder=write_app(folder / "code"), commit="c" * 40,
        deployment_id=deployment_id, slug_wish="shop",
    )  # fmt: skip


def test_one_goes_back_to_the_last_good_release_or_to_a_chosen_one(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    first = release(session, ada, tmp_path)
    with pytest.raises(Conflict, match="no earlier release"):
        deployments.roll_back(session, ada[1], first.deployment_id)
    second, third = (release(session, ada, tmp_path, first.deployment_id) for _ in "ab")
    refuse_release(session, second.id, "It was ill.", None)
    deployments.roll_back(session, ada[1], first.deployment_id)
    row = session.get_one(Deployment, first.deployment_id)
    assert (row.wanted_release_id, row.restart_requested_at) == (first.id, None)
    deployments.roll_back(session, ada[1], first.deployment_id, 2)
    assert row.wanted_release_id == second.id and row.restart_requested_at is not None, "it is tried anew"
    assert "refused" not in second.manifest
    third.cleaned_at = now()
    session.flush()
    with pytest.raises(Conflict, match="cleaned away"):
        deployments.roll_back(session, ada[1], first.deployment_id, 3)
    with pytest.raises(NotFound):
        deployments.roll_back(session, ada[1], first.deployment_id, 9)
    actions = list(session.scalars(select(AuditEntry.action)))
    assert actions.count("deployment.rolled_back") == 2


def test_a_refused_release_gives_its_place_back_once(session: Session, ada: tuple, tmp_path: Path) -> None:
    first = release(session, ada, tmp_path)
    second = release(session, ada, tmp_path, first.deployment_id)
    row = session.get_one(Deployment, first.deployment_id)
    for _ in "ab":
        refuse_release(session, second.id, "It crashed.", first.id)
    assert row.wanted_release_id == first.id
    assert list(session.scalars(select(AuditEntry.action))).count("deployment.returned") == 1
    third = release(session, ada, tmp_path, first.deployment_id)
    refuse_release(session, second.id, "It crashed again.", first.id)
    assert row.wanted_release_id == third.id, "what is wanted meanwhile stays wanted"


def test_sleep_has_limits_and_can_be_lifted(session: Session, ada: tuple, tmp_path: Path) -> None:
    made = release(session, ada, tmp_path)
    assert deployments.set_sleep(session, ada[1], made.deployment_id, 900).sleep_after_s == 900
    assert deployments.set_sleep(session, ada[1], made.deployment_id, None).sleep_after_s is None
    for wrong in (0, 59, 604_801):
        with pytest.raises(InvalidInput):
            deployments.set_sleep(session, ada[1], made.deployment_id, wrong)


def test_strangers_find_nothing(session: Session, ada: tuple, tmp_path: Path, make_user: Callable) -> None:
    made = release(session, ada, tmp_path)
    _, eve = make_user(session, "eve@example.com")
    for ask in (deployments.roll_back, deployments.last_day):
        with pytest.raises((NotFound, NotAllowed)):
            ask(session, eve, made.deployment_id)


def test_a_day_is_96_quarters_and_what_nobody_saw_is_unknown(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    made = release(session, ada, tmp_path)
    start = quarter_of(now())

    def minute(back: int, source: str = "k1", **counts: int) -> Minute:
        return Minute(made.deployment_id, start - timedelta(minutes=back), source, **counts)

    store_minutes(session, [minute(0, well=20), minute(0, "d1", requests=7, errors=2), minute(15, off=30)])
    store_minutes(
        session, [minute(30, well=29, ill=1), minute(45, "d1", requests=1), minute(60 * 25, well=1)]
    )
    store_minutes(
        session, [minute(0, "d1", requests=5), minute(0, "d2", requests=3)]
    )  # late, and another life
    day = deployments.last_day(session, ada[1], made.deployment_id)
    assert len(day) == 96 and day[-1].start == start
    assert [one.state for one in day[-5:]] == ["unknown", "unknown", "ill", "off", "well"]
    assert (day[-1].requests, day[-1].errors) == (10, 2)
    assert {one.state for one in day[:-5]} == {"unknown"}
