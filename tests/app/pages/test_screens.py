"""Every screen in a real browser, in both themes, wide and narrow: axe finds nothing, nothing sticks out, keys work."""

import re

import pytest

from tests.app.pages.conftest import EMAIL, PASSWORD, Open
from tests.axe import findings

FORMS = (
    "/sign-in",
    "/sign-up",
    "/forgot-password",
    "/reset-password",
    "/verify-email",
    "/finish-sign-up",
    "/invitation",
)
GUIDE = ("/docs", "/docs/operating", "/docs/api", "/docs?q=backup")
PUBLIC = ("/", "/templates", "/templates/landing", *FORMS, *GUIDE, "/nowhere")
SETTINGS = (
    "/settings",
    "/settings/profile",
    "/settings/security",
    "/settings/team",
    "/settings/keys",
    "/settings/data",
    "/settings/cases",
    "/settings/installation",
    "/confirm",
)
PRIVATE = (
    "/executions",
    "/deployments",
    "/operations",
    "/moderation",
    *SETTINGS,
    "/executions/exec_nope",
    "/deployments/depl_nope",
)


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
