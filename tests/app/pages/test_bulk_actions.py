"""Lists with hands on them: choose rows, do one thing with all of them, undo it, take the list along."""

import csv
import io
import re
from typing import Any

from playwright.sync_api import Page, expect

from models.executions import State
from tests.app.pages.conftest import Open, Rows
from tests.axe import findings


def boxes(page: Page) -> Any:
    return page.locator("[data-select]")


def test_shift_chooses_everything_between_and_all_chooses_what_is_shown(open_page: Open, rows: Rows) -> None:
    rows.executions(6)
    page = open_page("/executions?q=Tea")
    boxes(page).nth(1).click()
    boxes(page).nth(4).click(modifiers=["Shift"])
    expect(page.get_by_text("4 selected")).to_be_visible()
    assert [box.is_checked() for box in boxes(page).all()] == [False, True, True, True, True, False]
    page.locator(".select-all input").click()
    expect(page.get_by_text("6 selected")).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("Select all 6 shown")).to_be_visible()


def test_a_row_is_chosen_from_the_keyboard(open_page: Open, rows: Rows) -> None:
    rows.executions(3)
    page = open_page("/executions?q=Tea")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("1 selected")).to_be_visible()
    assert [box.is_checked() for box in boxes(page).all()] == [False, True, False]


def test_many_are_cancelled_after_one_question_that_names_them(open_page: Open, rows: Rows) -> None:
    waiting = rows.executions(2, name="Waiting", state=State.WAITING)
    ended = rows.executions(1, name="Ended", state=State.SUCCEEDED)
    page = open_page("/executions")
    page.locator(".select-all input").click()
    page.get_by_role("button", name="Cancel 2").click()
    dialog = page.get_by_role("dialog", name="Cancel 2 executions?")
    expect(dialog.get_by_role("listitem")).to_have_text(["Waiting 0", "Waiting 1"])
    expect(dialog.get_by_text("their state does not allow this", exact=False)).to_have_count(0)
    expect(dialog.get_by_role("button", name="Keep running")).to_be_focused()
    assert findings(page) == []
    dialog.get_by_role("button", name="Cancel 2 executions").click()
    expect(page.locator(".toast")).to_contain_text("2 executions are being cancelled.")
    expect(page.get_by_text("Select all 3 shown")).to_be_visible()
    assert rows.states([*waiting, *ended]) == ["cancelled", "cancelled", "succeeded"]


def test_what_could_not_be_done_is_named_with_its_reason(open_page: Open, rows: Rows) -> None:
    one, two = rows.executions(2, name="Waiting", state=State.WAITING)
    page = open_page("/executions")
    page.locator(".select-all input").click()
    page.get_by_role("button", name="Cancel", exact=True).click()
    # Meanwhile one of them ends by itself.
    with_state(rows, two, State.SUCCEEDED)
    page.get_by_role("dialog").get_by_role("button", name="Cancel 2 executions").click()
    toast = page.locator(".toast.failed")
    expect(toast).to_contain_text("Waiting 0 is being cancelled.")
    expect(toast).to_contain_text("Waiting 1: This execution has already succeeded.")
    assert rows.states([one, two]) == ["cancelled", "succeeded"]


def with_state(rows: Rows, execution_id: str, state: State) -> None:
    from models.executions import Execution
    from tests.app.pages.conftest import stored

    with stored(rows.server) as session:
        session.get_one(Execution, execution_id).state = state


