"""Everything of a person as one archive."""

import io
import json
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import Session, SQLModel, select

from models.accounts import Membership, Role, User
from models.clock import now
from models.db import transaction
from models.deployments import Deployment
from models.errors import NotAllowed, NotFound
from models.executions import Event
from models.settings import Settings
from models.tables import MODULES
from models.teams import Export
from services import keys, privacy, profile, teams
from services.accounts import Actor
from services.deployments.places import repository_folder
from services.privacy import exports
from services.privacy.contents import LEFT_OUT, PARTS
from tests import tiny_app
from tests.services.teams.people import again, joined, person, shared
from workers import jobs


@pytest.fixture
def ada(clean: Settings) -> Actor:
    """Somebody with an application, a key, a picture, a mail and a team with others."""
    with transaction() as session:
        actor = person(session, "Ada")
        picture = io.BytesIO()
        Image.new("RGB", (10, 10)).save(picture, "PNG")
        profile.set_picture(session, actor, picture.getvalue())
        keys.create_key(session, actor, "CI", ["executions:read"])
        execution = made(session, actor, "Menu")
        row = Deployment(
            team_id=actor.team_id,
            user_id=actor.user_id,
            template_slug="t",
            slug="menu",
            name="Menu",
            slot_uid=1,
        )
        session.add(row)
        session.flush()
        tiny_app.commit_all(tiny_app.write_app(repository_folder(row.id)))
        in_team, team_id = shared(session, actor)
        bob = joined(session, team_id, "Bob", Role.ADMIN)
        made(session, in_team, "Of the team, by Ada")
        made(session, bob, "Of the team, by Bob")
        teams.change_role(session, bob, team_id, bob.user_id, "member")
        assert execution
        return actor


def made(session: Session, actor: Actor, name: str) -> str:
    row = tiny_app.add_execution(session, session.get_one(User, actor.user_id), actor, name)
    session.add(
        Event(execution_id=row.id, seq=1, team_id=row.team_id, epoch=1, kind="log.line", text=f"{name} says")
    )
    session.flush()
    return row.id


def export(actor: Actor) -> Path:
    """Ask for an export, have it made, and take it."""
    with transaction() as session:
        asked = privacy.request_export(session, actor)
    assert jobs.export_account(asked.id)
    with transaction() as session:
        return privacy.archive_file(session, actor)


@pytest.fixture
def archive(ada: Actor) -> Iterator[zipfile.ZipFile]:
    """Her archive."""
    with zipfile.ZipFile(export(ada)) as opened:
        yield opened


