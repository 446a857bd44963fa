"""The policy allows exactly the scripts and styles that stand in a page."""

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import expect

from app.edge.csp import policy

PAGES = Path(__file__).resolve().parents[2] / "app" / "pages"
FORMS = (
    "/sign-in",
    "/sign-up",
    "/forgot-password",
    "/reset-password",
    "/verify-email",
    "/finish-sign-up",
    "/invitation",
    "/unsubscribe",
)
PUBLIC = ("/", "/ideas", "/receipts", "/templates", "/templates/landing", *FORMS, "/no-such-page")
SETTINGS = (
    "/settings",
    "/settings/profile",
    "/settings/security",
    "/settings/team",
    "/settings/notifications",
    "/settings/keys",
    "/settings/data",
    "/settings/cases",
    "/settings/installation",
)
ACCOUNT = (*SETTINGS, "/notifications", "/ideas/new", "/confirm", "/outbox", "/operations", "/moderation")


def hash_of(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def directive(header: str, name: str) -> list[str]:
    parts = [part.split() for part in header.split(";")]
    return next(part[1:] for part in parts if part[0] == name)


def test_inline_scripts_and_styles_are_allowed_by_their_hash() -> None:
    header = policy("<head><script>let a = 1</script><style>p{}</style></head>")
    assert hash_of("let a = 1") in directive(header, "script-src")
    assert hash_of("p{}") in directive(header, "style-src")


def test_a_script_with_a_source_needs_no_hash() -> None:
    header = policy('<script type="module" src="/assets/a.js"></script>')
    assert directive(header, "script-src") == ["'self'"]


def test_the_empty_style_of_emotion_is_allowed() -> None:
    assert "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='" in directive(policy(""), "style-src")


def test_nothing_is_allowed_in_general() -> None:
    header = policy("<script>1</script>")
    assert "unsafe" not in header
    assert "*" not in header
    assert directive(header, "default-src") == ["'none'"]
    assert directive(header, "frame-ancestors") == ["'none'"]
    assert directive(header, "base-uri") == ["'none'"]


@given(st.text(st.characters(exclude_characters="<\r", codec="utf-8"), min_size=1))
def test_only_the_very_same_script_is_allowed(text: str) -> None:
    allowed = directive(policy(f"<script>{text}</script>"), "script-src")
    assert hash_of(text) in allowed
    assert hash_of(text + " ") not in allowed


@pytest.mark.parametrize("path", PUBLIC)
def test_every_page_as_served_carries_the_hashes_of_its_own_scripts(server: Any, path: str) -> None:
    answer = httpx.get(server.url + path, headers={"accept": "text/html"})
    allowed = answer.headers["content-security-policy"]
    inline = re.findall(r"<script\b(?![^>]*\bsrc=)[^>]*>(.*?)</script>", answer.text, re.DOTALL)
    assert inline
    assert [text for text in inline if hash_of(text) not in allowed] == []
    assert "unsafe" not in allowed


VIOLATIONS = """document.addEventListener("securitypolicyviolation",
    event => console.error("CSP", location.pathname, event.violatedDirective, event.blockedURI, event.sample))"""


def test_no_screen_breaks_the_policy(server: Any, page: Any) -> None:
    broken: list[str] = []
    page.add_init_script(VIOLATIONS)
    page.on(
        "console", lambda message: broken.append(message.text) if message.text.startswith("CSP ") else None
    )
    page.on("pageerror", lambda error: broken.append(str(error)))
    for path in (*PUBLIC, "/docs", "/docs/operating", "/api/docs"):
        look_at(page, server.url + path)
    sign_up(page, server.url)
    execution, deployment = launch(page, server.url)
    for path in (f"/executions/{execution}", f"/deployments/{deployment}"):
        look_at(page, server.url + path)
    for path in ("/executions", "/deployments", "/executions/exec_00000000000000000000000000", *ACCOUNT):
        look_at(page, server.url + path)
    # Nothing was proven here: the page of a row says so itself.
    look_at(page, f"{server.url}/templates/landing/proof/1")
    for dark in (True, False):
        page.emulate_media(color_scheme="dark" if dark else "light")
        look_at(page, f"{server.url}/templates/landing")
    assert broken == []


def look_at(page: Any, url: str) -> None:
    """Open a page and wait until its own code has drawn it."""
    page.goto(url, wait_until="load")
    page.locator("h1").first.wait_for(state="visible")
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


def launch(page: Any, url: str) -> tuple[str, str]:
    """Launch a template, look at it while it runs, and return its execution and deployment."""
    body = {"template": "landing", "config": {}}
    started = page.request.post(f"{url}/api/v1/executions", data=body, headers={"origin": url})
    assert started.ok, started.text()
    execution = started.json()["id"]
    look_at(page, f"{url}/executions/{execution}")
    for _ in range(600):
        found = page.request.get(f"{url}/api/v1/executions/{execution}").json()
        if found["state"] not in ("queued", "running"):
            break
        page.wait_for_timeout(100)
    assert found["state"] == "succeeded", found
    return execution, found["deployment_id"]


def sign_up(page: Any, url: str) -> None:
    """Make an account by the form, as a person does."""
    page.goto(f"{url}/sign-up?next=/executions")
    page.fill("input[name=email]", "csp@example.com")
    page.fill("input[name=password]", "a long enough password")
    page.click("form[action='/auth/sign-up'] button[type=submit]")
    page.wait_for_url("**/executions")


def test_every_screen_has_been_looked_at() -> None:
    routes = {
        route for file in PAGES.rglob("*.py") for route in re.findall(r'route="([^"]+)"', file.read_text())
    }
    seen = {
        "/", "/templates", "/templates/[slug]", "/templates/[slug]/proof/[number]", "/docs", "404",
        "/executions", "/executions/[id]",
        "/deployments", "/deployments/[id]", *FORMS, *ACCOUNT,
        "/ideas", "/ideas/[id]", "/authors/[user_id]",  # in tests/app/pages/test_ideas.py, with two ideas
        "/ideas/[id]/why",  # in tests/app/pages/test_notifications.py
        "/ideas/[id]/edit",  # in tests/app/pages/test_writing.py
        "/outbox/[id]",  # in tests/app/pages/test_settings.py, by the operator
        "/shared/[token]",  # in tests/app/pages/test_live_view.py, by a stranger
    }  # fmt: skip
    assert routes == seen, "a screen is new: add it to test_no_screen_breaks_the_policy"
