"""The clean-up: what is old goes, what is live or referenced stays, and being killed in the middle costs nothing."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.accounts import User, UserSession
from models.clock import now
from models.db import transaction
from models.deployments import Deployment, Release
from models.errors import Conflict
from models.executions import Event, State, Step
from models.installation import FactName
from models.settings import Settings, settings
from models.templates import TemplateVersion
from services import catalog, environments, executions, retention
from services.accounts import Actor, open_session
from services.catalog.kept import kept_folder
from services.catalog.versions import load_version
from services.crashpoints import AFTER_CLEANED, AFTER_REMOVAL, VARIABLE
from services.deployments.places import release_folder
from services.events import read_events
from services.executions.views import get_execution
from services.facts import find_fact, this_host
from services.retention import logs, trash_folder, versions
from services.retention.environments import LEAVING
from services.steps.deploy import step_back
from tests import aged
from tests.note import launch, tiny_catalogue
from tests.product import ROOT
from workers.cleaning import CleanUp, clean

Who = tuple[User, Actor]


@pytest.fixture
def ada(clean: Settings) -> Iterator[Who]:
    """Somebody, on a data folder without anything of earlier tests."""
    kept = ("workspaces", "releases", "runtimes", "trash", "storage/templates")
    for name in kept:
        shutil.rmtree(clean.data / name, ignore_errors=True)
    yield aged.person()
    for name in kept:
        shutil.rmtree(clean.data / name, ignore_errors=True)


def grow_old(folder: Path) -> None:
    """Let a folder be two days old."""
    os.utime(folder, (0, now().timestamp() - 2 * 86_400))


def counts(report: CleanUp) -> dict[str, int]:
    return {one.kind: one.count for one in report.removed if one.count}


def events_of(execution_id: str) -> list[tuple[int, str]]:
    with transaction() as session:
        return [(event.seq, event.text) for event in read_events(session, execution_id)]


def test_an_old_log_leaves_one_line_that_says_so_and_the_execution_stays(ada: Who) -> None:
    old, young = aged.ended(ada, days_ago=91), aged.ended(ada, days_ago=89)
    assert counts(clean())["logs"] == 3
    assert events_of(old) == [(1, "This log was removed: logs are kept for 90 days after the end.")]
    assert len(events_of(young)) == 3
    with transaction() as session:
        assert get_execution(session, ada[1], old).state == "succeeded"
    assert "logs" not in counts(clean())


def test_a_long_log_goes_from_its_end_so_that_what_is_left_has_no_gap(
    ada: Who, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "CHUNK", 10)
    old = aged.ended(ada, days_ago=100, events=25)
    with transaction() as session:
        assert logs.remove(session, old) == retention.Outcome.MORE
    assert [seq for seq, _ in events_of(old)] == list(range(1, 16))
    clean()
    assert [seq for seq, _ in events_of(old)] == [1]


def test_a_retried_execution_says_things_anew_and_those_are_kept_again(ada: Who) -> None:
    old = aged.ended(ada, days_ago=100, state=State.FAILED)
    clean()
    with transaction() as session:
        row = session.get_one(type(aged.execution(old)), old)
        row.finished_at = now()
        session.add(
            Event(execution_id=old, seq=2, team_id=row.team_id, epoch=2, kind="log.line", text="again")
        )
    assert "logs" not in counts(clean())
    with aged.days_later(91):
        assert counts(clean())["logs"] == 2


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING, State.WAITING])
def test_nothing_of_an_execution_that_has_not_ended_is_touched(ada: Who, state: State) -> None:
    one = aged.ended(ada, days_ago=400, state=state)
    assert counts(clean()) == {}
    assert len(events_of(one)) == 3 and aged.workspace(one).is_dir()


def test_working_folders_go_after_a_week_and_their_size_is_told(ada: Who) -> None:
    old, young = aged.ended(ada, days_ago=8), aged.ended(ada, days_ago=6)
    report = clean()
    assert counts(report) == {"workspaces": 1} and report.size_bytes >= 6000
    assert not aged.workspace(old).exists() and aged.workspace(young).is_dir()
    assert aged.execution(old).files_cleaned_at is not None
    assert list(trash_folder().iterdir()) == []


def test_a_page_knows_that_the_archive_is_gone_until_it_is_made_again(ada: Who) -> None:
    old = aged.ended(ada, days_ago=8)
    with transaction() as session:
        at = now() - timedelta(days=8)
        session.add(
            Step(
                execution_id=old, team_id=ada[1].personal_team_id, position=0, name="package", finished_at=at
            )
        )

    def gone() -> bool:
        with transaction() as session:
            return get_execution(session, ada[1], old).files_cleaned

    assert not gone()
    clean()
    assert gone()
    with transaction() as session:
        session.scalars(select(Step)).one().finished_at = now()
    assert not gone()


def test_a_folder_that_no_execution_knows_is_left_alone(ada: Who) -> None:
    strange = aged.workspace("exec_00000000000000000000000000")
    strange.mkdir(parents=True)
    assert counts(clean()) == {} and strange.is_dir()


def test_an_execution_that_is_retried_at_that_moment_keeps_its_folder(ada: Who) -> None:
    old = aged.ended(ada, days_ago=8, state=State.FAILED)
    with transaction() as session:
        executions.find_execution(session, ada[1], old)
        locked = select(type(aged.execution(old))).where(col(type(aged.execution(old)).id) == old)
        session.scalars(locked.with_for_update()).one()
        assert counts(clean()) == {}
    assert aged.workspace(old).is_dir()


def test_the_last_good_releases_stay_with_what_serves_and_what_shall(ada: Who, tmp_path: Path) -> None:
    made = aged.released(ada, tmp_path, 9, refused=(8,))
    aged.serve(made[0])
    assert counts(clean()) == {"releases": 2}
    there = [one.number for one in made if release_folder(one.id).is_dir()]
    assert there == [1, 4, 5, 6, 7, 8, 9]
    with transaction() as session:
        cleaned = select(Release.number).where(col(Release.cleaned_at).is_not(None))
        assert sorted(session.scalars(cleaned)) == [2, 3]


def test_a_step_back_never_wants_a_release_whose_folder_is_gone(ada: Who, tmp_path: Path) -> None:
    made = aged.released(ada, tmp_path, 8)
    clean()
    with transaction() as session:
        session.get_one(Deployment, made[3].deployment_id).wanted_release_id = made[3].id
    with transaction() as session:
        step_back(session, made[3].execution_id, cancelled=False)
    with transaction() as session:
        wanted = session.get_one(Deployment, made[3].deployment_id).wanted_release_id
    assert wanted == made[3].id


def test_environments_go_when_nothing_used_them_for_long_and_no_deployment_needs_them(
    ada: Who, tmp_path: Path
) -> None:
    aged.released(ada, tmp_path, 1)  # its lock is empty
    needed, old, young = (
        aged.environment(b"", 300),
        aged.environment(b"old", 31),
        aged.environment(b"young", 29),
    )
    assert counts(clean(dry_run=True)) == {"environments": 1}
    assert counts(clean()) == {"environments": 1}
    assert needed.is_dir() and young.is_dir() and not old.exists()


def test_using_an_environment_renews_it(ada: Who, tmp_path: Path) -> None:
    folder = aged.environment(b"# old\n", 31)
    lock = tmp_path / "lock"
    lock.write_bytes(b"# old\n")
    assert environments.ensure(lock).built is False
    assert counts(clean()) == {} and folder.is_dir()


def test_an_environment_that_is_used_in_the_moment_of_its_removal_stays(ada: Who) -> None:
    folder = aged.environment(b"old", 31)
    with transaction() as session:
        found = [one.id for one in dict(kinds())["environments"].find(session)]
        assert found == [folder.name]
        assert environments.is_whole(folder)
        assert dict(kinds())["environments"].remove(session, folder.name) == retention.Outcome.KEPT
        assert environments.is_whole(folder)


def test_a_removal_of_an_environment_that_was_ended_half_way_is_finished(ada: Who) -> None:
    folder = aged.environment(b"old", 31)
    (folder / environments.MARKER).rename(folder / LEAVING)
    assert counts(clean()) == {"environments": 1} and not folder.exists()


def kinds() -> Iterator[tuple[str, retention.Kind]]:
    return ((kind.name, kind) for kind in retention.KINDS)


def test_ended_sessions_go_after_a_month_however_they_ended(ada: Who) -> None:
    month = timedelta(days=31)
    with transaction() as session:
        for _ in range(4):
            open_session(session, ada[0])
        rows = list(session.scalars(select(UserSession)))
        rows[0].expires_at, rows[1].revoked_at = now() - month, now() - month
        rows[2].revoked_at = now()
        kept = {rows[2].id, rows[3].id}
    assert counts(clean()) == {"sessions": 2}
    with transaction() as session:
        assert set(session.scalars(select(UserSession.id))) == kept


def test_a_version_of_a_template_is_kept_as_long_as_an_execution_was_made_of_it(
    ada: Who, tmp_path: Path
) -> None:
    with tiny_catalogue(tmp_path / "templates") as root:
        for number in (2, 3):
            if number == 2:
                launch(ada[1])  # of the first
            (root / "note" / "skeleton" / "new.txt").write_text(f"version {number}")
            with transaction() as session:
                catalog.sync(session)
                rows = session.scalars(select(TemplateVersion).order_by(col(TemplateVersion.id))).all()
        used, unused, current = (row.content_hash for row in rows if row.version == "1.0.0")
        assert counts(clean()) == {}, "what was just kept may not be in the tables yet"
        for one in (used, unused, current):
            grow_old(kept_folder(one))
        assert counts(clean()) == {"versions": 1}
        assert kept_folder(used).is_dir() and kept_folder(current).is_dir()
        assert not kept_folder(unused).exists()
        with transaction() as session:
            assert load_version(session.get_one(TemplateVersion, rows[0].id), "note").content_hash == used
            assert versions.remove(session, used) == retention.Outcome.KEPT
        serve = kept_folder(used) / "note" / "skeleton" / "serve.py"
        serve.chmod(0o644)
        serve.write_text("changed\n")
        with transaction() as session, pytest.raises(Conflict, match="not here any more"):
            load_version(session.get_one(TemplateVersion, rows[0].id), "note")


def test_a_dry_run_says_the_same_and_changes_nothing(ada: Who, tmp_path: Path) -> None:
    old = aged.ended(ada, days_ago=100)
    aged.released(ada, tmp_path, 7)
    aged.environment(b"old", 31)
    promised = clean(dry_run=True)
    assert aged.workspace(old).is_dir() and len(events_of(old)) == 3
    with transaction() as session:
        assert find_fact(session, FactName.CLEAN_UP, this_host()) is None
    assert clean().removed == promised.removed
    assert counts(promised) == {"logs": 3, "workspaces": 1, "releases": 2, "environments": 1}


def test_what_it_did_is_kept_for_the_overview(ada: Who) -> None:
    aged.ended(ada, days_ago=8)
    report = clean()
    with transaction() as session:
        known = find_fact(session, FactName.CLEAN_UP, this_host())
    assert known is not None and known.data["size_bytes"] == report.size_bytes > 0


CLEAN = "from workers.cleaning import clean; clean()"


@pytest.mark.parametrize(
    "place",
    [
        *(
            f"{AFTER_REMOVAL}:{kind.name}"
            for kind in retention.KINDS
            if kind.name not in ("sessions", "sign_ups", "notifications")
        ),
        AFTER_CLEANED,
    ],
)
def test_killed_in_the_middle_the_next_run_finds_the_rest(ada: Who, tmp_path: Path, place: str) -> None:
    old, kept = [aged.ended(ada, days_ago=100) for _ in "ab"], aged.ended(ada)
    made = aged.released(ada, tmp_path, 7)
    environment = aged.environment(b"old", 31)
    (kept_folder("f" * 64) / "note").mkdir(parents=True)  # of a version that nobody knows any more
    grow_old(kept_folder("f" * 64))
    killed = subprocess.run([sys.executable, "-c", CLEAN], cwd=ROOT, env={**os.environ, VARIABLE: place})
    assert killed.returncode == -signal.SIGKILL
    assert clean().problems == []
    assert [len(events_of(one)) for one in (*old, kept)] == [1, 1, 3]
    assert [aged.workspace(one).exists() for one in (*old, kept)] == [False, False, True]
    assert [release_folder(one.id).is_dir() for one in made] == [False, False, *[True] * 5]
    assert not environment.exists() and list((settings().data / "trash").iterdir()) == []
    assert counts(clean()) == {}
