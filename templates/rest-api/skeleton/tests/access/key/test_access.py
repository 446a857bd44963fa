"""Keys: shown once, kept as a hash, worth what they were given and no more."""

import pytest

from api import keys

from .client import Client


def test_without_a_valid_key_nothing_is_told(app, api):
    author = api.make("authors", name="Ada")
    for credentials in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer key_wrong"},
                        {"Authorization": "Basic eDp5"}, {"X-API-Key": "é"}):  # fmt: skip
        stranger = Client(app.test_client(), credentials)
        for method, path in (
            ("GET", "/v1/authors"),
            ("DELETE", f"/v1/authors/{author}"),
            ("GET", "/v1/nothing"),
        ):
            answer = stranger.send(method, path)
            assert (answer.status_code, answer.json["code"]) == (401, "unauthorized")
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert api.get(f"/v1/authors/{author}").status_code == 200


def test_a_key_may_do_what_it_was_given_and_no_more(app, api):
    api.make("authors", name="Ada")
    key = keys.make(app.extensions["database"], "reader", {"authors": "read", "books": "write"})
    reader = Client(app.test_client(), {"X-API-Key": key})
    assert reader.get("/v1/authors").status_code == 200
    assert reader.post("/v1/books", {"title": "Solaris"}).status_code == 201
    for answer in (reader.post("/v1/authors", {"name": "Eve"}), reader.get("/v1/reviews")):
        assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


@pytest.mark.parametrize("level", ["", "admin", "READ"])
def test_a_level_that_is_none_gives_nothing(app, level):
    key = keys.make(app.extensions["database"], "odd", {"*": level})
    assert Client(app.test_client(), {"X-API-Key": key}).get("/v1/authors").status_code == 403


def test_a_revoked_key_is_worth_nothing_at_once(app, api):
    key_id = keys.find(app.extensions["database"], api.credentials["Authorization"][7:]).id
    keys.revoke(app.extensions["database"], key_id)
    assert api.get("/v1/authors").status_code == 401


def test_the_key_itself_is_not_stored(app, database, api):
    key = api.credentials["Authorization"][7:]
    stored = [str(tuple(row)) for row in database.execute("SELECT * FROM keys")]
    assert stored and not any(key in row for row in stored)


def test_the_last_use_is_remembered(app, database, api):
    assert database.execute("SELECT used_at FROM keys").fetchone()["used_at"] is None
    api.get("/v1/authors")
    assert database.execute("SELECT used_at FROM keys").fetchone()["used_at"] is not None
