"""The palette: everything that has a name is a few letters and Enter away, for hands that never leave the keyboard."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.app.pages.conftest import Open, Rows
from tests.axe import findings

INPUT = "#palette [role=combobox]"


def opened(page: Page) -> Page:
    """Open the palette by its key."""
    page.keyboard.press("Control+k")
    expect(page.locator(INPUT)).to_be_focused()
    return page


def chosen(page: Page) -> Any:
    """Return the option that Enter takes."""
    return page.locator("#palette [role=option][aria-selected=true]")


def test_a_few_letters_and_enter_lead_to_a_page(open_page: Open) -> None:
    page = opened(open_page("/templates"))
    page.keyboard.type("depl")
    expect(chosen(page)).to_contain_text("Go to deployments")
    page.keyboard.press("Enter")
    page.wait_for_url("**/deployments")
    expect(page.locator("#palette[open]")).to_have_count(0)


def test_first_letters_of_words_and_keys_are_enough(open_page: Open) -> None:
    page = opened(open_page("/templates"))
    page.keyboard.type("gex")
    expect(chosen(page)).to_contain_text("Go to executions")
    page.keyboard.press("Control+a")
    page.keyboard.type("gx")
    expect(chosen(page)).to_contain_text("Go to executions")


def test_what_has_a_name_is_found_on_the_server_and_offered_again_next_time(
    open_page: Open, rows: Rows
) -> None:
    execution = rows.executions(1, name="Zanzibar")[0]
    rows.deployments("Zanzibar shop")
    page = opened(open_page("/templates"))
    page.keyboard.type("zanzi")
    expect(page.get_by_role("option", name="Zanzibar shop")).to_be_visible()
    option = page.get_by_role("option", name="Zanzibar 0")
    expect(option).to_be_visible()
    while option.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    assert page.get_attribute(INPUT, "aria-activedescendant") == option.get_attribute("id")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/executions/{execution}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zanzibar 0")
    opened(page)
    expect(page.get_by_role("group", name="Recent").get_by_role("option")).to_contain_text("Zanzibar 0")


def test_letters_that_fit_nothing_are_answered_with_a_sentence(open_page: Open) -> None:
    page = opened(open_page("/templates"))
    page.keyboard.type("qqqq")
    expect(page.locator("#palette [role=status]")).to_have_text("Nothing fits “qqqq”. Try fewer letters.")
    assert findings(page) == []


def test_a_search_that_does_not_answer_says_so_and_can_be_tried_again(open_page: Open, rows: Rows) -> None:
    rows.deployments("Zanzibar shop")
    page = open_page("/templates")
    page.route("**/api/v1/search**", lambda route: route.abort())
    opened(page).keyboard.type("zanzi")
    expect(page.locator("#palette [role=alert]")).to_contain_text("The search does not answer.")
    assert findings(page) == []
    page.unroute("**/api/v1/search**")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("option", name="Zanzibar shop")).to_be_visible()


def test_only_the_last_question_is_answered(open_page: Open, rows: Rows) -> None:
    rows.deployments("Zanzibar shop")
    asked: list[str] = []
    page = open_page("/templates")

    def note(route: Route) -> None:
        asked.append(route.request.url)
        route.continue_()

    page.route("**/api/v1/search**", note)
    opened(page).keyboard.type("zanzibar")
    expect(page.get_by_role("option", name="Zanzibar shop")).to_be_visible()
    assert len(asked) < len("zanzibar")
    assert asked[-1].endswith("q=zanzibar")


def test_the_dot_shows_what_can_be_done_on_this_page(open_page: Open, rows: Rows) -> None:
    made = rows.deployments("Zanzibar shop", wanted="stopped")[0]
    page = open_page(f"/deployments/{made}")
    page.keyboard.press(".")
    expect(page.locator("#palette [role=option]")).to_have_text(["Delete", "Redeploy", "Start"])
    page.keyboard.press("Escape")
    opened(page)
    expect(page.locator("#palette [role=option]").nth(3)).to_be_visible()


def test_a_palette_that_is_opened_again_before_the_browser_said_that_it_closed_offers_everything(
    open_page: Open,
) -> None:
    page = open_page("/templates")
    page.keyboard.press(".")
    expect(page.locator("#palette[open]")).to_be_visible()
    # In one turn, as hands are while the machine is busy: `close` is told only afterwards.
    page.evaluate("""() => {
      document.getElementById("palette").close();
      dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true }));
    }""")
    expect(page.get_by_role("option", name="Go to deployments")).to_be_visible()
    expect(page.locator("#palette [role=status]")).to_have_text(re.compile(r"^\d+ results$"))
    page.keyboard.press("Escape")
    page.keyboard.press(".")
    expect(page.get_by_role("option", name="Go to deployments")).to_have_count(0)


@pytest.mark.usefixtures("theme_kept_by_nobody")
def test_the_theme_is_changed_from_the_palette(open_page: Open) -> None:
    page = opened(open_page("/templates"))
    page.keyboard.type("theme: dark")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))


def test_a_visitor_is_offered_only_what_is_there_for_visitors(open_page: Open) -> None:
    page = opened(open_page("/", signed_in=False))
    words = page.locator("#palette [role=option]").all_inner_texts()
    assert any("Sign in" in one for one in words)
    assert not any("executions" in one or "Sign out" in one for one in words)


def test_signing_out_by_the_palette_forgets_nothing_but_the_session(
    server: Any, browser: Any, page: Page
) -> None:
    from tests.app.pages.conftest import sign_up

    page.context.add_cookies(sign_up(server, browser, "leaves@example.com", "Grace"))
    page.goto(f"{server.url}/templates")
    expect(page.locator(".rail-account").first).to_contain_text("Grace")
    opened(page).keyboard.type("sign out")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Sign up").first).to_be_visible()


def test_the_palette_is_accessible_and_fits_a_narrow_phone(open_page: Open, rows: Rows) -> None:
    rows.deployments("Zanzibar shop with a name that is far too long for any telephone")
    page = opened(open_page("/templates"))
    assert findings(page) == []
    page.keyboard.type("zanzi")
    expect(page.get_by_role("option", name="Zanzibar")).to_be_visible()
    assert findings(page) == []
    page.set_viewport_size({"width": 320, "height": 600})
    box = page.locator("#palette").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 320
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.complaints == []


def test_a_button_in_the_bar_on_top_opens_it_too(open_page: Open) -> None:
    page = open_page("/templates", width=390)
    page.get_by_role("banner").get_by_role("button", name="Search and commands").click()
    expect(page.locator(INPUT)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Search and commands").first).to_be_focused()
