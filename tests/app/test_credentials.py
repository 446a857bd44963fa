"""Passwords and addresses by forms that a browser sends by itself, without a script."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import col, select
from starlette.testclient import TestClient

from app import auth, credentials
from app.edge.bundle import Bundle
from app.edge.layers import layers
from app.session import cookie_name
from models.accounts import User, UserSession
from models.clock import now
from models.db import transaction
from models.ids import new_id
from models.journal import OutboxRow
from models.settings import Settings, reset_settings
from services import accounts, rate_limits, teams
from tests.mails import last_token, mails_to, subjects_to
from workers.jobs import mail_reset_link, mail_sign_up

PASSWORD, NEW = "a long enough password", "another good password"
ADA = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada"}


@pytest.fixture
def client(clean: Settings, small_bundle: Bundle) -> TestClient:
    application = FastAPI()
    for router in (auth.router, credentials.router):
        application.include_router(router)
    served = layers(application, small_bundle, clean)
    return TestClient(served, base_url=clean.public_url, follow_redirects=False)


@pytest.fixture
def ada(client: TestClient) -> TestClient:
    """Ada, signed up and in."""
    client.post("/auth/sign-up", data=ADA)
    return client


@pytest.fixture
def set_to(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Change settings for one test."""

    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"IDEASMITH_{name.upper()}", value)
        reset_settings()

    yield change
    monkeypatch.undo()
    reset_settings()


def promised() -> list[dict[str, Any]]:
    """Return the resets that were asked for, in order."""
    with transaction() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "mail_reset_link"))
        return [row.payload for row in rows]


def reset_link(client: TestClient) -> str:
    """Ask for a reset link and return the token of its mail."""
    client.post("/auth/forgot-password", data={"email": ADA["email"]})
    mail_reset_link(**promised()[-1])
    return last_token(ADA["email"])


def signs_in(client: TestClient, password: str, email: str = ADA["email"]) -> bool:
    client.cookies.clear()
    answer = client.post("/auth/sign-in", data={"email": email, "password": password})
    return answer.headers["location"] == "/templates"


def test_a_lost_password_is_replaced_without_a_script(ada: TestClient) -> None:
    asked = ada.post("/auth/forgot-password", data={"email": ADA["email"]})
    assert (asked.status_code, asked.headers["location"]) == (303, "/forgot-password")
    assert "a mail is on its way" in ada.get("/forgot-password").text
    mail_reset_link(**promised()[-1])
    token = last_token(ADA["email"])
    page = ada.get(f"/reset-password?token={token}").text
    assert f'value="{token}"' in page and 'role="alert"' not in page
    done = ada.post("/auth/reset-password", data={"token": token, "new_password": NEW})
    assert done.headers["location"] == "/sign-in"
    assert 'role="status"' in ada.get("/sign-in").text
    assert signs_in(ada, NEW) and not signs_in(ada, PASSWORD)


def test_the_answer_to_a_reset_is_the_same_to_the_byte_for_every_address(ada: TestClient) -> None:
    answers = []
    for email in (ADA["email"], "nobody@example.com"):
        posted = ada.post("/auth/forgot-password", data={"email": email})
        page = ada.get("/forgot-password").text
        head = {name: value for name, value in posted.headers.items() if name != "x-request-id"}
        answers.append((posted.status_code, head, page))
    assert answers[0] == answers[1]
    assert [payload["email"] for payload in promised()] == [ADA["email"], "nobody@example.com"]


def test_what_is_no_address_is_told_by_its_field(client: TestClient) -> None:
    client.post("/auth/forgot-password", data={"email": "nobody"})
    page = client.get("/forgot-password").text
    assert 'role="alert" id="error-email"' in page and 'value="nobody"' in page


def test_a_used_link_shows_no_form_any_more(ada: TestClient) -> None:
    token = reset_link(ada)
    ada.post("/auth/reset-password", data={"token": token, "new_password": NEW})
    page = ada.get(f"/reset-password?token={token}").text
    assert "has ended, or was used before" in page and "form hidden" in page and token not in page
    again = ada.post("/auth/reset-password", data={"token": token, "new_password": "a third password"})
    assert again.headers["location"].startswith("/reset-password?token=")
    assert signs_in(ada, NEW)


