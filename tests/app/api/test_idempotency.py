"""A repeated request is answered as the first was, and done once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from models.db import transaction
from models.executions import Execution
from models.journal import IdempotencyRecord
from tests.app.api.conftest import Caller, problem_of

LAUNCH = {"template": "tiny", "config": {"app_name": "Northwind"}}


def launched() -> int:
    with transaction() as session:
        return len(session.scalars(select(Execution)).all())


def test_a_repeat_gets_the_first_answer_and_starts_nothing(ada: Caller) -> None:
    headers = {"Idempotency-Key": "one"}
    first = ada.post("/executions", json=LAUNCH, headers=headers)
    again = ada.post("/executions", json=LAUNCH, headers=headers)
    assert (again.status_code, again.json(), again.headers["location"]) == (
        202,
        first.json(),
        first.headers["location"],
    )
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert launched() == 1


def test_another_body_with_the_same_key_is_refused(ada: Caller) -> None:
    headers = {"Idempotency-Key": "one"}
    ada.post("/executions", json=LAUNCH, headers=headers)
    other = ada.post("/executions", json={"template": "tiny"}, headers=headers)
    problem_of(other, 409, "idempotency_key_reused")
    assert launched() == 1


def test_a_refused_request_keeps_nothing_so_the_key_can_be_used_again(ada: Caller) -> None:
    headers = {"Idempotency-Key": "one"}
    bad = {"template": "tiny", "config": {"days": 99}}
    problem_of(ada.post("/executions", json=bad, headers=headers), 422, "invalid_config")
    assert ada.post("/executions", json=LAUNCH, headers=headers).status_code == 202


def test_the_same_key_means_something_else_at_another_address(ada: Caller) -> None:
    headers = {"Idempotency-Key": "one"}
    made = ada.post("/executions", json=LAUNCH, headers=headers).json()["id"]
    assert ada.post(f"/executions/{made}/cancel", headers=headers).json()["state"] == "cancelled"


def test_many_at_once_are_done_once(ada: Caller) -> None:
    def launch(_: int) -> str:
        answer = ada.post("/executions", json=LAUNCH, headers={"Idempotency-Key": "one"})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(launch, range(6)))) == 1
    assert launched() == 1


def test_a_first_request_that_is_still_at_work_is_not_waited_for_forever(
    ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.idempotency.WAIT_S", 0.2)
    row = IdempotencyRecord(
        user_id=ada.actor.user_id, key="one", operation="POST /api/v1/executions", request_hash="0" * 64
    )
    with transaction() as session:
        session.add(row)
        session.flush()
        answer = ada.post("/executions", json=LAUNCH, headers={"Idempotency-Key": "one"})
        problem_of(answer, 409, "idempotency_in_progress")
        session.rollback()


def test_a_new_key_s_secret_is_not_kept_for_repeats(ada: Caller) -> None:
    body = {"name": "CI", "scopes": ["executions:read"]}
    first = ada.post("/keys", json=body, headers={"Idempotency-Key": "k"}).json()
    again = ada.post("/keys", json=body, headers={"Idempotency-Key": "k"}).json()
    assert first["token"].startswith("ism_") and again == {**first, "token": None}
    with transaction() as session:
        assert first["token"] not in str(session.scalars(select(IdempotencyRecord)).one().body)


@pytest.mark.parametrize("key", ["a b", "x" * 201, "\x7f", "ä"])
def test_a_key_that_is_no_plain_word_is_refused(ada: Caller, key: str) -> None:
    headers = {"Idempotency-Key": key.encode("latin-1")}
    problem_of(ada.post("/executions", json=LAUNCH, headers=headers), 422, "bad_idempotency_key")
