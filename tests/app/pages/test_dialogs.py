"""Dialogs that are opened again in the same moment in which they were closed: the browser tells of that too late."""

from playwright.sync_api import expect

from tests.app.pages.conftest import Open, Rows


def test_a_question_that_is_asked_again_at_once_is_asked(open_page: Open, rows: Rows) -> None:
    rows.deployments("First shop", "Second shop")
    page = open_page("/deployments")
    for name in ("First shop", "Second shop"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_role("heading", name="Delete 2 applications?")).to_be_visible()
    page.evaluate(
        """() => {
          document.querySelector("dialog[open]").close();
          [...document.querySelectorAll(".list-bar button")].find((one) => one.textContent === "Stop").click();
        }"""
    )
    expect(page.get_by_role("heading", name="Stop 2 applications?")).to_be_visible()
    page.get_by_role("button", name="Leave as it is").click()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.complaints == []


def test_a_share_dialog_that_is_opened_again_at_once_begins_anew(open_page: Open, rows: Rows) -> None:
    page = open_page(f"/executions/{rows.executions(1)[0]}")
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share this execution")
    dialog.get_by_role("button", name="Make link").click()
    expect(dialog.locator(".copybox code")).to_contain_text("/shared/")
    page.evaluate(
        """() => {
          document.querySelector("dialog[open]").close();
          [...document.querySelectorAll("main button")].find((one) => one.textContent === "Share").click();
        }"""
    )
    expect(dialog.get_by_role("button", name="Make link")).to_be_visible()
    expect(dialog.locator(".copybox")).to_have_count(0)
    expect(dialog.get_by_role("button", name="Withdraw")).to_have_count(1)
    assert page.complaints == []
