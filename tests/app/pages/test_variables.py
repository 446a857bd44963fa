"""The variables on a deployment's page, as a person uses them."""

import re
from typing import Any

from tests.app.pages.conftest import Open, Rows
from tests.axe import findings

SECRET = "hush-hush-value"


def opened(open_page: Open, rows: Rows) -> Any:
    [made] = rows.deployments("Tea Corner")
    page = open_page(f"/deployments/{made}")
    page.click("role=tab[name=Variables]")
    page.wait_for_selector("text=No variables yet")
    return page


def test_a_secret_is_stored_by_keyboard_and_is_nowhere_on_the_page(open_page: Open, rows: Rows) -> None:
    page = opened(open_page, rows)
    page.get_by_role("button", name="Add a variable").press("Enter")
    dialog = page.get_by_role("dialog", name="Add a variable")
    dialog.get_by_label("Name").fill("API_TOKEN")
    assert dialog.get_by_label(re.compile("Secret")).is_checked(), "it looks like one"
    dialog.get_by_label("Value").fill("short")
    dialog.get_by_role("button", name="Store").click()
    assert "8 characters" in dialog.get_by_role("alert").filter(has_text="A secret").inner_text()
    assert findings(page) == []
    dialog.get_by_label("Value").fill(SECRET)
    dialog.get_by_label("Name").press("Enter")
    page.get_by_role("button", name="Change API_TOKEN").wait_for()
    assert SECRET not in page.content() and not dialog.is_visible()
    page.get_by_role("button", name="Change API_TOKEN").click()
    assert page.get_by_role("dialog", name="Change API_TOKEN").get_by_label("New value").input_value() == ""
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove API_TOKEN").click()
    page.get_by_role("dialog", name="Remove API_TOKEN?").get_by_role("button", name="Remove").click()
    page.wait_for_selector("text=No variables yet")
    assert [said for said in page.complaints if "422" not in said] == []


def test_a_pasted_file_names_its_bad_lines_and_is_stored_when_they_are_mended(
    open_page: Open, rows: Rows
) -> None:
    page = opened(open_page, rows)
    page.get_by_role("button", name="Paste a .env file").click()
    dialog = page.get_by_role("dialog", name="Paste a .env file")
    dialog.get_by_label("Lines such as").fill("LEVEL=info\nbad line\nPATH=/bin\n")
    dialog.get_by_role("button", name="Store all").click()
    told = dialog.get_by_role("alert").filter(has_text="Line 3").inner_text()
    assert (
        "2 lines cannot be used" in told and "Line 2: It has to look like" in told and "Line 3: PATH" in told
    )
    dialog.get_by_label("Lines such as").fill(f"LEVEL=info\nAPI_TOKEN={SECRET}\n")
    dialog.get_by_role("button", name="Store all").click()
    page.get_by_role("button", name="Change LEVEL").wait_for()
    assert page.locator("code", has_text="info").count() == 1 and SECRET not in page.content()
    assert findings(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 1280
