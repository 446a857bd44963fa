"""Which backups are made at night, and which are kept."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from models.clock import now
from models.deployment_backups import BackupKind, BackupState, DeploymentBackup
from models.deployments import Deployment, Wanted
from models.settings import settings
from services.accounts import Actor
from services.deployment_backups import nights
from services.deployment_backups.nights import kept_of, night_of, nightly_kept, want_nightly


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


def test_a_night_begins_at_the_hour_that_is_set() -> None:
    hour = datetime(2026, 11, 28, settings().backup_hour, tzinfo=UTC)
    before, after = hour - timedelta(minutes=1), hour + timedelta(hours=5)
    assert nights.night_of(before).date() == date(2026, 11, 27)
    assert nights.night_of(after).date() == date(2026, 11, 28)
