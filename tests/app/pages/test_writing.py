"""The author's desk: nothing typed is lost, every bad field is named, and it works without scripts."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.app.pages.conftest import Open
from tests.app.pages.market import Shelf, shelf_of
from tests.axe import findings
from tests.market import fields
from tests.product import Product


@pytest.fixture
def shelf(server: Product, account: object) -> Iterator[Shelf]:
    """No draft and no idea of the account of the screens, before and after the test."""
    with shelf_of(server) as made:
        yield made


def fill(page: Page, **changed: str) -> None:
    """Type a whole idea into the form."""
    for name, value in {**fields(), **changed}.items():
        field = page.locator(f"[name={name}]")
        if name in ("category", "language"):
            field.select_option(str(value))
        else:
            field.fill(
                ", ".join(value) if isinstance(value, list) else "3" if name == "price_cents" else str(value)
            )


def test_a_draft_is_kept_while_typing_and_found_after_a_reload_and_elsewhere(
    open_page: Open, shelf: Shelf
) -> None:
    page = open_page("/ideas/new")
    page.fill("[name=title]", "Half an idea")
    page.locator("[name=solution]").fill("How it **works**")
    expect(page.locator("[data-preview=title]")).to_have_text("Half an idea")
    expect(page.locator("[data-preview=solution] strong")).to_have_text("works")
    expect(page.locator("[data-kept]")).to_have_text(re.compile(r"^Saved \d"))
    assert [one["title"] for one in shelf.drafts()] == ["Half an idea"]
    page.reload()
    expect(page.locator("[name=solution]")).to_have_value("How it **works**")
    elsewhere = open_page("/ideas?tab=mine")
    elsewhere.get_by_role("link", name="Half an idea").click()
    expect(elsewhere.locator("[name=title]")).to_have_value("Half an idea")
    elsewhere.get_by_role("button", name="Discard draft").click()
    elsewhere.wait_for_url("**/ideas?tab=mine")
    assert shelf.drafts() == []


def kept(page: Page, title: str) -> None:
    """Type a title, and wait until the server has answered to it. "Saved" alone may be what the page came with."""
    with page.expect_response("**/ideas/drafts"):
        page.fill("[name=title]", title)


def test_two_windows_are_asked_which_of_the_two_goes_on(open_page: Open, shelf: Shelf) -> None:
    first = open_page("/ideas/new")
    kept(first, "From the first window")
    expect(first).to_have_url(re.compile("draft=drft_"))
    second = open_page(first.url.removeprefix(shelf.server.url))
    kept(second, "From the second window")
    kept(first, "From the first window again")
    expect(first.get_by_text("changed in another window")).to_be_visible()
    assert [one["title"] for one in shelf.drafts()] == ["From the second window"]
    assert findings(first) == []
    with first.expect_response("**/ideas/drafts"):
        first.get_by_role("button", name="Keep what is here").click()
    assert [one["title"] for one in shelf.drafts()] == ["From the first window again"]
    kept(second, "Late")
    second.get_by_role("button", name="Show what is there").click()
    expect(second.locator("[name=title]")).to_have_value("From the first window again")


def test_every_bad_field_is_named_and_the_first_one_has_the_focus(open_page: Open, shelf: Shelf) -> None:
    page = open_page("/ideas/new")
    fill(page, promise="short", price_cents="3", tags="a, b, c, d, e, f")
    page.fill("[name=price_cents]", "11")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#error-promise")).to_contain_text("needs at least 10 characters")
    expect(page.locator("#error-tags")).to_contain_text("at most 5 tags")
    expect(page.locator("#error-price_cents")).to_contain_text("from $1 to $10")
    page.wait_for_function("() => document.activeElement.name === 'promise'")
    expect(page.locator("[name=problem]")).to_have_value(fields()["problem"])
    assert findings(page) == []
    fill(page)
    page.locator("[name=title]").press("Control+Enter")
    page.wait_for_url(re.compile(r"/ideas/idea_\w+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Menu translator")
    expect(page.get_by_text("It is yours")).to_be_visible()
    assert shelf.drafts() == []


def test_the_price_says_what_the_author_gets(open_page: Open, shelf: Shelf) -> None:
    page = open_page("/ideas/new")
    expect(page.locator("[data-share]")).to_have_text("$3, of which you get $2.70.")
    page.get_by_label("Price in dollars", exact=True).and_(page.locator("[type=range]")).fill("4.5")
    expect(page.locator("[name=price_cents]")).to_have_value("4.5")
    expect(page.locator("[data-share]")).to_have_text("$4.50, of which you get $4.05.")


def test_a_change_makes_a_version_that_says_what_has_changed(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Before", by="screens@example.com")
    page = open_page(f"/ideas/{idea}/edit")
    page.fill("[name=title]", "After")
    page.fill("[name=note]", "A better title.")
    page.get_by_role("button", name="Publish the change").click()
    page.wait_for_url(f"**/ideas/{idea}")
    expect(page.get_by_role("heading", level=1)).to_have_text("After")
    expect(page.locator(".history li")).to_contain_text(["A better title.", "Version 1"])


def test_the_form_works_without_scripts(open_page: Open, shelf: Shelf) -> None:
    page = open_page("/ideas/new", java_script_enabled=False)
    page.fill("[name=title]", "By hand")
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url("**/ideas/new?draft=drft_*")
    expect(page.locator("[name=title]")).to_have_value("By hand")
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#error-promise")).to_contain_text("Promise is missing.")
    assert page.evaluate("document.activeElement.name") == "promise"
    fill(page, title="By hand")
    page.get_by_role("button", name="Publish").click()
    page.wait_for_url(re.compile(r"/ideas/idea_\w+$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("By hand")


def test_the_desk_is_accessible_in_every_look_and_fits(open_page: Open, shelf: Shelf) -> None:
    page = open_page("/ideas/new")
    fill(page)
    expect(page.locator("[data-kept]")).to_have_text(re.compile(r"^Saved \d"))
    assert findings(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.complaints == []


def test_whoever_comes_by_the_router_has_the_form_too(open_page: Open, shelf: Shelf) -> None:
    page = open_page("/ideas/new")
    page.get_by_role("link", name="Ideas", exact=True).first.click()
    page.wait_for_url("**/ideas")
    page.go_back()
    expect(page.locator("[name=title]")).to_be_visible()


def test_similar_ideas_are_shown_while_typing_and_opened_by_keyboard(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Menu translator", promise="A <b>menu</b> in every guest's language.")
    page = open_page("/ideas/new")
    alike = page.locator("[data-alike]")
    expect(alike.locator(".alike")).to_have_count(0)
    page.fill("[name=title]", "Menu translator for guests")
    expect(alike.get_by_role("listitem")).to_have_count(1)
    expect(alike.get_by_role("status")).to_have_text("1 similar idea already published.")
    expect(alike.get_by_text("A <b>menu</b> in every guest's language.")).to_be_visible()
    link = alike.get_by_role("link", name="Menu translator")
    expect(link).to_have_attribute("href", f"/ideas/{idea}")
    page.locator("[name=title]").press("Tab")
    expect(link).to_be_focused()
    assert findings(page) == []
    with page.context.expect_page() as opened:
        link.press("Enter")
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Menu translator")
    page.fill("[name=title]", "Stamp collection")
    expect(alike.locator(".alike")).to_have_count(0)
    page.fill("[name=title]", "Menu translator for guests")
    with page.expect_response("**/ideas/drafts"):
        page.fill("[name=promise]", "Guests read a menu in their language.")
    page.reload()
    expect(alike.get_by_role("listitem")).to_have_count(1)