def test_a_row_has_a_menu_that_is_walked_by_keys(open_page: Open, rows: Rows) -> None:
    (made,) = rows.deployments("Tea house")
    page = open_page("/deployments?q=Tea")
    page.keyboard.press("j")
    page.keyboard.press(".")
    expect(page.get_by_role("menuitem", name="Open app")).to_be_focused()
    assert findings(page) == []
    page.keyboard.press("End")
    expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Tea house")).to_be_focused()
    page.get_by_role("button", name="Actions for Tea house").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("s")
    expect(page.get_by_role("menuitem", name="Stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Tea house is stopping.")
    assert rows.wanted(made) == "stopped"


def test_stopping_is_undone_from_its_toast(open_page: Open, rows: Rows) -> None:
    (made,) = rows.deployments("Tea house")
    page = open_page("/deployments?q=Tea")
    page.get_by_role("button", name="Actions for Tea house").click()
    page.get_by_role("menuitem", name="Stop").click()
    expect(page.locator(".toast")).to_contain_text("is stopping")
    page.hover(".toast")  # it stays while hovered
    assert findings(page) == []
    page.mouse.move(0, 0)
    page.keyboard.press("u")
    expect(page.locator(".toast")).to_contain_text("Tea house is starting again.")
    assert rows.wanted(made) == "running"


def test_deleted_applications_are_gone_at_once_and_undo_brings_them_back(open_page: Open, rows: Rows) -> None:
    made = rows.deployments("Tea house", "Tea room")
    page = open_page("/deployments?q=Tea")
    page.locator(".select-all input").click()
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete 2 applications?")
    expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    dialog.get_by_role("button", name="Delete 2 applications").click()
    expect(page.get_by_text("No deployment fits")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("2 applications are back.")
    expect(boxes(page)).to_have_count(2)
    assert [rows.wanted(one) for one in made] == ["running", "running"]


def test_a_toast_with_undo_leaves_after_eight_seconds_but_not_while_it_holds_the_focus(
    open_page: Open, rows: Rows
) -> None:
    rows.deployments("Tea house")
    page = open_page("/deployments?q=Tea")
    page.clock.install()
    page.get_by_role("button", name="Actions for Tea house").click()
    page.get_by_role("menuitem", name="Stop").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.clock.run_for(7_000)
    undo.focus()
    page.clock.run_for(20_000)
    expect(undo).to_be_visible()
    undo.blur()
    page.clock.run_for(8_500)
    expect(undo).to_have_count(0)


def test_more_rows_are_there_again_after_a_reload_and_after_going_back(open_page: Open, rows: Rows) -> None:
    rows.executions(60)
    page = open_page("/executions?q=Tea")
    expect(boxes(page)).to_have_count(25)
    page.get_by_role("button", name="Load more").click()
    expect(boxes(page)).to_have_count(50)
    expect(page).to_have_url(re.compile(r"q=Tea&rows=50$"))
    page.get_by_role("link", name="Tea 44").scroll_into_view_if_needed()
    place = page.evaluate("scrollY")
    assert place > 500
    page.get_by_role("link", name="Tea 44").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tea 44")
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(boxes(page)).to_have_count(50)
    page.wait_for_function("y => Math.abs(scrollY - y) < 5", arg=place)
    page.reload()
    expect(boxes(page)).to_have_count(50)
    page.wait_for_function("y => Math.abs(scrollY - y) < 5", arg=place)
    page.get_by_role("button", name="Load more").click()
    expect(boxes(page)).to_have_count(60)
    expect(page.get_by_role("button", name="Load more")).to_have_count(0)


def test_behind_two_hundred_rows_a_link_leads_to_older_ones_and_back(open_page: Open, rows: Rows) -> None:
    rows.executions(210)
    page = open_page("/executions?q=Tea&rows=200")
    expect(boxes(page)).to_have_count(200)
    page.get_by_role("link", name="Older ones").click()
    expect(boxes(page)).to_have_count(10)
    expect(page.get_by_role("link", name="Tea 209")).to_be_visible()
    page.reload()
    expect(boxes(page)).to_have_count(10)
    page.get_by_role("link", name="Show the newest").click()
    expect(boxes(page)).to_have_count(25)


def test_filters_of_time_and_template_stand_in_the_address_and_begin_at_the_top(
    open_page: Open, rows: Rows
) -> None:
    rows.executions(40)
    page = open_page("/executions?q=Tea&rows=40")
    expect(boxes(page)).to_have_count(40)
    page.get_by_label("Launched").select_option("24h")
    expect(page).to_have_url(re.compile(r"q=Tea&when=24h$"))
    expect(boxes(page)).to_have_count(24)
    page.get_by_label("Template", exact=True).select_option("landing")
    expect(page).to_have_url(re.compile(r"template=landing$"))
    page.reload()
    expect(page.get_by_label("Launched")).to_have_value("24h")
    expect(boxes(page)).to_have_count(24)


def test_the_export_holds_every_row_that_fits(open_page: Open, rows: Rows) -> None:
    rows.executions(40)
    rows.executions(2, name="Coffee")
    page = open_page("/executions?q=Tea")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Export CSV").click()
    text = taken.value.path().read_text()
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == [f"Tea {n}" for n in range(40)]
    assert taken.value.suggested_filename == "executions.csv"


def test_lists_with_a_selection_are_accessible_and_fit(open_page: Open, rows: Rows) -> None:
    rows.executions(
        3, name="A name that is so long that it cannot stand in one line of any table that we have"
    )
    rows.deployments("A name that is so long that it cannot stand in one line", "Oolong")
    for path in ("/executions", "/deployments"):
        page = open_page(path)
        assert findings(page) == []
        page.set_viewport_size({"width": 1280, "height": 800})
        page.locator(".select-all input").click()
        assert findings(page) == []
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert page.complaints == []
