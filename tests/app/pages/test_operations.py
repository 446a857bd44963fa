"""The operator's overview and the rating of a deployment, in a real browser."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from models.db import psycopg_url
from models.settings import Settings
from tests.axe import findings
from tests.product import Product
from workers.embedded.servers import postgres_for

PASSWORD = "a long enough password"


def sign_up(page: Any, server: Product, email: str) -> None:
    """Make an account by the form, as a person would."""
    page.goto(f"{server.url}/sign-up")
    page.fill("[name=name]", email.partition("@")[0].title())
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/templates")


@pytest.fixture
def someone(server: Product, browser: Any) -> Iterator[Callable[[str], Any]]:
    """Open a page as somebody new: `someone("eve@example.com")`."""
    contexts = []

    def sign_in(email: str) -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        sign_up(page, server, email)
        return page

    yield sign_in
    for context in contexts:
        context.close()


def make_operator(server: Product, email: str) -> None:
    """Hand the installation over. Whoever signed up first in this session's product runs it else."""
    engine = create_engine(psycopg_url(postgres_for(Settings(data=server.data, database_url="")).url))
    with engine.begin() as connection:
        connection.execute(text("UPDATE users SET is_operator = true WHERE email = :email"), {"email": email})
    engine.dispose()


def test_the_operator_sees_every_part_live_and_everybody_else_sees_no_door(
    server: Product, someone: Callable[[str], Any]
) -> None:
    page = someone("runs@example.com")
    make_operator(server, "runs@example.com")
    page.goto(f"{server.url}/operations")
    expect(page.locator("main h1")).not_to_have_text("Operations")
    parts = page.get_by_role("region", name="Parts").get_by_role("row")
    for part in ("postgres", "valkey", "web", "door", "apps", "worker-build-1", "clock"):
        expect(parts.filter(has_text=part).get_by_text("Running")).to_be_visible()
    expect(page.get_by_role("region", name="Servers")).to_contain_text("ms in")
    assert findings(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="Operations").click()

    other = someone("visits@example.com")
    expect(other.get_by_role("link", name="Settings")).to_be_visible()
    assert other.get_by_role("link", name="Operations").count() == 0
    other.goto(f"{server.url}/operations")
    expect(other.get_by_text("This page is for the operator")).to_be_visible()
    assert findings(other) == []
    assert other.request.get(f"{server.url}/api/v1/operations").status == 403


def test_the_report_is_copied_as_text(server: Product, someone: Callable[[str], Any]) -> None:
    page = someone("copies@example.com")
    make_operator(server, "copies@example.com")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    page.goto(f"{server.url}/operations")
    page.get_by_role("button", name="Copy report").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.match(r"Ideasmith, \d{4}-", copied) and "clock: running" in copied
    assert "copies@example.com" not in copied


def test_a_live_application_asks_its_owner_once(server: Product, someone: Callable[[str], Any]) -> None:
    page = someone("rates@example.com")
    launched = page.request.post(
        f"{server.url}/api/v1/executions",
        data={"template": "landing", "config": {"app_name": "Rated"}},
        headers={"origin": server.url},
    ).json()
    page.goto(f"{server.url}/executions/{launched['id']}")
    expect(page.locator(".badge.succeeded").first).to_be_visible(timeout=120_000)
    found = page.request.get(f"{server.url}/api/v1/executions/{launched['id']}").json()
    page.goto(f"{server.url}/deployments/{found['deployment_id']}")
    question = page.get_by_text("How well does it do what you wanted?")
    expect(question).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="Send rating").click()
    expect(page.get_by_text("Choose 1 to 5.")).to_be_visible()
    assert findings(page) == []
    page.get_by_label("4", exact=True).check()
    page.get_by_label("In one line").fill("Nearly there")
    page.get_by_role("button", name="Send rating").click()
    expect(page.get_by_role("region", name="Rating")).to_contain_text("4 of 5")
    page.reload()
    expect(page.get_by_role("region", name="Rating")).to_contain_text("Nearly there")
    expect(question).to_be_hidden()
    page.get_by_role("button", name="Change").click()
    expect(page.get_by_label("4", exact=True)).to_be_checked()
    page.get_by_label("5, fully").check()
    page.get_by_role("button", name="Send rating").click()
    expect(page.get_by_role("region", name="Rating")).to_contain_text("5 of 5")
