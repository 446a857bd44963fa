"""The account, its sessions, and the operator's outbox."""

from collections.abc import Callable
from datetime import timedelta

from fastapi.testclient import TestClient

from app.session import SESSION_COOKIE
from models.accounts import User, UserSession
from models.clock import now
from models.db import transaction
from models.ids import new_id
from services import accounts
from services.messages import queue_mail
from tests.app.api.conftest import Caller, problem_of


def browser(caller: Caller, agent: str = "Firefox/1 Linux") -> str:
    """Sign a browser in and return its token."""
    with transaction() as session:
        user = session.get_one(User, caller.actor.user_id)
        return accounts.open_session(session, user, user_agent=agent, address="192.0.2.1")


def test_an_account_says_whether_its_address_is_confirmed(ada: Caller) -> None:
    assert ada.get("/account").json()["email_verified"] is False
    with transaction() as session:
        session.get_one(User, ada.actor.user_id).email_verified_at = now()
    assert ada.get("/account").json() == {
        "id": ada.actor.user_id,
        "name": "ada",
        "email": "ada@example.com",
        "email_verified": True,
        "is_operator": True,
    }


def test_a_key_without_the_scope_reads_no_account(caller: Callable[..., Caller]) -> None:
    reader = caller(scopes=["executions:read"])
    for path in ("/account", "/sessions"):
        problem_of(reader.get(path), 403, "missing_scope")
    problem_of(reader.delete("/sessions"), 403, "missing_scope")


def test_sessions_are_listed_and_ended(ada: Caller) -> None:
    token = browser(ada)
    listed = ada.get("/sessions").json()["items"]
    assert [(one["device"], one["address"], one["current"]) for one in listed] == [
        ("Firefox on Linux", "192.0.2.1", False)
    ]
    assert token not in str(listed)
    assert ada.delete(f"/sessions/{listed[0]['id']}").status_code == 204
    assert ada.get("/sessions").json()["items"] == []


def test_a_browser_ends_all_others_and_stays(http: TestClient, ada: Caller) -> None:
    here, _ = browser(ada), browser(ada, "Chrome/1 Windows")
    http.cookies.set(SESSION_COOKIE, here)
    assert http.delete("/api/v1/sessions").status_code == 204
    assert [one["current"] for one in http.get("/api/v1/sessions").json()["items"]] == [True]


def test_a_session_of_somebody_else_looks_like_none(caller: Callable[..., Caller]) -> None:
    ada, eve = caller(), caller("eve@example.com")
    browser(ada)
    session_id = ada.get("/sessions").json()["items"][0]["id"]
    for path in (session_id, new_id("sess"), "sess_1"):
        problem_of(eve.delete(f"/sessions/{path}"), 404, "not_found")
    assert eve.delete("/sessions").status_code == 204
    assert len(ada.get("/sessions").json()["items"]) == 1


def test_a_browser_makes_a_key_only_after_its_password(http: TestClient, ada: Caller) -> None:
    http.cookies.set(SESSION_COOKIE, browser(ada))
    key = {"name": "CI", "scopes": ["keys:read"]}
    assert http.post("/api/v1/keys", json=key).status_code == 201
    with transaction() as session:
        for row in session.query(UserSession):
            row.confirmed_at = now() - timedelta(minutes=11)
    problem_of(http.post("/api/v1/keys", json=key), 403, "step_up_needed")
    assert ada.post("/keys", json=key).status_code == 201


def test_an_ended_key_is_still_listed(ada: Caller) -> None:
    ends = (now() + timedelta(days=1)).isoformat()
    made = ada.post("/keys", json={"name": "Old", "scopes": ["keys:read"], "expires_at": ends}).json()
    with transaction() as session:
        from models.accounts import ApiKey

        session.get_one(ApiKey, made["id"]).expires_at = now() - timedelta(days=1)
    assert "Old" in [one["name"] for one in ada.get("/keys").json()["items"]]
    problem_of(ada.call("GET", "/keys", headers={"Authorization": f"Bearer {made['token']}"}), 401, "bad_key")


def written(subject: str = "Hello") -> str:
    with transaction() as session:
        return queue_mail(session, to="bob@example.com", subject=subject, paragraphs=["Text."]).id


def test_the_operator_reads_what_was_written(ada: Caller) -> None:
    message_id = written()
    listed = ada.get("/outbox?state=kept&query=hello").json()["items"]
    assert [(one["recipient"], one["state"]) for one in listed] == [("bob@example.com", "kept")]
    assert "text" not in listed[0]
    whole = ada.get(f"/outbox/{message_id}").json()
    assert whole["text"].startswith("Text.") and "<p>Text.</p>" in whole["html"]
    problem_of(ada.post(f"/outbox/{message_id}/resend"), 409, "no_mail_server")
    problem_of(ada.get("/outbox?state=lost"), 422, "unknown_state")
    problem_of(ada.get(f"/outbox/{new_id('msg')}"), 404, "not_found")


def test_nobody_else_reads_it(caller: Callable[..., Caller]) -> None:
    message_id = written()
    eve = caller("eve@example.com")
    with transaction() as session:
        session.get_one(User, eve.actor.user_id).is_operator = False
    for answer in (
        eve.get("/outbox"),
        eve.get(f"/outbox/{message_id}"),
        eve.post(f"/outbox/{message_id}/resend"),
    ):
        problem_of(answer, 403, "operator_only")
