"""Provenance by API: documents byte for byte, checks by name, the code made again."""

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from services.provenance import bundle
from tests.app.api.conftest import Caller, problem_of, signed_up
from tests.note import tiny_catalogue
from tests.services.provenance.made import executed


@pytest.fixture
def made(http: TestClient, tmp_path: Path) -> Iterator[tuple[Caller, str]]:
    """Somebody, and an execution of hers that has ended."""
    with tiny_catalogue(tmp_path / "notes"):
        caller = signed_up(http, "ada@example.com")
        yield caller, executed(caller.actor, tmp_path / "traces")


def test_documents_come_byte_for_byte_and_verify_elsewhere(made: tuple[Caller, str], tmp_path: Path) -> None:
    ada, execution_id = made
    package = next(
        step for step in ada.get(f"/executions/{execution_id}").json()["steps"] if step["name"] == "package"
    )["data"]
    for place, name in (("lock", "lock_sha256"), ("sbom", "sbom_sha256")):
        answer = ada.get(f"/executions/{execution_id}/{place}")
        assert hashlib.sha256(answer.content).hexdigest() == package[name]
        assert "attachment" in answer.headers["content-disposition"]
    envelope = ada.get(f"/executions/{execution_id}/provenance")
    assert envelope.headers["content-type"] == "application/vnd.dsse.envelope.v1+json"
    (tmp_path / "a.zip").write_bytes(ada.get(f"/executions/{execution_id}/bundle.zip").content)
    (key,) = ada.get("/signing-keys").json()["items"]
    assert envelope.json()["signatures"][0]["keyid"] == key["id"]
    assert bundle.verify_bundle(tmp_path / "a.zip", [key["public_key"]]).verified


def test_a_verification_names_each_check(made: tuple[Caller, str]) -> None:
    ada, execution_id = made
    found = ada.get(f"/executions/{execution_id}/verify").json()
    assert found["ok"] and found["verified"] and len(found["checks"]) == 7
    assert all(check["outcome"] == "ok" and check["reason"] for check in found["checks"])


def test_the_code_is_made_again_from_the_execution_or_from_its_lock(made: tuple[Caller, str]) -> None:
    ada, execution_id = made
    again = ada.post(f"/executions/{execution_id}/rerun").json()
    assert again["identical"] and again["found"] == again["expected"] and again["differences"] == []
    lock = json.loads(ada.get(f"/executions/{execution_id}/lock").content)
    assert ada.post("/executions/rerun", json=lock).json() == again
    lock["template"]["content_sha256"] = "0" * 64
    problem_of(ada.post("/executions/rerun", json=lock), 409, "template_changed")
    problem_of(ada.post("/executions/rerun", json={"format": "x"}), 422, "bad_lock")


def test_before_it_has_made_anything_there_is_nothing_to_download(ada: Caller) -> None:
    made = ada.post("/executions", json={"template": "tiny"}).json()["id"]
    for place in ("lock", "sbom", "provenance"):
        problem_of(ada.get(f"/executions/{made}/{place}"), 404, "no_such_document")
    problem_of(ada.get(f"/executions/{made}/bundle.zip"), 409, "not_ended")


def test_what_is_of_another_team_is_not_there(
    made: tuple[Caller, str], caller: Callable[..., Caller]
) -> None:
    eve = caller("eve@example.com")
    for place in ("lock", "sbom", "provenance", "verify", "bundle.zip"):
        problem_of(eve.get(f"/executions/{made[1]}/{place}"), 404, "not_found")
    problem_of(eve.post(f"/executions/{made[1]}/rerun"), 404, "not_found")


def test_only_the_operator_replaces_the_key(made: tuple[Caller, str], caller: Callable[..., Caller]) -> None:
    ada, execution_id = made
    before = ada.get("/signing-keys").json()["items"][0]["id"]
    after = ada.post("/signing-keys/rotate").json()
    assert after["id"] != before and after["retired_at"] is None
    assert [one["id"] for one in ada.get("/signing-keys").json()["items"]] == [after["id"], before]
    assert ada.get(f"/executions/{execution_id}/verify").json()["key_id"] == before
    reader = caller("reader@example.com", scopes=["executions:read"])
    problem_of(reader.post("/signing-keys/rotate"), 403, "missing_scope")
