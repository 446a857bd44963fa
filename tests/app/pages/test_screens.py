"""Every screen in a real browser, in both themes, wide and narrow: axe finds nothing, nothing sticks out, keys work."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.axe import findings

EMAIL, PASSWORD = "screens@example.com", "a long enough password"
FORMS = ("/sign-in", "/sign-up", "/forgot-password", "/reset-password", "/verify-email", "/invitation")
PUBLIC = ("/", "/templates", "/templates/landing", *FORMS, "/nowhere")
SETTINGS = (
    "/settings",
    "/settings/profile",
    "/settings/security",
    "/settings/team",
    "/settings/keys",
    "/settings/data",
    "/settings/installation",
    "/confirm",
)
PRIVATE = ("/executions", "/deployments", *SETTINGS, "/executions/exec_nope", "/deployments/depl_nope")
READY = "main h1 >> nth=0"

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def account(server: Any, browser: Any) -> list[dict[str, Any]]:
    """The cookies of an account made by the form, as a person would."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/sign-up")
    page.fill("[name=name]", "Ada Lovelace")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/templates")
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def open_page(server: Any, browser: Any, account: list[dict[str, Any]]) -> Iterator[Open]:
    """Open a screen: `open_page("/templates", width=390)`; its console errors are kept in `page.complaints`."""
    contexts = []

    def open_one(path: str, *, width: int = 1280, signed_in: bool = True) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
        contexts.append(context)
        if signed_in:
            context.add_cookies(account)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{server.url}{path}")
        page.wait_for_selector(READY, state="attached")
        page.wait_for_selector(".skeleton, .skeleton-cards", state="detached")
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PUBLIC)
def test_public_screens_are_accessible_in_every_look(open_page: Open, path: str) -> None:
    assert findings(open_page(path, signed_in=False)) == []


@pytest.mark.parametrize("path", PRIVATE)
def test_private_screens_are_accessible_in_every_look(open_page: Open, path: str) -> None:
    assert findings(open_page(path)) == []


def test_a_form_with_an_error_is_accessible_and_focuses_it(open_page: Open) -> None:
    page = open_page("/templates/landing")
    page.fill("#field-app_name", "")
    page.click("#options button[type=submit]")
    page.wait_for_function("() => document.activeElement.id === 'field-app_name'")
    assert page.get_attribute("#field-app_name", "aria-invalid") == "true"
    assert page.inner_text("#error-app_name") != ""
    assert findings(page) == []


def test_dialogs_and_toasts_are_accessible(open_page: Open) -> None:
    page = open_page("/settings/keys")
    page.click("text=Make a key")
    page.wait_for_selector("#new-key[open]")
    assert findings(page) == []
    page.fill("#new-key-name", "Night build")
    page.click("#new-key button:has-text('Make key')")
    page.wait_for_selector("#new-key code:has-text('ism_')")
    assert findings(page) == []
    page.click("#new-key button:has-text('Done')")
    page.click("[aria-label='Revoke Night build'][commandfor]")
    page.wait_for_selector("dialog[open]")
    assert page.evaluate("document.activeElement.textContent") == "Keep"
    assert findings(page) == []
    page.click("dialog[open] button:has-text('Revoke Night build')")
    page.wait_for_selector(".toast")
    page.hover(".toast")  # it stays while hovered
    assert findings(page) == []
    assert page.locator(".toast").count() == 1


@pytest.mark.parametrize("path", [*PUBLIC[:-1], *PRIVATE[:-2]])
def test_screens_fit_into_320_and_complain_about_nothing(open_page: Open, path: str) -> None:
    page = open_page(path, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.complaints == []


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/templates/landing", "Landing page and waitlist · Ideasmith"),
        ("/executions", "Executions · Ideasmith"),
        ("/settings", "Settings · Ideasmith"),
        ("/settings/security", "Security · Settings · Ideasmith"),
    ],
)
def test_titles_name_the_thing_first(open_page: Open, path: str, title: str) -> None:
    page = open_page(path)
    page.wait_for_function("title => document.title === title", arg=title)


def test_keys_go_search_and_explain_themselves(open_page: Open) -> None:
    page = open_page("/templates")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.keyboard.type("g x?")
    assert page.url.partition("?")[0].endswith("/templates")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("x")
    page.wait_for_url("**/executions")


def test_rows_are_walked_by_keys(open_page: Open) -> None:
    page = open_page("/templates")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.hasAttribute('data-row')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/templates/*")


def test_the_drawer_opens_leads_on_and_gives_the_focus_back(open_page: Open) -> None:
    page = open_page("/templates", width=390)
    page.click("[aria-label=Menu]")
    page.wait_for_selector("#drawer[open]")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Menu"
    page.click("[aria-label=Menu]")
    page.click("#drawer >> text=Executions")
    page.wait_for_url("**/executions")
    page.wait_for_selector("#drawer[open]", state="detached")


def test_the_skip_link_is_first_and_leads_to_the_content(open_page: Open) -> None:
    page = open_page("/executions")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    assert re.search(r"/executions/?#content$", page.url)


def test_the_theme_is_kept(open_page: Open) -> None:
    page = open_page("/templates")
    page.click(".shell > .rail >> text=Theme")
    page.wait_for_function("() => document.documentElement.classList.contains('dark')")
    page.reload()
    page.wait_for_function("() => document.documentElement.classList.contains('dark')")


def test_a_link_to_options_survives_signing_in(open_page: Open) -> None:
    page = open_page("/templates/landing?app_name=Tidepool", signed_in=False)
    page.wait_for_selector("#field-app_name")
    assert page.input_value("#field-app_name") == "Tidepool"
    page.click("#options button[type=submit]")
    page.wait_for_url("**/sign-in?next=**")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/templates/landing?app_name=Tidepool")
    page.wait_for_selector("#field-app_name")
    assert page.input_value("#field-app_name") == "Tidepool"
