"""Keys and the account behind them."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from app.session import SESSION_COOKIE
from models.clock import now
from models.db import transaction
from models.ids import new_id
from services import accounts
from tests.app.api.conftest import Caller, problem_of


def test_a_key_is_shown_once_and_works(ada: Caller) -> None:
    answer = ada.post("/keys", json={"name": "CI", "scopes": ["executions:read"]})
    made = answer.json()
    assert answer.status_code == 201 and answer.headers["cache-control"] == "no-store"
    listed = ada.get("/keys").json()["items"]
    assert [key["name"] for key in listed] == ["CI", "test"]
    assert all("token" not in key and "token_hash" not in key for key in listed)
    assert made["token"].startswith(made["prefix"])
    me = ada.call("GET", "/me", headers={"Authorization": f"Bearer {made['token']}"}).json()
    assert (me["email"], me["via"], me["scopes"]) == ("ada@example.com", "key", ["executions:read"])


def test_a_key_says_when_it_was_last_used(ada: Caller) -> None:
    made = ada.post("/keys", json={"name": "CI", "scopes": ["executions:read"]}).json()

    def last_used() -> str | None:
        (found,) = (key for key in ada.get("/keys").json()["items"] if key["id"] == made["id"])
        return found["last_used_at"]

    assert last_used() is None
    before = now()
    ada.call("GET", "/me", headers={"Authorization": f"Bearer {made['token']}"})
    assert before <= datetime.fromisoformat(last_used() or "") <= now()


def test_a_revoked_key_opens_nothing(ada: Caller) -> None:
    made = ada.post("/keys", json={"name": "CI", "scopes": ["keys:read"]}).json()
    assert ada.delete(f"/keys/{made['id']}").status_code == 204
    problem_of(ada.call("GET", "/keys", headers={"Authorization": f"Bearer {made['token']}"}), 401, "bad_key")
    assert ada.delete(f"/keys/{made['id']}").status_code == 204


def test_a_key_of_somebody_else_looks_like_none(caller: Callable[..., Caller]) -> None:
    ada, eve = caller(), caller("eve@example.com")
    key_id = ada.get("/keys").json()["items"][0]["id"]
    problem_of(eve.delete(f"/keys/{key_id}"), 404, "not_found")
    problem_of(eve.delete(f"/keys/{new_id('key')}"), 404, "not_found")
    problem_of(eve.delete("/keys/key_1"), 404, "not_found")


def test_a_key_may_not_make_one_that_can_do_more(caller: Callable[..., Caller]) -> None:
    maker = caller(scopes=["keys:write"])
    problem_of(
        maker.post("/keys", json={"name": "More", "scopes": ["executions:write"]}), 403, "missing_scope"
    )


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": "", "scopes": ["keys:read"]}, "/name"),
        ({"name": "a\x00", "scopes": ["keys:read"]}, "/name"),
        ({"name": "CI", "scopes": []}, "/scopes"),
        ({"name": "CI", "scopes": ["all"]}, "/scopes"),
        ({"name": "CI", "scopes": ["keys:read"], "expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"name": "CI", "scopes": ["keys:read"], "expires_at": "2030-01-01T00:00:00"}, "/expires_at"),
        ({"name": "CI", "scopes": ["keys:read"], "expires_at": "9999-12-31T23:59:59-14:00"}, "/expires_at"),
    ],
)
def test_a_key_that_cannot_be_made_says_why(ada: Caller, body: dict[str, object], path: str) -> None:
    found = problem_of(ada.post("/keys", json=body), 422, "invalid_key")
    assert [error["path"] for error in found["errors"]] == [path]


def test_a_key_ends_when_it_should(ada: Caller) -> None:
    ends = (now() + timedelta(days=3)).isoformat()
    made = ada.post("/keys", json={"name": "CI", "scopes": ["keys:read"], "expires_at": ends}).json()
    assert made["expires_at"] is not None


def test_me_tells_who_is_asking(ada: Caller) -> None:
    me = ada.get("/me").json()
    assert me["is_operator"] and [team["personal"] for team in me["teams"]].count(True) == 1


def test_a_signed_in_browser_may_do_all_that_its_account_may(http: TestClient) -> None:
    with transaction() as session:
        user = accounts.sign_up(session, email="ada@example.com", password="a long enough password")
        token = accounts.open_session(session, user)
    http.cookies.set(SESSION_COOKIE, token)
    me = http.get("/api/v1/me").json()
    assert (me["via"], me["scopes"], me["email"]) == ("session", None, "ada@example.com")
    assert http.post("/api/v1/executions", json={"template": "tiny"}).status_code == 202
    with transaction() as session:
        accounts.sign_out(session, token)
    problem_of(http.get("/api/v1/me"), 401, "not_signed_in")