def test_a_refused_new_password_keeps_the_link(ada: TestClient) -> None:
    token = reset_link(ada)
    back = ada.post("/auth/reset-password", data={"token": token, "new_password": "short"})
    page = ada.get(back.headers["location"]).text
    assert 'id="error-new_password"' in page and f'value="{token}"' in page
    ada.post("/auth/reset-password", data={"token": token, "new_password": NEW})
    assert signs_in(ada, NEW)


@pytest.mark.parametrize("path", ["/reset-password", "/verify-email"])
def test_half_a_link_says_what_is_missing(client: TestClient, path: str) -> None:
    assert "a part of it is missing" in client.get(path).text
    assert "has ended" in client.get(f"{path}?token=%00%F0%9F%98%80").text


def test_opening_the_link_of_a_mail_changes_nothing_until_its_button_is_pressed(ada: TestClient) -> None:
    token = last_token(ADA["email"])
    for _ in range(2):
        assert f'value="{token}"' in ada.get(f"/verify-email?token={token}").text
    assert not verified()
    ada.post("/auth/verify-email", data={"token": token})
    assert verified()
    page = ada.get("/verify-email").text
    assert "ada@example.com is confirmed." in page and "form hidden" in page


def verified() -> bool:
    with transaction() as session:
        return (
            session.scalars(select(User).where(User.email == ADA["email"])).one().email_verified_at
            is not None
        )


def test_an_address_is_confirmed_by_whoever_holds_the_mail_signed_in_or_not(ada: TestClient) -> None:
    ada.cookies.clear()
    ada.post("/auth/verify-email", data={"token": last_token(ADA["email"])})
    assert verified()


def test_the_password_is_asked_for_again_and_leads_on(ada: TestClient) -> None:
    grow_old()
    page = ada.get("/confirm?next=/settings/keys").text
    assert 'value="/settings/keys"' in page and "signed in as ada@example.com" in page
    wrong = ada.post("/auth/confirm", data={"password": "a guess", "next": "/settings/keys"})
    assert wrong.headers["location"] == "/confirm?next=/settings/keys"
    assert "This is not your password" in ada.get("/confirm").text
    assert confirmed_at() < now() - timedelta(minutes=10)
    right = ada.post("/auth/confirm", data={"password": PASSWORD, "next": "/settings/keys"})
    assert right.headers["location"] == "/settings/keys"
    assert confirmed_at() > now() - timedelta(minutes=1)


def grow_old() -> None:
    """Let the password have been entered an hour ago."""
    with transaction() as session:
        for row in session.scalars(select(UserSession)):
            row.confirmed_at = now() - timedelta(hours=1)


def confirmed_at() -> Any:
    with transaction() as session:
        return session.scalars(select(UserSession.confirmed_at).order_by(col(UserSession.created_at))).all()[
            -1
        ]


@pytest.mark.parametrize("wish", ["//evil.example", "http://evil.example", "/auth/sign-out", "/\\evil"])
def test_confirming_never_leads_to_another_site(ada: TestClient, wish: str) -> None:
    answer = ada.post("/auth/confirm", data={"password": PASSWORD, "next": wish})
    assert answer.headers["location"] == "/settings"
    assert "evil" not in ada.get("/confirm", params={"next": wish}).text


@pytest.mark.parametrize("path", ["/confirm?next=/settings/keys", "/settings", "/settings/security"])
def test_a_visitor_is_asked_to_sign_in_and_led_back(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"/sign-in?next={path.partition('?')[0]}")


@pytest.mark.parametrize("path", ["/auth/confirm", "/auth/password", "/auth/email"])
def test_a_visitor_cannot_send_what_needs_an_account(client: TestClient, path: str) -> None:
    answer = client.post(path, data={"password": PASSWORD, "new_password": NEW, "new_email": "a@b.example"})
    assert answer.headers["location"].startswith("/sign-in?next=")


