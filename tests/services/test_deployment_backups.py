"""Which backups are made at night, and which are kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.accounts import User
from models.clock import now
from models.deployment_backups import (
    BackupKind,
    BackupState,
    DeploymentBackup,
    DeploymentRestore,
    RestoreState,
)
from models.deployments import Deployment, Release, Wanted
from models.settings import settings
from services.accounts import Actor
from services.deployment_backups import get_restore, keeping, nights, roll_back_with_data
from services.deployment_backups.keeping import Verdict
from services.deployment_backups.nights import kept_of, night_of, nightly_kept, want_nightly
from services.deployment_backups.wishes import open_restores
from services.deployments.keeping import mark_removed
from tests.tiny_app import add_execution


def nightly(night: date) -> DeploymentBackup:
    """A nightly backup that is there."""
    return DeploymentBackup(
        deployment_id="", team_id="", kind=BackupKind.NIGHTLY, state=BackupState.READY, night=night,
        created_at=datetime(night.year, night.month, night.day, 2, tzinfo=UTC),
    )  # fmt: skip


def test_after_half_a_year_seven_days_and_four_weeks_are_kept() -> None:
    first = date(2026, 1, 1)
    kept: list[DeploymentBackup] = []
    for number in range(180):
        kept = nightly_kept([nightly(first + timedelta(days=number)), *kept])
        kept.sort(key=lambda row: row.night or first, reverse=True)
    last = first + timedelta(days=179)
    assert {row.night for row in kept} >= {last - timedelta(days=one) for one in range(7)}
    assert len(kept) <= 7 + 4
    weeks = {row.night.isocalendar()[:2] for row in kept if row.night}
    assert len(weeks) == 4, "the newest of each of four weeks"


def test_nights_that_are_missing_do_not_cost_the_ones_that_are_there() -> None:
    rows = [nightly(date(2026, 11, 28) - timedelta(days=40 * one)) for one in range(7)]
    assert len(nightly_kept(rows)) == 7


@pytest.mark.parametrize("kind", [BackupKind.BEFORE_RESTORE, BackupKind.BEFORE_RELEASE])
def test_five_are_kept_before_restores_and_before_releases_and_all_by_hand(kind: BackupKind) -> None:
    made = [nightly(date(2026, 11, 28) - timedelta(days=one)) for one in range(9)]
    for row in made:
        row.kind = kind
    assert kept_of(made) == made[:5]
    for row in made:
        row.kind = BackupKind.MANUAL
    assert kept_of(made) == made


def test_what_failed_is_kept_for_a_week_so_that_its_reason_can_be_read() -> None:
    old, young, open_one = (nightly(now().date()) for _ in range(3))
    for row, state, age in ((old, "failed", 8), (young, "failed", 6), (open_one, "wanted", 8)):
        row.state, row.created_at = BackupState(state), now() - timedelta(days=age)
    assert {row.id for row in kept_of([open_one, young, old])} == {open_one.id, young.id}


def deployment(session: Session, actor: Actor, slug: str, **more: object) -> Deployment:
    """A deployment from the day before yesterday."""
    row = Deployment(
        team_id=actor.team_id, user_id=actor.user_id, template_slug="tiny", slug=slug, name=slug,
        slot_uid=900_000 + len(slug), **{"created_at": now() - timedelta(days=2), **more},
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_each_night_one_backup_is_wanted_of_every_app_whose_switch_is_on(
    session: Session, make_user: object
) -> None:
    _, actor = make_user(session)  # type: ignore[operator]
    on = deployment(session, actor, "on")
    deployment(session, actor, "switched-off", nightly_backup=False)
    deployment(session, actor, "being-deleted", wanted=Wanted.DELETED)
    deployment(session, actor, "just-made-today", created_at=now())
    assert want_nightly(session) == 1
    assert want_nightly(session) == 0, "any number of clocks ask"
    [row] = session.scalars(select(DeploymentBackup)).all()
    assert (row.deployment_id, row.kind, row.state) == (on.id, "nightly", "wanted")
    assert row.night == night_of(now()).date()


def test_what_could_not_be_rolled_back_with_its_data_is_not_rolled_back(
    session: Session, make_user: object
) -> None:
    _, actor = make_user(session)  # type: ignore[operator]
    row, first, second = two_releases(session, actor)
    asked = roll_back_with_data(session, actor, row.id)
    assert (row.wanted_release_id, asked.state) == (first, "wanted")
    wish = open_restores(session)[row.id]
    assert wish == {"restore_waits": True}, (
        "the release waits for its data, and that for the backup before it"
    )
    order = keeping.next_order(session, urgent=False)
    assert order is not None and order.kind == BackupKind.BEFORE_RESTORE
    keeping.record_failed(session, order.backup_id, "The disk is full.")
    assert row.wanted_release_id == second
    assert get_restore(session, actor, asked.id).state == "failed"


def test_another_release_that_was_asked_for_meanwhile_is_not_taken_back(
    session: Session, make_user: object
) -> None:
    _, actor = make_user(session)  # type: ignore[operator]
    row, *_ = two_releases(session, actor)
    asked = roll_back_with_data(session, actor, row.id)
    third = release(session, actor, row, 3)
    row.wanted_release_id = third.id
    keeping.record_verdict(session, Verdict(asked.id, RestoreState.RETURNED, "It fell ill."))
    assert row.wanted_release_id == third.id


def test_with_a_deployment_all_its_backups_and_restores_go(session: Session, make_user: object) -> None:
    _, actor = make_user(session)  # type: ignore[operator]
    row, *_ = two_releases(session, actor)
    roll_back_with_data(session, actor, row.id)
    mark_removed(session, row.id)
    assert session.scalars(select(DeploymentBackup)).all() == []
    assert session.scalars(select(DeploymentRestore)).all() == []


def two_releases(session: Session, actor: Actor) -> tuple[Deployment, str, str]:
    """A deployment whose second release serves, and a backup of the data as the first one left it."""
    row = deployment(session, actor, "shop")
    first, second = release(session, actor, row, 1), release(session, actor, row, 2)
    row.wanted_release_id = row.observed_release_id = second.id
    session.add(
        DeploymentBackup(
            deployment_id=row.id, team_id=row.team_id, kind=BackupKind.BEFORE_RELEASE, state=BackupState.READY,
            release_id=first.id, release_number=1, next_release_id=second.id, checksum="ab" * 32,
        )
    )  # fmt: skip
    session.flush()
    return row, first.id, second.id


def release(session: Session, actor: Actor, row: Deployment, number: int) -> Release:
    """A release of a deployment, made by an execution of its own."""
    user = session.get_one(User, actor.user_id)
    made = Release(
        deployment_id=row.id,
        team_id=row.team_id,
        execution_id=add_execution(session, user, actor).id,
        number=number,
    )
    session.add(made)
    session.flush()
    return made


def test_a_night_begins_at_the_hour_that_is_set() -> None:
    hour = datetime(2026, 11, 28, settings().backup_hour, tzinfo=UTC)
    before, after = hour - timedelta(minutes=1), hour + timedelta(hours=5)
    assert nights.night_of(before).date() == date(2026, 11, 27)
    assert nights.night_of(after).date() == date(2026, 11, 28)
