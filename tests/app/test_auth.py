"""Signing up, in and out by forms that a browser sends by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select
from starlette.requests import Request
from starlette.testclient import TestClient

from app import auth
from app.auth import next_path
from app.edge.bundle import Bundle
from app.edge.layers import layers
from app.session import cookie_name
from models.accounts import User
from models.db import transaction
from models.settings import Settings, reset_settings

PASSWORD = "a long enough password"
ADA = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada"}


@pytest.fixture
def client(clean: Settings, small_bundle: Bundle) -> TestClient:
    application = FastAPI()
    application.include_router(auth.router)
    served = layers(application, small_bundle, clean)
    return TestClient(served, base_url=clean.public_url, follow_redirects=False)


def test_signing_up_signs_in_and_leads_on(client: TestClient) -> None:
    answer = client.post("/auth/sign-up", data=ADA)
    assert (answer.status_code, answer.headers["location"]) == (303, "/templates")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{cookie_name()}=")
    for part in ("HttpOnly", "Path=/", "SameSite=lax"):
        assert part in cookie
    assert "Secure" not in cookie
    with transaction() as session:
        assert session.scalars(select(User.email)).all() == ["ada@example.com"]


def test_over_tls_the_cookie_is_for_tls_only(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IDEASMITH_PUBLIC_URL", "https://ideas.example.com")
    reset_settings()
    try:
        assert "Secure" in client.post("/auth/sign-up", data=ADA).headers["set-cookie"]
    finally:
        monkeypatch.undo()
        reset_settings()


def test_a_refused_form_comes_back_with_its_sentences_and_what_was_typed(client: TestClient) -> None:
    typed = {"email": 'a"><script>alert(1)</script>', "password": "short", "name": "Ada"}
    answer = client.post(
        "/auth/sign-up?x=1", data=typed, headers={"referer": "http://x/sign-up?next=/executions"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-up?next=/executions")
    page = client.get("/sign-up").text
    assert 'role="alert" id="error-email"' in page
    assert 'role="alert" id="error-password"' in page
    assert 'value="a&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert "<script>alert" not in page
    assert "short" not in page
    assert page.count('aria-invalid="true"') == 2


def test_a_refused_form_is_shown_once(client: TestClient) -> None:
    client.post("/auth/sign-in", data={"email": "x@example.com", "password": "wrong password"})
    assert "do not belong together" in client.get("/sign-in").text
    assert "alert" not in client.get("/sign-in").text


def test_the_other_form_does_not_show_it(client: TestClient) -> None:
    client.post("/auth/sign-in", data={"email": "x@example.com", "password": "wrong password"})
    assert 'role="alert"' not in client.get("/sign-up").text


def test_a_forged_or_broken_flash_cookie_reads_as_nothing(client: TestClient) -> None:
    for value in ("", "%%%", "bm90IGpzb24=", "W10=", "eyJmb3JtIjoxfQ=="):
        client.cookies.set("ideasmith_form", value)
        answer = client.get("/sign-in")
        assert (answer.status_code, 'role="alert"' in answer.text) == (200, False)


def test_signing_in_and_out(client: TestClient) -> None:
    client.post("/auth/sign-up", data=ADA)
    client.cookies.clear()
    answer = client.post("/auth/sign-in", data={**ADA, "next": "/executions/exec_1?tab=log"})
    assert answer.headers["location"] == "/executions/exec_1?tab=log"
    left = client.post("/auth/sign-out")
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert "Max-Age=0" in left.headers["set-cookie"]


def test_an_ended_session_opens_nothing(client: TestClient) -> None:
    client.post("/auth/sign-up", data=ADA)
    token = client.cookies[cookie_name()]
    client.post("/auth/sign-out")
    from services.accounts import actor_for_session

    with transaction() as session:
        assert actor_for_session(session, token) is None


def test_another_site_cannot_sign_a_visitor_in(client: TestClient) -> None:
    answer = client.post("/auth/sign-in", data=ADA, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_an_endless_form_is_refused(client: TestClient) -> None:
    with pytest.raises(Exception, match="too large"):
        auth_only = FastAPI()
        auth_only.include_router(auth.router)
        TestClient(auth_only).post("/auth/sign-in", data={"email": "x" * 20_000})


def test_off_loopback_the_first_account_is_asked_for_the_token(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDEASMITH_HOST", "0.0.0.0")
    monkeypatch.setenv("IDEASMITH_OPERATOR_TOKEN", "printed-at-start")
    reset_settings()
    try:
        client.post("/auth/sign-up", data=ADA)
        assert 'name="operator_token"' in client.get("/sign-up").text
        assert (
            client.post("/auth/sign-up", data=ADA | {"operator_token": "printed-at-start"}).headers[
                "location"
            ]
            == "/templates"
        )
    finally:
        monkeypatch.undo()
        reset_settings()


def wish(text: str) -> str:
    request = Request({"type": "http", "headers": [], "method": "POST", "path": "/auth/sign-in"})
    return next_path(request, {"next": text})


@pytest.mark.parametrize(
    "text",
    [
        "//evil.example",
        "/\\evil.example",
        "http://evil.example",
        "javascript:alert(1)",
        "/a\nb",
        "/\tx",
        "",
        "x",
        "/auth/sign-out",
    ],
)
def test_the_way_on_never_leads_to_another_site(text: str) -> None:
    assert wish(text) == ""


@given(st.text(max_size=60))
def test_whatever_the_way_on_says_it_is_a_path_of_ours(text: str) -> None:
    after = wish(text)
    assert after == "" or (after.startswith("/") and after[1:2] not in ("/", "\\") and "\n" not in after)


def test_both_names_of_this_machine_sign_in(client: TestClient, make_user: Callable[..., Any]) -> None:
    with transaction() as session:
        make_user(session)
    twin = str(client.base_url).replace("127.0.0.1", "localhost")
    answer = client.post(
        f"{twin}/auth/sign-in", data={"email": ADA["email"], "password": PASSWORD}, headers={"origin": twin}
    )
    assert answer.headers["location"] == "/templates"


def test_sessions_are_stored_as_hashes_only(client: TestClient, clean: Settings) -> None:
    client.post("/auth/sign-up", data=ADA)
    token = client.cookies[cookie_name()]
    with transaction() as session:
        assert stored_texts(session, token) == 0


def stored_texts(session: Session, token: str) -> int:
    from sqlalchemy import text

    return session.execute(
        text("SELECT count(*) FROM sessions WHERE token_hash = :token"), {"token": token}
    ).scalar_one()