def test_the_password_is_changed_by_who_knows_it(ada: TestClient) -> None:
    wrong = ada.post("/auth/password", data={"password": "a guess", "new_password": NEW})
    assert wrong.headers["location"] == "/settings/security"
    assert "a guess" not in ada.get("/settings/security").text
    done = ada.post("/auth/password", data={"password": PASSWORD, "new_password": NEW, "end_others": "on"})
    assert done.headers["location"] == "/settings/security"
    assert "Your password is changed" in ada.get("/settings/security").text
    assert signs_in(ada, NEW)


def test_a_new_address_is_asked_for_and_proven(ada: TestClient) -> None:
    ada.post("/auth/email", data={"new_email": "ada@new.example", "password": PASSWORD})
    assert "Until then nothing changes" in ada.get("/settings").text
    ada.post("/auth/verify-email", data={"token": last_token("ada@new.example")})
    assert signs_in(ada, PASSWORD, "ada@new.example") and not signs_in(ada, PASSWORD)


def test_a_sign_in_from_elsewhere_is_told_of(ada: TestClient) -> None:
    ada.post("/auth/sign-in", data=ADA, headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    mail = mails_to(ADA["email"])[-1]
    assert mail.subject == "A new device signed in" and mail.text.startswith("Firefox on Windows signed in")


def test_another_site_changes_nothing(ada: TestClient) -> None:
    for path in (
        "/auth/password",
        "/auth/email",
        "/auth/confirm",
        "/auth/reset-password",
        "/auth/verify-email",
    ):
        answer = ada.post(path, data={"password": PASSWORD}, headers={"origin": "http://evil.example"})
        assert answer.status_code == 403


def test_guesses_at_a_password_are_limited_and_the_form_says_for_how_long(
    client: TestClient, set_to: Any
) -> None:
    set_to(limit_account="3/hour")
    rate_limits.counter.cache_clear()
    client.post("/auth/sign-up", data=ADA)
    client.cookies.clear()
    for _ in range(3):
        assert not signs_in(client, "a guess")
    answer = client.post("/auth/sign-in", data=ADA)
    assert answer.headers["location"] == "/sign-in" and 0 < int(answer.headers["retry-after"]) <= 3600
    assert "That was too often. Wait" in client.get("/sign-in").text


def test_a_signed_in_browser_guesses_no_more_often_than_the_sign_in_form(
    ada: TestClient, set_to: Any
) -> None:
    set_to(limit_account="2/hour")
    for _ in range(2):
        ada.post("/auth/confirm", data={"password": "a guess"})
    ada.post("/auth/password", data={"password": PASSWORD, "new_password": NEW})
    assert "too often" in ada.get("/settings/security").text
    assert subjects_to(ADA["email"]) == ["Confirm your e-mail address"]


def test_an_address_is_mailed_so_often_and_the_refusal_is_the_same_for_unknown_ones(
    client: TestClient, set_to: Any
) -> None:
    set_to(limit_mail="1/hour")
    client.post("/auth/sign-up", data=ADA)
    pages = []
    for email in (ADA["email"], "nobody@example.com"):
        for _ in range(2):
            client.post("/auth/forgot-password", data={"email": email})
        pages.append(re.sub(r'value="[^"]*"', "", client.get("/forgot-password").text))
    assert pages[0] == pages[1] and "too often" in pages[0]
    assert len(promised()) == 2


def test_without_a_mail_server_the_answer_says_who_has_the_link(ada: TestClient, set_to: Any) -> None:
    ada.post("/auth/forgot-password", data={"email": ADA["email"]})
    assert "ask its operator" in ada.get("/forgot-password").text
    set_to(smtp_host="mail.example.com", mail_from="Ideasmith <mail@example.com>")
    ada.post("/auth/forgot-password", data={"email": new_id("x") + "@example.com"})
    assert "ask its operator" not in ada.get("/forgot-password").text


@pytest.fixture
def mailing(set_to: Any) -> None:
    """Mails are sent here."""
    set_to(smtp_host="127.0.0.1", mail_from="Ideasmith <mail@ideasmith.example>")


def answer_to(client: TestClient, email: str) -> tuple[Any, ...]:
    """Return all that a visitor sees of a sign-up: the answer, its headers, and the page that it leads to."""
    client.cookies.clear()
    answer = client.post("/auth/sign-up", data={"email": email, "password": PASSWORD, "name": "Somebody"})
    page = client.get(answer.headers["location"])
    varying = ("x-request-id", "date")
    headers = {name: value for name, value in answer.headers.items() if name not in varying}
    return answer.status_code, headers, page.status_code, page.text


def finish_mails() -> None:
    """Let the jobs run that write the mails of sign-ups."""
    with transaction() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.topic == "mail_sign_up")).all()
    for row in rows:
        mail_sign_up(row.payload["sign_up_id"])


