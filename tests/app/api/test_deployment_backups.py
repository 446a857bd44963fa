"""Backups by API: wishes are written, archives downloaded by who may change the app, restores confirmed by name."""

import gzip

from models.clock import now
from models.db import transaction
from models.deployment_backups import DeploymentBackup, DeploymentRestore
from services.deployment_backups import keeping
from services.deployment_backups.places import archive_path
from tests.app.api.backed_up import TAKEN, taken
from tests.app.api.conftest import Caller, deployed, problem_of


def test_a_backup_is_asked_for_once_and_told_when_it_is_there(ada: Caller) -> None:
    made = deployed(ada)
    asked = ada.post(f"/deployments/{made}/backups")
    assert (asked.status_code, asked.json()["state"], asked.json()["release_number"]) == (202, "wanted", 1)
    assert ada.post(f"/deployments/{made}/backups").json()["id"] == asked.json()["id"], "it is being made"
    problem_of(ada.get(f"/backups/{asked.json()['id']}/archive"), 409, "backup_not_ready")
    problem_of(ada.delete(f"/backups/{asked.json()['id']}"), 409, "backup_not_ready")
    with transaction() as session:
        keeping.record_taken(session, asked.json()["id"], TAKEN)
    listed = ada.get(f"/deployments/{made}/backups").json()
    [found] = listed["items"]
    assert (found["state"], found["files"], found["remarks"]) == ("ready", 2, TAKEN["remarks"])
    assert listed["nightly"] and listed["last_restore"] is None


def test_an_archive_is_downloaded_under_a_name_that_says_of_what_it_is(ada: Caller) -> None:
    made = deployed(ada)
    answer = ada.get(f"/backups/{taken(ada, made)}/archive")
    assert gzip.decompress(answer.content) == b"tar"
    assert answer.headers["content-type"] == "application/gzip"
    assert f'filename="northwind-{now():%Y%m%d}' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_file_that_is_gone_from_the_disk_is_said_to_be(ada: Caller) -> None:
    made = deployed(ada)
    backup = taken(ada, made)
    archive_path(made, backup).unlink()
    problem_of(ada.get(f"/backups/{backup}/archive"), 404, "backup_gone")


def test_ten_are_made_by_hand_and_no_more(ada: Caller) -> None:
    made = deployed(ada)
    backups = [taken(ada, made) for _ in range(10)]
    problem_of(ada.post(f"/deployments/{made}/backups"), 409, "too_many_backups")
    assert ada.delete(f"/backups/{backups[0]}").status_code == 204
    assert ada.post(f"/deployments/{made}/backups").status_code == 202


def test_a_deleted_backup_is_kept_again_within_ten_seconds(ada: Caller) -> None:
    made = deployed(ada)
    backup = taken(ada, made)
    assert ada.delete(f"/backups/{backup}").status_code == 204
    assert ada.get(f"/deployments/{made}/backups").json()["items"] == []
    problem_of(ada.get(f"/backups/{backup}/archive"), 404, "no_such_backup")
    assert ada.post(f"/backups/{backup}/keep").json()["id"] == backup
    ada.delete(f"/backups/{backup}")
    with transaction() as session:
        session.get_one(DeploymentBackup, backup).delete_at = now()
    problem_of(ada.post(f"/backups/{backup}/keep"), 409, "too_late")


def test_a_preview_tells_rows_then_and_now_and_whether_the_release_is_newer(ada: Caller) -> None:
    made = deployed(ada)
    backup = taken(ada, made)
    with transaction() as session:
        session.get_one(DeploymentBackup, backup).release_number = None
    seen = ada.get(f"/backups/{backup}/preview").json()
    assert (seen["release_then"], seen["release_now"], seen["newer_release"]) == (None, 1, False)
    assert (seen["files_then"], seen["bytes_then"]) == (2, 4096)
    assert seen["rows"] == [{"database": "app.db", "table": "entries", "then": 7, "now": None}]


def test_a_restore_is_confirmed_by_name_and_one_at_a_time(ada: Caller) -> None:
    made = deployed(ada)
    backup = taken(ada, made)
    problem_of(ada.post(f"/backups/{backup}/restore", json={"confirm": "other"}), 422, "not_confirmed")
    asked = ada.post(f"/backups/{backup}/restore", json={"confirm": "northwind"})
    assert (asked.status_code, asked.json()["state"]) == (202, "wanted")
    assert asked.headers["location"] == f"/api/v1/restores/{asked.json()['id']}"
    problem_of(ada.post(f"/backups/{backup}/restore", json={"confirm": "northwind"}), 409, "restore_open")
    problem_of(ada.delete(f"/backups/{backup}"), 409, "restore_open")
    with transaction() as session:
        keeping.record_failed(session, asked.json()["before_id"], "The disk is full.")
    ended = ada.get(f"/restores/{asked.json()['id']}").json()
    assert ended["state"] == "failed" and "could not be backed up first: The disk is full." in ended["detail"]
    with transaction() as session:
        assert session.get_one(DeploymentRestore, ended["id"]).finished_at is not None


def test_the_nightly_backup_is_switched_off_and_on(ada: Caller) -> None:
    made = deployed(ada)
    assert ada.call("PUT", f"/deployments/{made}/backups/nightly", json={"on": False}).json() == {"on": False}
    assert ada.get(f"/deployments/{made}/backups").json()["nightly"] is False


def test_going_back_with_the_data_wants_a_backup_of_it(ada: Caller) -> None:
    made = deployed(ada)
    answer = ada.post(f"/deployments/{made}/rollback", json={"release": 1, "restore_data": True})
    problem_of(answer, 409, "no_data_before")
