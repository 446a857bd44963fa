"""The landing template's application, started and used: by its own README, by requests, by a person with a browser."""

import http.client
import re
import signal
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.templates.landing import Running, make, serve

HOSTILE = "</title><script>alert(1)</script>{{ 7 * 7 }}'\"\u202e"
LONG_ENOUGH = "twelve letters or more"


def get(app: Running, path: str, **headers: str) -> tuple[int, str]:
    """Ask the application for a page."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


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
    make(words, tmp_path / "tree")
    with serve(tmp_path / "tree", tmp_path / "data") as app:
        for path in ("/", "/privacy", "/thanks", "/nothing-here", "/admin/setup"):
            _, page = get(app, path)
            assert "<script>alert" not in page
            assert "{{ 7 * 7 }}" in page
        assert get(app, "/")[1].count("<script") == 1


def test_a_restart_keeps_the_list_and_the_password_code(tmp_path: Path) -> None:
    make({"app_name": "Brühwerk"}, tmp_path / "tree")
    codes = []
    for _ in range(2):
        with serve(tmp_path / "tree", tmp_path / "data") as app:
            assert get(app, "/readyz") == (200, "ready\n")
            codes.append((tmp_path / "data" / "setup-code").read_text())
            app.process.send_signal(signal.SIGTERM)
            assert app.process.wait(10) == 0
    assert codes[0] == codes[1]
    assert not (tmp_path / "tree" / "data").exists()


def test_sigterm_lets_requests_at_hand_finish(tmp_path: Path) -> None:
    make({"app_name": "Brühwerk"}, tmp_path / "tree")
    with serve(tmp_path / "tree", tmp_path / "data") as app:
        get(app, "/")
        answers: list[int] = []
        asked = threading.Barrier(13)

        def ask() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
            connection.request("GET", "/")
            asked.wait()
            answer = connection.getresponse()
            # A page comes whole, to its last byte, or not at all.
            answers.append(answer.status if answer.read().endswith(b"</html>") else 0)

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        asked.wait()
        app.process.send_signal(signal.SIGTERM)
        for thread in threads:
            thread.join()
        assert app.process.wait(10) == 0
    assert answers == [200] * 12


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A site with everything on it."""
    folder = tmp_path_factory.mktemp("site")
    options = {
        "app_name": "Brühwerk", "seed_data": True, "sections": ["features", "steps", "offer", "faq", "contact"],
        "offer": "Half price for a year.", "contact_name": "Ada", "contact_email": "ada@example.org",
        "social_proof": "quotes", "quotes": "Better than the last one | Ada", "hero": "poster", "artwork": "orbits",
    }  # fmt: skip
    make(options, folder / "tree")
    with serve(folder / "tree", folder / "data") as app:
        yield app


def check(page: Any, axe: Axe) -> None:
    """Look at a page with the eyes of axe-core, in both themes, and at its width down to 320."""
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (page.url, width)
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        found = axe.run(page).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in found] == [], (page.url, scheme, width)


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
    assert page.text_content(".people td a") == "grace@example.org"
    check(page, axe)
    page.goto(f"{site.url}/admin/outbox")
    page.click(".mail summary")
    check(page, axe)
    page.goto(f"{site.url}/privacy")
    check(page, axe)
    assert [text for text in said if "Password forms" not in text] == []


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
