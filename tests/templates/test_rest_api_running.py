"""The REST API template's application, used by a program, by a person with a browser, and by a fuzzer."""

import hashlib
import http.client
import json
import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from axe_playwright_python.sync_playwright import Axe
from hypothesis import HealthCheck, Phase, given, settings
from playwright.sync_api import expect
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.templates.rest_api import REST_API
from tests.templates.running import Running, check, get, serve

LONG_ENOUGH = "twelve letters or more"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    unsupported_method,
]


def make_key(app: Running, scopes: dict[str, str]) -> str:
    """Make a key as the admin area does, in the running application's own database."""
    key = "key_of_the_tests"
    with sqlite3.connect(app.data / "api.sqlite3") as database:
        database.execute(
            "INSERT INTO keys (name, start, hash, scopes, created_at)"
            " VALUES ('tests', 'key', ?, ?, '2026-01-01 00:00:00')",
            (hashlib.sha256(key.encode()).hexdigest(), json.dumps(scopes)),
        )
    return key


def ask(app: Running, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """Send JSON and return the status and the JSON of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", app.port, timeout=20)
    sent = {"Content-Type": "application/json", **headers}
    connection.request(method, path, json.dumps(body) if body is not None else None, sent)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, json.loads(text) if text else None


ROWS = [
    {"pagination": "cursor", "deletion": "soft", "auth": "key", "rate_limit": "none", "seed_data": True},
    {"pagination": "page", "deletion": "hard", "auth": "none", "requests_per_minute": 10_000, "seed_data": True,
     "resources": "things: name text required unique, kind choice(a|b) required, part_of -> things, size number, "
                  "at moment, on date, ok yes/no, mail email, page_of link, cost money, notes long text"},
]  # fmt: skip


# A request that is wrong in two ways may be refused for the condition it names before its body is read.
REFUSED = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428, 429]
REFUSALS = SchemathesisConfig.from_dict(
    {"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
)


@pytest.mark.parametrize("row", ROWS, ids=["keys and cursors", "open and pages"])
def test_the_application_does_what_its_description_says(tmp_path: Path, row: dict[str, Any]) -> None:
    REST_API.make({"app_name": "Brühwerk", **row}, tmp_path / "tree")
    with serve(REST_API, tmp_path / "tree", tmp_path / "data") as app:
        headers = {"Authorization": f"Bearer {make_key(app, {'*': 'write'})}"} if row["auth"] == "key" else {}
        description = schemathesis.openapi.from_dict(
            json.loads(get(app, "/openapi.json")[1]), config=REFUSALS
        )
        for operation in description.get_all_operations():
            for mode in GenerationMode:
                fuzz(operation.ok(), mode, app.url, headers)


def fuzz(operation: Any, mode: GenerationMode, url: str, headers: dict[str, str]) -> None:
    """Send an operation what its description allows or forbids, and look whether the answers are what it promises."""
    checks = [*CHECKS, negative_data_rejection] if mode is GenerationMode.NEGATIVE else CHECKS

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def walk(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=url, headers=headers, checks=checks)

    walk()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with everything on it."""
    folder = tmp_path_factory.mktemp("service")
    words = {"app_name": "Brühwerk", "tagline": "Read what we read.", "owner_email": "owner@example.org"}
    options = {**words, "deletion": "soft", "seed_data": True}
    REST_API.make(options, folder / "tree")
    with serve(REST_API, folder / "tree", folder / "data") as app:
        yield app


def test_a_person_reads_tries_and_manages(site: Running, page: Any) -> None:
    axe = Axe()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site.url)
    check(page, axe)
    page.goto(f"{site.url}/admin/")
    page.fill("#code", (site.data / "setup-code").read_text())
    page.fill("#password", LONG_ENOUGH)
    page.click("main .button")
    page.wait_for_url("**/admin/")
    check(page, axe)
    page.goto(f"{site.url}/admin/keys")
    page.fill("#name", "The tests")
    page.select_option("#scope-authors", "write")
    page.click("main form .button")
    key = page.text_content("#made")
    check(page, axe)
    page.goto(f"{site.url}/docs/authors")
    check(page, axe)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.fill("#key", key)
    form = page.locator("form.try[data-method=POST]").first
    form.locator("summary").click()
    form.locator("button").click()
    expect(form.locator("[role=status]")).to_have_text(re.compile("^201"))
    check(page, axe)
    assert key not in str(page.context.storage_state())
    page.goto(f"{site.url}/admin/keys")
    page.fill("#name", "By mail")
    page.fill("#email", "ada@example.org")
    page.click("main form .button")
    check(page, axe)
    page.goto(f"{site.url}/admin/outbox")
    page.click("main summary")
    check(page, axe)
    page.click("main .mail-body a")
    check(page, axe)
    page.click("main .button")
    assert page.text_content("#made").startswith("key_")
    check(page, axe)
    for path in (
        "/admin/data/authors",
        "/admin/data/books/1",
        "/admin/data/books/new",
        "/admin/webhooks",
        "/admin/keys/1",
    ):
        page.goto(f"{site.url}{path}")
        check(page, axe)
    assert [text for text in said if "Password f" not in text] == []


def test_the_documentation_is_searched_and_a_language_is_kept(site: Running, page: Any) -> None:
    page.goto(f"{site.url}/docs/books")
    page.fill("#find", "replace")
    assert page.locator(".side-nav li li:visible").count() == 1
    page.fill("#find", "nothing like it")
    assert page.locator("#none-found").is_visible()
    page.locator(".tabs label", has_text="Python").first.click()
    assert page.locator(".tabs input[value=Python]:checked").count() == page.locator(".tabs").count()


def test_the_documentation_can_be_read_with_scripts_off(site: Running, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site.url}/docs/books")
    page.locator(".tabs label", has_text="JavaScript").first.click()
    assert "await fetch" in page.locator(".tabs .code:visible").first.text_content()
    assert page.locator("form.try:visible").count() == 0
    context.close()


def test_a_webhook_never_looks_into_the_own_network(site: Running) -> None:
    key = make_key(site, {"*": "write"})
    with sqlite3.connect(site.data / "api.sqlite3") as database:
        database.execute(
            "INSERT INTO hooks (url, secret, resources, created_at) VALUES (?, 'whsec_', ?, '2026-01-01')",
            (f"https://127.0.0.1:{site.port}/healthz", '["authors"]'),
        )
    assert ask(site, "POST", "/v1/authors", {"name": "Ada"}, Authorization=f"Bearer {key}")[0] == 201
    until = time.monotonic() + 30
    while not (said := last_delivery(site)) and time.monotonic() < until:
        time.sleep(0.05)
    assert "private network" in said


def last_delivery(app: Running) -> str:
    """Return what came of the last delivery, or nothing while nobody tried."""
    with sqlite3.connect(app.data / "api.sqlite3") as database:
        row = database.execute("SELECT answer FROM deliveries ORDER BY id DESC LIMIT 1").fetchone()
    return row[0] or "" if row else ""
