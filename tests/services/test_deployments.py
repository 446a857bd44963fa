"""Deployments without the keeper: what is stored, who may change it, and what may be claimed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session, select

from models.clock import now
from models.db import engine, transaction
from models.deployments import Deployment, Observed, Release, Wanted
from models.errors import Conflict, InvalidInput, NotFound
from models.journal import AuditEntry
from services import deployments
from services.accounts import Actor
from services.deployments import keeping
from services.deployments.app_logs.writing import AppLog
from services.deployments.places import release_folder
from services.deployments.returning import refuse_release
from services.deployments.slugs import LABEL, RESERVED, slug_of
from tests.tiny_app import add_execution, write_app


@pytest.fixture
def ada(session: Session, make_user: Callable) -> tuple:
    return make_user(session)


def release(session: Session, ada: tuple, folder: Path, wish: str = "Shop", **more: object) -> Release:
    execution = add_execution(session, *ada)
    made = {"commit": "c" * 40, "deployment_id": None, **more}
    return deployments.create_release(
        session, execution=execution, folder=write_app(folder / "code"), slug_wish=wish, **made
    )


def observe(
    session: Session, made: Release, state: Observed = Observed.RUNNING, age_s: float = 0, **more: object
) -> None:
    seen = {"detail": "", "release_id": made.id, "probe_ms": 2.5, "restarts": 1, **more}
    at = now() - timedelta(seconds=age_s)
    keeping.record_observed(session, [keeping.ObservedApp(made.deployment_id, state, at=at, **seen)])
    session.expire_all()


@given(st.text(max_size=80))
def test_every_wish_becomes_a_name_that_dns_accepts(wish: str) -> None:
    slug = slug_of(wish)
    assert LABEL.fullmatch(slug) and slug not in RESERVED and "--" not in slug and not slug.isdigit()


def test_a_wish_stays_recognisable() -> None:
    assert slug_of("  Ana's Café & Bar ") == "ana-s-cafe-bar"
    assert (slug_of("www"), slug_of("2024"), slug_of("日本"), slug_of("")) == (
        "app-www",
        "app-2024",
        "my-app",
        "my-app",
    )


def test_a_release_is_stored_with_its_code_and_what_starts_it(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    made = release(session, ada, tmp_path)
    assert (made.number, made.manifest) == (1, {"start": ["python", "serve.py"], "health": "/healthz"})
    assert (release_folder(made.id) / "serve.py").is_file()
    row = session.get_one(Deployment, made.deployment_id)
    assert (row.slug, row.wanted, row.wanted_release_id) == ("shop", Wanted.RUNNING, made.id)
    actions = set(session.scalars(select(AuditEntry.action)))
    assert {"deployment.created", "release.created"} <= actions


def test_the_same_execution_makes_one_release_however_often_it_runs(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    execution, folder = add_execution(session, *ada), write_app(tmp_path)
    once, again = (
        deployments.create_release(
            session, execution=execution, folder=folder, commit="", deployment_id=None, slug_wish="x"
        )
        for _ in range(2)
    )
    assert once.id == again.id and len(session.scalars(select(Deployment)).all()) == 1


def test_links_of_an_app_are_never_followed_when_its_code_is_copied(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "secret").symlink_to("/etc/shadow")
    (tmp_path / "code" / ".git").mkdir()
    made = release(session, ada, tmp_path)
    assert (release_folder(made.id) / "secret").is_symlink()
    assert not (release_folder(made.id) / ".git").exists()


def test_slugs_are_counted_up_and_free_again_after_deletion(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    made = [release(session, ada, tmp_path, "shop") for _ in range(3)]
    rows = [session.get_one(Deployment, one.deployment_id) for one in made]
    assert [row.slug for row in rows] == ["shop", "shop-2", "shop-3"]
    assert len({row.slot_uid for row in rows}) == 3
    deployments.delete(session, ada[1], rows[1].id)
    assert release(session, ada, tmp_path, "shop").deployment_id != rows[1].id
    keeping.mark_removed(session, rows[1].id)
    session.flush()
    back = session.get_one(Deployment, release(session, ada, tmp_path, "shop").deployment_id)
    assert (back.slug, back.slot_uid) == ("shop-2", rows[1].slot_uid)


def test_a_redeploy_is_the_next_release_of_the_same_deployment(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    first = release(session, ada, tmp_path)
    second = release(session, ada, tmp_path, deployment_id=first.deployment_id)
    observe(session, first)
    view = deployments.get_deployment(session, ada[1], first.deployment_id)
    assert [(one.number, one.current) for one in view.releases] == [(2, False), (1, True)]
    assert (view.release_number, view.execution_id) == (1, first.execution_id)
    observe(session, second)
    assert deployments.get_deployment(session, ada[1], first.deployment_id).release_number == 2


def test_nothing_is_deployed_over_what_is_being_deleted(session: Session, ada: tuple, tmp_path: Path) -> None:
    first = release(session, ada, tmp_path)
    deployments.delete(session, ada[1], first.deployment_id)
    deployments.delete(session, ada[1], first.deployment_id)
    with pytest.raises(Conflict):
        release(session, ada, tmp_path, deployment_id=first.deployment_id)
    with pytest.raises(Conflict):
        deployments.want(session, ada[1], first.deployment_id, "running")
    assert deployments.get_deployment(session, ada[1], first.deployment_id).state == "deleting"
    assert session.scalars(select(AuditEntry.action)).all().count("deployment.deleted") == 1


def test_an_app_without_lock_or_start_is_refused(session: Session, ada: tuple, tmp_path: Path) -> None:
    execution = add_execution(session, *ada)
    with pytest.raises(InvalidInput):
        deployments.create_release(
            session, execution=execution, folder=tmp_path, commit="", deployment_id=None, slug_wish="x"
        )


def test_what_was_seen_is_shown_with_its_age_and_not_for_long(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    made = release(session, ada, tmp_path)
    actor: Actor = ada[1]
    assert deployments.get_deployment(session, actor, made.deployment_id).state == "unknown"
    observe(session, made, age_s=3)
    view = deployments.get_deployment(session, actor, made.deployment_id)
    assert (view.state, view.probe_ms, view.restarts) == ("running", 2.5, 1) and (
        view.observed_age_s or 0
    ) >= 3
    observe(session, made, Observed.CRASHED, age_s=9)
    assert deployments.get_deployment(session, actor, made.deployment_id).state == "running", (
        "an older look is ignored"
    )
    session.execute(text("UPDATE deployments SET observed_at = now() - interval '11 seconds'"))
    session.expire_all()
    view = deployments.get_deployment(session, actor, made.deployment_id)
    assert (view.state, view.probe_ms) == ("unknown", None) and "Last seen running 1" in view.detail


def test_start_stop_and_restart_are_wishes_with_a_trail(session: Session, ada: tuple, tmp_path: Path) -> None:
    made, actor = release(session, ada, tmp_path), ada[1]
    for _ in range(2):
        assert deployments.want(session, actor, made.deployment_id, "stopped").wanted == "stopped"
    assert deployments.restart(session, actor, made.deployment_id).wanted == "running"
    [wanted] = keeping.list_wanted(session)
    assert wanted.restart_requested_at and wanted.start == ("python", "serve.py")
    actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("deployment.stopped") == 1 and actions.count("deployment.restarted") == 1


def test_the_keeper_is_rung_when_the_change_is_committed(
    clean: object, make_user: Callable, tmp_path: Path
) -> None:
    listener = engine().raw_connection()
    try:
        listener.driver_connection.autocommit = True  # type: ignore[union-attr]
        listener.driver_connection.execute("LISTEN apps")  # type: ignore[union-attr]
        with transaction() as session:
            made = release(session, make_user(session), tmp_path)
        [ring] = list(listener.driver_connection.notifies(timeout=5, stop_after=1))  # type: ignore[union-attr]
        assert ring.payload == made.deployment_id
    finally:
        listener.driver_connection.close()  # type: ignore[union-attr]
        listener.invalidate()


def test_another_team_sees_and_changes_nothing(
    session: Session, ada: tuple, make_user: Callable, tmp_path: Path
) -> None:
    made = release(session, ada, tmp_path)
    _, eve = make_user(session, email="eve@example.com")
    assert deployments.list_deployments(session, eve).items == []
    for attempt in (
        lambda: deployments.get_deployment(session, eve, made.deployment_id),
        lambda: deployments.want(session, eve, made.deployment_id, "stopped"),
        lambda: deployments.restart(session, eve, made.deployment_id),
        lambda: deployments.delete(session, eve, made.deployment_id),
        lambda: deployments.read_logs(session, eve, made.deployment_id),
        lambda: deployments.find_by_name(session, eve, "deployments:read", "shop"),
        lambda: deployments.get_deployment(session, eve, "depl_nonsense"),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_pages_of_deployments_follow_each_other_and_can_be_searched(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    for name in ("alpha", "beta", "gamma", "al_pha"):
        release(session, ada, tmp_path, name)
    first = deployments.list_deployments(session, ada[1], limit=3)
    rest = deployments.list_deployments(session, ada[1], limit=3, cursor=first.next_cursor or "")
    assert [one.slug for one in [*first.items, *rest.items]] == ["al-pha", "gamma", "beta", "alpha"]
    assert rest.next_cursor is None
    found = deployments.list_deployments(session, ada[1], query="ALPH").items
    assert [one.slug for one in found] == ["alpha"]
    assert deployments.list_deployments(session, ada[1], query="%\x00").items == []


def test_logs_are_the_newest_lines_over_all_starts_and_safe_to_show(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    made = release(session, ada, tmp_path)
    assert deployments.read_logs(session, ada[1], made.deployment_id) == []
    log = AppLog(made.deployment_id)
    log.say_start(1)
    for line in ("one", "\x1b[31mred\x1b[0m", "password=hunter2hunter2"):
        log.write(line)
    lines = deployments.read_logs(session, ada[1], made.deployment_id, lines=3)
    assert lines == ["one", "red", "password=[redacted]"]
    assert deployments.read_logs(session, ada[1], made.deployment_id)[0] == "* Release 1 starts."


def test_an_execution_can_wait_for_what_becomes_of_its_release(
    session: Session, ada: tuple, tmp_path: Path
) -> None:
    made = release(session, ada, tmp_path)
    assert deployments.release_outcome(session, made.id).state == "waiting"
    refuse_release(session, made.id, "It did not answer.", None)
    assert deployments.release_outcome(session, made.id) == deployments.Outcome(
        "failed", "It did not answer."
    )
    observe(session, made)
    assert deployments.release_outcome(session, made.id).state == "live"
    newer = release(session, ada, tmp_path, deployment_id=made.deployment_id)
    observe(session, newer)
    refuse_release(session, made.id, "", None)
    assert deployments.release_outcome(session, made.id).state == "failed"
    deployments.delete(session, ada[1], made.deployment_id)
    session.flush()
    assert deployments.release_outcome(session, newer.id).state == "failed"