def test_where_mails_are_sent_signing_up_answers_the_same_for_every_address(
    ada: TestClient, mailing: None
) -> None:
    known, new = answer_to(ada, ADA["email"]), answer_to(ada, "eve@example.com")
    assert known == new
    assert (known[0], known[1]["location"]) == (303, "/finish-sign-up")
    assert "A mail is on its way" in known[3] and not any("session" in name for name in ada.cookies)
    finish_mails()
    assert subjects_to(ADA["email"])[-1] == "You have an account with this address"
    assert subjects_to("eve@example.com") == ["Finish signing up"]


def test_the_mailed_link_and_the_password_make_the_account_and_lead_on(
    ada: TestClient, mailing: None
) -> None:
    ada.post("/auth/sign-out")
    form = {"email": "eve@example.com", "password": PASSWORD, "next": "/executions"}
    assert "ideasmith_session" not in str(ada.post("/auth/sign-up", data=form).headers)
    finish_mails()
    token = last_token("eve@example.com")
    assert f'value="{token}"' in ada.get(f"/finish-sign-up?token={token}").text
    wrong = ada.post("/auth/finish-sign-up", data={"token": token, "password": "another password"})
    assert wrong.headers["location"] == f"/finish-sign-up?token={token}"
    assert "not the password that was chosen" in ada.get(wrong.headers["location"]).text
    done = ada.post("/auth/finish-sign-up", data={"token": token, "password": PASSWORD})
    assert done.headers["location"] == "/executions" and cookie_name() in done.headers["set-cookie"]
    ended = ada.post("/auth/finish-sign-up", data={"token": token, "password": PASSWORD})
    assert "has ended, or was used before" in ada.get(ended.headers["location"]).text


def test_the_first_account_is_in_at_once_although_mails_are_sent(client: TestClient, mailing: None) -> None:
    answer = client.post("/auth/sign-up", data=ADA)
    assert answer.headers["location"] == "/templates" and cookie_name() in answer.headers["set-cookie"]


def test_an_invitation_to_the_address_is_its_proof(ada: TestClient, mailing: None) -> None:
    token = invited("eve@example.com")
    ada.post("/auth/sign-out")
    after = f"/invitation?token={token}"
    for email, leads_to in (("mallory@example.com", "/finish-sign-up"), ("eve@example.com", after)):
        answer = ada.post("/auth/sign-up", data={"email": email, "password": PASSWORD, "next": after})
        assert answer.headers["location"] == leads_to


def test_without_a_mail_server_one_is_in_at_once_and_a_taken_address_is_said(ada: TestClient) -> None:
    ada.cookies.clear()
    eve = {"email": "eve@example.com", "password": PASSWORD}
    assert ada.post("/auth/sign-up", data=eve).headers["location"] == "/templates"
    assert ada.post("/auth/sign-up", data=eve).headers["location"] == "/sign-up"
    assert "There is an account with this e-mail address" in ada.get("/sign-up").text


def invited(email: str) -> str:
    """Let Ada invite somebody into a team of hers, and return the token of the link."""
    with transaction() as session:
        user = session.scalars(select(User).where(User.email == ADA["email"])).one()
        actor = accounts.actor_for_user(session, user, via="session")
        team = teams.create_team(session, actor, "Tea")
        actor.roles[team.id] = "owner"
        teams.invite(session, actor, team.id, email, "member")
    return last_token(email)
