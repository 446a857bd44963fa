"""A request that is sent twice is done once."""

import threading
from datetime import timedelta

from api.database import now, stamp


def test_a_repeated_request_is_done_once_and_answered_the_same(api):
    first = api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k1")
    again = api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json, first.location) == (again.json, again.location)
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    assert len(api.get("/v1/authors").json["data"]) == 1


def test_the_same_key_with_another_request_is_refused(api):
    api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k1")
    for path, body in (("/v1/authors", {"name": "Eve"}), ("/v1/books", {"title": "Ada"})):
        answer = api.post(path, body, Idempotency_Key="k1")
        assert (answer.status_code, answer.json["code"]) == (422, "key_reused")


def test_a_refused_request_may_be_mended_under_its_key(api):
    assert api.post("/v1/authors", {}, Idempotency_Key="k1").status_code == 422
    assert api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k1").status_code == 201


def test_a_key_that_is_empty_or_too_long_is_refused(api):
    for key in ("", "k" * 201):
        assert api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key=key).status_code == 400


def test_a_key_is_forgotten_after_a_day(api, database):
    api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k1")
    database.execute("UPDATE answers SET created_at = ?", (stamp(now() - timedelta(hours=25)),))
    api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k1")
    assert len(api.get("/v1/authors").json["data"]) == 2


def test_many_at_once_make_one_row(app, api):
    answers = []

    def send():
        client = app.test_client()
        headers = {**api.credentials, "Idempotency-Key": "k1"}
        answers.append(client.post("/v1/authors", json={"name": "Ada"}, headers=headers))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert len(api.get("/v1/authors").json["data"]) == 1


def test_what_cannot_be_remembered_is_not_done(api, database):
    database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON answers BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    try:
        assert api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k1").status_code == 500
    finally:
        database.execute("DROP TRIGGER full")
    assert api.get("/v1/authors").json["data"] == []
