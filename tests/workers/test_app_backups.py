"""Backups and restores of apps that run: with the real keeper, real boxes and a real database."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from models.db import engine, transaction
from models.deployments import Release
from services import deployment_backups, deployments
from services.crashpoints import (
    AFTER_ASIDE,
    AFTER_BACK,
    AFTER_SWAP,
    AFTER_UNPACK,
    AFTER_VERDICT,
    ARMED,
    BEFORE_ARCHIVE,
    VARIABLE,
)
from services.deployment_backups import BackupsView, BackupView, RestoreView
from services.deployment_backups.places import archive_path, backups_folder
from services.deployments.places import app_folder, data_folder
from tests.parts import eventually
from tests.town import KEEPER, Town

# An app that does not start with data that says so.
PICKY = """
notes = os.path.join(DATA, "notes")
if os.path.exists(notes) and "poison" in open(notes).read():
    raise SystemExit(5)
"""


def backups(town: Town, made: Release) -> BackupsView:
    found: BackupsView = town.do(deployment_backups.list_backups, made)
    return found


def backup(town: Town, made: Release) -> BackupView:
    """Have a backup made by hand, and return it when it is there."""
    asked = town.do(deployment_backups.make_backup, made)
    eventually(lambda: one(town, made, asked.id).state != "wanted", within_s=20)
    assert one(town, made, asked.id).state == "ready", one(town, made, asked.id).detail
    return one(town, made, asked.id)


def one(town: Town, made: Release, backup_id: str) -> BackupView:
    return next(one for one in backups(town, made).items if one.id == backup_id)


def restore(town: Town, backup_id: str, slug: str = "shop") -> RestoreView:
    with transaction() as session:
        return deployment_backups.request_restore(session, town.actor, backup_id, slug)


def ended(town: Town, asked: RestoreView) -> RestoreView:
    """Wait until a restore has ended, and its leftovers are gone."""

    def now_() -> RestoreView:
        with transaction() as session:
            return deployment_backups.get_restore(session, town.actor, asked.id)

    eventually(lambda: now_().state != "wanted", within_s=40)
    eventually(lambda: leftovers(asked.deployment_id) == set())
    return now_()


def leftovers(deployment_id: str) -> set[str]:
    """What lies beside data, logs and backups, and what in the backups has no whole name."""
    beside = {path.name for path in app_folder(deployment_id).iterdir()} - {"data", "logs", "backups"}
    return beside | {path.name for path in backups_folder(deployment_id).glob(".*")}


def test_a_backup_is_made_brought_back_and_the_restore_undone(town: Town) -> None:
    made = town.live("one")
    town.note()
    first = backup(town, made)
    assert (first.kind, first.release_number, first.files) == ("manual", 1, 1)
    assert archive_path(made.deployment_id, first.id).stat().st_size == first.size_bytes
    town.note()
    asked = restore(town, first.id)
    done = ended(town, asked)
    assert (done.state, done.detail) == ("done", "")
    assert town.says()["notes"] == "one "
    assert town.view(made).state == "running"
    assert done.before_id is not None
    assert ended(town, restore(town, done.before_id)).state == "done"
    assert town.says()["notes"] == "one one "


def test_what_was_written_until_the_app_stopped_is_in_the_backup_made_before(town: Town, armed: Path) -> None:
    keeps_what_was_written_late(town, armed)


def keeps_what_was_written_late(town: Town, armed: Path) -> None:
    """Write after the first copy and before the stop, restore, undo, and look."""
    made = town.live("one")
    town.note()
    first = backup(town, made)
    arm(armed, AFTER_UNPACK)
    asked = restore(town, first.id)
    reached(armed)
    town.note()
    for taken in armed.iterdir():
        taken.unlink()
    done = ended(town, asked)
    assert town.says()["notes"] == "one " and done.before_id
    assert ended(town, restore(town, done.before_id)).state == "done"
    assert town.says()["notes"] == "one one ", "what was written late is in the backup"


def test_data_with_which_the_app_does_not_start_gives_way_to_the_data_before(town: Town) -> None:
    done = goes_back(town)
    assert "did not become healthy" in done.detail and "exit code 5" in done.detail
    assert "The data before is back" in done.detail
    eventually(lambda: town.says().get("notes") == "tea ")


def goes_back(town: Town) -> RestoreView:
    """Restore data with which the app does not start, and look whether the data before is there again."""
    made = town.release("one", before=PICKY)
    eventually(lambda: town.outcome(made).state == "live")
    notes = data_folder(made.deployment_id) / "notes"
    notes.write_text("poison ")
    bad = backup(town, made)
    notes.write_text("tea ")
    asked = restore(town, bad.id)
    eventually(lambda: ended_now(town, asked) != "wanted")
    assert notes.read_text() == "tea ", "the data before is there again"
    done = ended(town, asked)
    assert done.state == "returned"
    return done


def test_a_damaged_archive_touches_nothing(town: Town) -> None:
    made = town.live("one")
    town.note()
    first = backup(town, made)
    path = archive_path(made.deployment_id, first.id)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    pid = town.says()["pid"]
    done = ended(town, restore(town, first.id))
    assert done.state == "failed" and "damaged" in done.detail
    assert (town.says()["pid"], town.says()["notes"]) == (pid, "one ")


def test_a_stopped_app_is_given_its_data_and_stays_stopped(town: Town) -> None:
    made = town.live("one")
    town.note()
    first = backup(town, made)
    town.note()
    town.do(deployments.want, made, "stopped")
    eventually(lambda: town.view(made).state == "stopped")
    done = ended(town, restore(town, first.id))
    assert done.state == "done" and "is stopped" in done.detail
    assert (data_folder(made.deployment_id) / "notes").read_text() == "one "
    assert town.view(made).state == "stopped"


def test_reading_requests_wait_while_data_is_changed_over(town: Town) -> None:
    made = town.live("one")
    town.note()
    first = backup(town, made)
    asked = restore(town, first.id)
    statuses = set()
    while ended_now(town, asked) == "wanted":
        statuses.add(town.door.get("shop.localhost")[0])
    assert statuses == {200}


def ended_now(town: Town, asked: RestoreView) -> str:
    with transaction() as session:
        return deployment_backups.get_restore(session, town.actor, asked.id).state


def test_a_release_takes_over_after_a_backup_and_going_back_can_bring_the_data_along(town: Town) -> None:
    made = town.live("one")
    town.note()
    town.live("two", made.deployment_id)
    before = next(one for one in backups(town, made).items if one.kind == "before_release")
    assert (before.state, before.release_number, before.files) == ("ready", 1, 1)
    town.note()
    asked = town.do(deployment_backups.roll_back_with_data, made)
    assert ended(town, asked).state == "done"
    says = town.says()
    assert (says["word"], says["notes"]) == ("one", "one ")
    eventually(lambda: town.view(made).release_number == 1)


def test_going_back_with_data_that_makes_it_ill_leaves_release_and_data_as_they_were(town: Town) -> None:
    made = town.release("one", before=PICKY)
    eventually(lambda: town.outcome(made).state == "live")
    notes = data_folder(made.deployment_id) / "notes"
    notes.write_text("poison ")
    town.live("two", made.deployment_id)
    notes.write_text("tea ")
    done = ended(town, town.do(deployment_backups.roll_back_with_data, made))
    assert done.state == "returned", done.detail
    eventually(lambda: town.says().get("word") == "two" and town.says()["notes"] == "tea ")
    eventually(lambda: town.view(made).release_number == 2)


def test_more_than_fifty_megabytes_are_not_backed_up_before_a_release_and_that_is_said(town: Town) -> None:
    made = town.live("one")
    (data_folder(made.deployment_id) / "big").write_bytes(b"\1" * (51 * 1024 * 1024))
    town.live("two", made.deployment_id)
    found = [one for one in backups(town, made).items if one.kind == "before_release"]
    assert [one.state for one in found] == ["failed"] and "more than 50 MB" in found[0].detail


def test_a_deleted_backup_can_be_kept_for_ten_seconds_and_is_gone_after_that(town: Town) -> None:
    made = town.live("one")
    town.note()
    first = backup(town, made)
    with transaction() as session:
        deployment_backups.delete_backup(session, town.actor, first.id)
    assert backups(town, made).items == []
    with transaction() as session:
        deployment_backups.keep_backup(session, town.actor, first.id)
    assert [one.id for one in backups(town, made).items] == [first.id]
    with transaction() as session:
        deployment_backups.delete_backup(session, town.actor, first.id)
    with engine().begin() as connection:
        connection.execute(text("UPDATE deployment_backups SET delete_at = now() - interval '1 second'"))
    eventually(lambda: not archive_path(made.deployment_id, first.id).exists())


def test_a_backup_whose_maker_is_killed_is_made_by_the_next_keeper(town: Town) -> None:
    made = town.live("one")
    town.note()
    town.keeper.stop()
    town.keeper.start(**{VARIABLE: f"{BEFORE_ARCHIVE}:backup"})
    asked = town.do(deployment_backups.make_backup, made)
    eventually(lambda: attempts(asked.id) >= 1)
    assert one(town, made, asked.id).state in ("wanted", "failed")
    with engine().begin() as connection:
        connection.execute(text("UPDATE deployment_backups SET attempts = 0, state = 'wanted'"))
    town.keeper.stop(signal.SIGKILL)
    town.keeper.start()
    eventually(lambda: one(town, made, asked.id).state == "ready")
    eventually(lambda: leftovers(made.deployment_id) == set())


def attempts(backup_id: str) -> int:
    with engine().begin() as connection:
        found: int = connection.scalar(text("SELECT attempts FROM deployment_backups"))
    return found


def test_a_restore_killed_anywhere_is_finished_by_the_next_keeper(town: Town, armed: Path) -> None:
    made = town.live("one")
    town.note()
    first = backup(town, made)
    for place in (AFTER_UNPACK, AFTER_ASIDE, AFTER_SWAP, AFTER_VERDICT):
        town.note()
        arm(armed, place)
        asked = restore(town, first.id)
        killed(town, armed)
        assert ended(town, asked).state == "done", place
        assert town.says()["notes"] == "one ", place


def test_a_return_that_is_killed_ends_with_the_data_before(town: Town, armed: Path) -> None:
    made = town.release("one", before=PICKY)
    eventually(lambda: town.outcome(made).state == "live")
    notes = data_folder(made.deployment_id) / "notes"
    notes.write_text("poison ")
    bad = backup(town, made)
    notes.write_text("tea ")
    arm(armed, AFTER_BACK)
    asked = restore(town, bad.id)
    killed(town, armed)
    assert ended(town, asked).state == "returned"
    eventually(lambda: town.says().get("notes") == "tea ")


@pytest.fixture
def armed(town: Town, tmp_path: Path) -> Path:
    """A keeper that stops at the places that are armed in this folder, until it is let go or killed."""
    folder = tmp_path / "armed"
    folder.mkdir()
    town.keeper.stop()
    town.keeper.start(**{ARMED: str(folder)})
    return folder


def arm(armed: Path, place: str) -> None:
    """Let the next restore stop at a place."""
    (armed / f"{place}:restore").touch()


def reached(armed: Path) -> None:
    """Wait until the keeper has come there."""
    eventually(lambda: any(armed.glob("*.reached")))


def killed(town: Town, armed: Path, **more: str) -> None:
    """Kill the keeper where it stands, and start the next one."""
    reached(armed)
    town.keeper.stop(signal.SIGKILL)
    for taken in armed.iterdir():
        taken.unlink()
    town.keeper.start(**{ARMED: str(armed), **more})


def test_files_that_no_row_knows_are_swept_and_rows_without_a_file_are_said_to_be(town: Town) -> None:
    made = town.live("one")
    town.note()
    first = backup(town, made)
    stray = backups_folder(made.deployment_id) / "bkup_00000000000000000000000000.tar.gz"
    stray.write_bytes(b"")
    half: Path = backups_folder(made.deployment_id) / f".{first.id}.tar.gz"
    half.mkdir()
    archive_path(made.deployment_id, first.id).unlink()
    town.keeper.stop()
    town.keeper.start()
    eventually(lambda: one(town, made, first.id).state == "failed")
    assert "gone from the disk" in one(town, made, first.id).detail
    assert not stray.exists() and not half.exists()


def test_a_restore_goes_on_while_the_database_is_away(town: Town, armed: Path) -> None:
    made = town.live("one")
    town.note()
    first = backup(town, made)
    town.note()
    arm(armed, AFTER_ASIDE)
    asked = restore(town, first.id)
    killed(town, armed, DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    eventually(lambda: town.says().get("notes") == "one ")
    assert ended_now(town, asked) == "wanted", "nobody could be told"
    town.keeper.stop()
    town.keeper.start()
    assert ended(town, asked).state == "done"


@contextmanager
def without(town: Town, guard: str, **more: str) -> Iterator[None]:
    """Have a keeper that lacks a guard."""
    town.keeper.stop()
    town.keeper.call = f"tests.workers.backup_mutants:{guard}"
    town.keeper.start(**more)
    try:
        yield
    finally:
        town.keeper.stop()
        town.keeper.call = KEEPER
        town.keeper.start()


def test_a_keeper_that_knows_no_way_back_is_found_out(town: Town) -> None:
    with without(town, "no_way_back"), pytest.raises(AssertionError, match="the data before"):
        goes_back(town)


def test_a_keeper_that_makes_no_second_copy_is_found_out(town: Town, tmp_path: Path) -> None:
    armed = tmp_path / "armed"
    armed.mkdir()
    with (
        without(town, "no_second_copy", **{ARMED: str(armed)}),
        pytest.raises(AssertionError, match="in the backup"),
    ):
        keeps_what_was_written_late(town, armed)