def read(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


def test_the_archive_holds_what_is_hers_and_nothing_of_others(archive: zipfile.ZipFile, ada: Actor) -> None:
    assert archive.testzip() is None
    assert read(archive, "account.json")[0]["email"] == "ada@example.com"
    assert {one["name"] for one in read(archive, "executions.json")} == {"Menu", "Of the team, by Ada"}
    events = [json.loads(line) for line in archive.read("events.jsonl").splitlines()]
    assert {one["text"] for one in events} == {"Menu says", "Of the team, by Ada says"}
    assert {one["user_id"] for one in read(archive, "memberships.json")} == {ada.user_id}
    assert {one["name"] for one in read(archive, "teams.json")} == {"Ada's team", "Tea Corner"}
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"bob@example.com" not in everything and b"by Bob" not in everything


def test_the_archive_opens_nothing(archive: zipfile.ZipFile) -> None:
    assert [one["name"] for one in read(archive, "api_keys.json")] == ["CI"]
    for name in archive.namelist():
        assert b"token_hash" not in archive.read(name) and b"password_hash" not in archive.read(name)


def test_the_archive_explains_itself_and_holds_picture_and_source(
    archive: zipfile.ZipFile, tmp_path: Path
) -> None:
    words = archive.read("README.md").decode()
    assert all(f"`{part.file}`" in words for part in PARTS)
    assert archive.read("picture.webp")[:4] == b"RIFF"
    archive.extract("sources/menu.bundle", tmp_path)
    subprocess.run(
        ["git", "clone", "-q", str(tmp_path / "sources/menu.bundle"), str(tmp_path / "menu")], check=True
    )
    assert (tmp_path / "menu" / "serve.py").is_file()


def test_what_was_made_in_a_team_that_one_has_left_stays_there(ada: Actor) -> None:
    with transaction() as session:
        row = session.scalars(
            select(Membership).where(Membership.user_id == ada.user_id, Membership.team_id != ada.team_id)
        ).one()
        session.delete(row)
    with zipfile.ZipFile(export(ada)) as archive:
        assert [one["name"] for one in read(archive, "executions.json")] == ["Menu"]


def test_every_table_with_something_of_a_person_is_in_the_archive_or_left_out_with_a_reason() -> None:
    tables = {value for module in MODULES for value in vars(module).values() if is_table(value)}
    personal = {table for table in tables if {"user_id", "invited_by"} & set(table.model_fields)}
    assert personal - {part.table for part in PARTS} - LEFT_OUT.keys() == set()


def is_table(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, SQLModel) and hasattr(value, "__table__")


def test_asking_twice_is_one_export_and_a_new_one_removes_the_one_before(ada: Actor) -> None:
    with transaction() as session:
        first, second = (privacy.request_export(session, ada) for _ in range(2))
        assert first.id == second.id and first.state == "queued"
    jobs.export_account(first.id)
    path = exports.archive_path(first.id)
    assert (path.is_file() and path.stat().st_mode & 0o077 == 0) or path.parent.stat().st_mode & 0o077 == 0
    with transaction() as session:
        third = privacy.request_export(session, ada)
    assert third.id != first.id and not path.exists()


def test_nobody_takes_the_archive_of_another(ada: Actor) -> None:
    export(ada)
    with transaction() as session:
        bob = person(session, "Eve")
        with pytest.raises(NotFound):
            privacy.archive_file(session, bob)
        assert privacy.latest_export(session, bob) is None
        _, token = keys.create_key(session, again(session, ada), "CI", ["executions:read"])
        by_key = keys.actor_for_key(session, token)
        assert by_key is not None
        with pytest.raises(NotAllowed):
            privacy.archive_file(session, by_key)


def test_the_archive_is_gone_after_a_week(ada: Actor) -> None:
    path = export(ada)
    with transaction() as session:
        session.scalars(select(Export)).one().expires_at = now() - timedelta(seconds=1)
    with transaction() as session, pytest.raises(NotFound):
        privacy.archive_file(session, ada)
    with transaction() as session:
        assert exports.keep_house(session) == 1
    assert not path.exists()


def test_an_export_runs_once_and_a_worker_that_is_gone_is_followed_by_another(ada: Actor) -> None:
    with transaction() as session:
        asked = privacy.request_export(session, ada)
        assert exports.claim(session, asked.id) == (ada.user_id, 1)
        assert exports.claim(session, asked.id) is None
        session.get_one(Export, asked.id, populate_existing=True).lease_until = now() - timedelta(seconds=1)
    with transaction() as session:
        assert exports.keep_house(session) == 1
    assert jobs.export_account(asked.id)
    with transaction() as session:
        assert not exports.report(session, asked.id, 1, 50, "the one before")
        view = privacy.latest_export(session, ada)
        assert view is not None and (view.state, view.progress) == ("ready", 100)


def test_an_export_that_never_ends_is_given_up_and_says_so(ada: Actor) -> None:
    with transaction() as session:
        asked = privacy.request_export(session, ada)
    for _ in range(exports.MOST_ATTEMPTS + 1):
        with transaction() as session:
            exports.claim(session, asked.id)
            session.get_one(Export, asked.id, populate_existing=True).lease_until = now() - timedelta(
                seconds=1
            )
        with transaction() as session:
            exports.keep_house(session)
    with transaction() as session:
        view = privacy.latest_export(session, ada)
    assert view is not None and view.state == "failed" and "once more" in view.error


def test_an_archive_that_cannot_be_written_says_so(ada: Actor) -> None:
    with transaction() as session:
        asked = privacy.request_export(session, ada)
    exports.archive_path(asked.id).parent.mkdir(parents=True, exist_ok=True)
    (exports.archive_path(asked.id).with_suffix(".draft")).mkdir()
    assert jobs.export_account(asked.id)
    with transaction() as session:
        view = privacy.latest_export(session, ada)
    assert view is not None and (view.state, view.error != "") == ("failed", True)
