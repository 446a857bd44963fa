"""The landing template's application, used by a person with a browser."""

import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.templates.landing import LANDING
from tests.templates.running import Running, check, get, serve

HOSTILE = "</title><script>alert(1)</script>{{ 7 * 7 }}'\"\u202e"
LONG_ENOUGH = "twelve letters or more"


def last_mail(app: Running) -> str:
    """Return the last mail in the outbox."""
    with sqlite3.connect(app.data / "waitlist.sqlite3") as database:
        return str(database.execute("SELECT body FROM outbox ORDER BY id DESC LIMIT 1").fetchone()[0])


def link(app: Running, page: str) -> str:
    """Return a link in the last mail."""
    return re.findall(rf"http\S+/{page}/\S+", last_mail(app))[0]


def test_hostile_words_are_shown_and_do_nothing(tmp_path: Path) -> None:
    words = {
        "app_name": HOSTILE,
        "tagline": HOSTILE,
        "description": HOSTILE,
        "benefits": f"{HOSTILE} | {HOSTILE}",
    }
    LANDING.make(words, tmp_path / "tree")
    with serve(LANDING, tmp_path / "tree", tmp_path / "data") as app:
        for path in ("/", "/privacy", "/thanks", "/nothing-here", "/admin/setup"):
            _, page = get(app, path)
            assert "<script>alert" not in page
            assert "{{ 7 * 7 }}" in page
        assert get(app, "/")[1].count("<script") == 2


# What version 1.0.0 had made: everything in one migration, before the outbox and the notes moved into parts.
FIRST_TABLES = """
    CREATE TABLE migrations (name TEXT PRIMARY KEY);
    CREATE TABLE entries (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL, created_at TEXT NOT NULL, confirmed_at TEXT, place INTEGER UNIQUE, mailed_at TEXT);
    CREATE TABLE outbox (id INTEGER PRIMARY KEY, recipient TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
        leave_link TEXT NOT NULL, created_at TEXT NOT NULL, sent_at TEXT, tries INTEGER NOT NULL DEFAULT 0,
        next_try_at TEXT, error TEXT);
    CREATE INDEX outbox_by_recipient ON outbox (recipient);
    CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    INSERT INTO migrations VALUES ('entries');
    INSERT INTO entries (email, token, state, created_at, place)
        VALUES ('ada@example.org', 'her-link', 'confirmed', '2026-01-01 00:00:00', 1);
"""


def test_the_data_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    LANDING.make({"app_name": "Brühwerk"}, tmp_path / "tree")
    (tmp_path / "data").mkdir()
    with sqlite3.connect(tmp_path / "data" / "waitlist.sqlite3") as database:
        database.executescript(FIRST_TABLES)
    with serve(LANDING, tmp_path / "tree", tmp_path / "data") as app:
        assert get(app, "/readyz")[0] == 200
        status, page = get(app, "/place/her-link")
        assert status == 200 and "№ 1" in page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A site with everything on it."""
    folder = tmp_path_factory.mktemp("site")
    options = {
        "app_name": "Brühwerk", "seed_data": True, "sections": ["features", "steps", "offer", "faq", "contact"],
        "offer": "Half price for a year.", "contact_name": "Ada", "contact_email": "ada@example.org",
        "social_proof": "quotes", "quotes": "Better than the last one | Ada", "hero": "poster", "artwork": "orbits",
    }  # fmt: skip
    LANDING.make(options, folder / "tree")
    with serve(LANDING, folder / "tree", folder / "data") as app:
        yield app


def test_a_person_takes_a_place_and_the_owner_sees_it(site: Running, page: Any) -> None:
    axe = Axe()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site.url)
    check(page, axe)
    page.fill("#email", "grace@example.org")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thanks")
    check(page, axe)
    page.goto(link(site, "confirm"))
    page.wait_for_url("**/place/*")
    assert "№ 1" in page.text_content(".ticket-place")
    check(page, axe)
    page.goto(f"{site.url}/admin")
    check(page, axe)
    page.fill("#code", (site.data / "setup-code").read_text())
    page.fill("#password", LONG_ENOUGH)
    page.click("main .button")
    page.wait_for_url("**/admin/")
    assert page.text_content(".stacked td a") == "grace@example.org"
    check(page, axe)
    page.goto(f"{site.url}/admin/outbox")
    page.click(".mail summary")
    check(page, axe)
    page.goto(f"{site.url}/privacy")
    check(page, axe)
    assert [text for text in said if "Password forms" not in text] == []


def test_an_owner_without_a_password_follows_the_link_that_the_log_holds(tmp_path: Path, page: Any) -> None:
    LANDING.make({"app_name": "Brühwerk", "auth": "magic_link", "locale": "de"}, tmp_path / "tree")
    with serve(LANDING, tmp_path / "tree", tmp_path / "data") as app:
        axe = Axe()
        page.goto(f"{app.url}/admin")
        page.fill("#code", (app.data / "setup-code").read_text())
        page.fill("#email", "owner@example.org")
        page.click("main .button")
        page.wait_for_url("**/admin/")
        page.click("text=Zugang")
        check(page, axe)
        page.click("text=Überall abmelden")
        page.wait_for_url("**/sign-in")
        page.fill("#email", "owner@example.org")
        page.keyboard.press("Enter")
        page.wait_for_url("**/sent")
        entrance = link(app, "enter")
        page.goto(entrance)
        check(page, axe)
        page.click("main .button")
        page.wait_for_url("**/admin/")
        page.goto(entrance)
        assert page.text_content("h1") == "Dieser Link gilt nicht mehr"
        app.process.terminate()
        log, _ = app.process.communicate(timeout=20)
        assert f"sign in within 15 minutes by {entrance}" in log


def test_everything_works_with_scripts_off(site: Running, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(site.url)
    page.click(".to-dark")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.fill("#email", "mary@example.org")
    page.click(".join .button")
    page.wait_for_url("**/thanks")
    page.goto(link(site, "confirm"))
    page.click("main .button")
    page.wait_for_url("**/place/*")
    page.click("text=Leave the list")
    page.click("text=Delete me")
    page.wait_for_url("**/goodbye")
    context.close()


def test_a_wrong_address_is_told_beside_its_field(site: Running, page: Any) -> None:
    page.goto(site.url)
    page.fill("#email", "nobody")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    assert page.input_value("#email") == "nobody"
    assert page.evaluate("document.activeElement.id") == "email"
    check(page, Axe())
