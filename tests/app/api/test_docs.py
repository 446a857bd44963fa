"""The documentation page: complete, ours alone, and allowed to do nothing else."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.testclient import TestClient

from tests.app.api.conftest import Caller
from tests.product import Product


def test_every_operation_has_an_entry_with_a_command(ada: Caller) -> None:
    document = ada.get("/openapi.json").json()
    html = ada.http.get("/api/docs").text
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert f'<article id="{operation["operationId"]}"' in html, path
    assert html.count("<pre") == html.count("<article") + 1
    assert "Authorization: Bearer $IDEASMITH_KEY" in html


def test_nothing_on_the_page_comes_from_elsewhere_or_runs_inline(http: TestClient) -> None:
    answer = http.get("/api/docs")
    html = answer.text
    assert not re.search(r"<style|<script(?! src=)|\son\w+=|\sstyle=", html)
    links = re.findall(r'(?:src|href)="([^"#]+)"', html)
    assert links and all(link.startswith("/") and not link.startswith("//") for link in links)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy


def test_its_parts_are_served_with_their_types(http: TestClient) -> None:
    style, script = http.get("/api/docs/docs.css"), http.get("/api/docs/docs.js")
    assert style.headers["content-type"].startswith("text/css") and "--accent-text" in style.text
    assert script.headers["content-type"].startswith("text/javascript")


def test_only_tokens_of_the_house_colour_it(http: TestClient) -> None:
    style = http.get("/api/docs/docs.css").text
    used, known = (
        set(re.findall(r"var\((--[\w-]+)\)", style)),
        set(re.findall(r"^\s*(--[\w-]+):", style, re.MULTILINE)),
    )
    assert used <= known


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_accessible_and_breaks_no_policy(
    server: Product, browser: Any, scheme: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.goto(f"{server.url}/api/docs")
    page.fill("#search", "retry")
    assert page.inner_text("#found") == "1 operation"
    page.fill("#search", "")
    found = Axe().run(page).response["violations"]
    sideways = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()
    assert ([rule["id"] for rule in found], sideways, complaints) == ([], False, [])
