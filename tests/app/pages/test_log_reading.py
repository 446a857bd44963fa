"""A log that says the same often, is silent for a while, and fails: how it is read, by hand and by keys."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import text
from sqlmodel import select

from models.accounts import Membership, User
from models.executions import Execution
from models.ids import decode_id
from tests.app.pages.conftest import EMAIL, Open, stored
from tests.axe import findings
from tests.long_log import make_long_log
from tests.product import Product

EVENTS = 1_500
FIRST, LAST = 301, 514  # one line, said 214 times
SILENT = 640  # twelve seconds before this one nobody says a word
# From 700 to 1,400 twenty equal lines follow twenty different ones.
CHANGES = f"""
UPDATE events SET
    text = CASE WHEN seq BETWEEN {FIRST} AND {LAST} THEN 'waiting for the port'
                WHEN seq BETWEEN 700 AND 1400 AND seq % 40 < 20 THEN 'trying again' ELSE text END,
    plain = CASE WHEN seq BETWEEN {FIRST} AND 1400 THEN NULL ELSE plain END,
    at = CASE WHEN seq >= {SILENT} THEN at + interval '12 s' ELSE at END
WHERE execution_id = :id
"""


@pytest.fixture(scope="module")
def telling(server: Product, account: object) -> Iterator[str]:
    """An execution with such a log; gone afterwards."""
    with stored(server) as session:
        user = session.scalars(select(User).where(User.email == EMAIL)).one()
        team_id = session.scalars(select(Membership.team_id).where(Membership.user_id == user.id)).first()
        execution_id = make_long_log(session, str(team_id), user.id, EVENTS)
        session.execute(text(CHANGES), {"id": decode_id("exec", execution_id)})
    yield execution_id
    with stored(server) as session:
        session.delete(session.get_one(Execution, execution_id))


@pytest.fixture
def read(open_page: Open, telling: str) -> Open:
    """Open the page of this log: `read("#L5")`."""

    def open_one(place: str = "", **more: Any) -> Any:
        page = open_page(f"/executions/{telling}{place}", **more)
        page.locator(".log-line:not(.absent)").first.wait_for()
        return page

    return open_one


def line(page: Any, seq: int) -> Any:
    """Return the row of a line."""
    return page.locator(".log-line", has=page.locator(".log-no", has_text=re.compile(f"^{seq}$")))


def test_a_repeated_line_stands_once_with_its_count_and_is_opened_by_hand_and_by_key(read: Open) -> None:
    page = read(f"#L{FIRST - 1}")
    times = line(page, FIRST).get_by_role("button", name=f"Said 214 times, lines {FIRST} to {LAST}")
    expect(times).to_have_text("× 214")
    expect(line(page, FIRST + 1)).to_have_count(0)
    expect(line(page, LAST + 1)).to_be_in_viewport()
    assert findings(page) == []
    times.click()
    expect(line(page, FIRST + 1)).to_contain_text("waiting for the port")
    times.focus()
    page.keyboard.press("Enter")
    expect(line(page, FIRST + 1)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(times).to_have_attribute("aria-expanded", "true")
    expect(line(page, FIRST + 1)).to_be_in_viewport()
    expect(page.locator(".log-foot")).to_contain_text(f"{EVENTS - 4:,} lines")
    assert page.complaints == []


def test_a_link_into_a_repetition_opens_it(read: Open) -> None:
    page = read("#L400-402")
    expect(page.locator(".log-line.marked")).to_have_count(3)
    expect(line(page, 400)).to_be_in_viewport()


def test_a_search_counts_every_repeated_line_and_opens_its_hit(read: Open) -> None:
    page = read()
    field, count = page.get_by_label("Find in log"), page.locator(".log-find .number")
    field.fill("for the port")
    expect(count).to_have_text("1 of 214")
    expect(line(page, FIRST)).to_have_class(re.compile("here"))
    field.press("Enter")
    expect(count).to_have_text("2 of 214")
    expect(line(page, FIRST + 1)).to_have_class(re.compile("here"))


def test_the_archive_of_the_lines_has_each_of_them(read: Open, telling: str) -> None:
    page = read()
    said = page.request.get(
        f"{page.url.partition('/executions')[0]}/api/v1/executions/{telling}/log.txt"
    ).text()
    assert said.count("waiting for the port") == 214


def test_lines_are_copied_as_markdown_with_their_link(read: Open) -> None:
    page = read("#L400-402", permissions=["clipboard-read", "clipboard-write"])
    expect(page.locator(".log-line.marked")).to_have_count(3)
    page.get_by_role("button", name="Copy lines").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link, _, words = page.evaluate("() => navigator.clipboard.readText()").partition("\n\n")
    assert re.fullmatch(r"\[landing-\w+ L400-402\]\(" + re.escape(page.url) + r"\)", link)
    lines = words.strip().splitlines()
    assert (lines[0], lines[-1]) == ("```", "```")
    assert len(lines) == 5 and all("waiting for the port" in one for one in lines[1:-1])


def test_five_silent_seconds_are_a_thin_bar_that_says_how_long(read: Open) -> None:
    page = read(f"#L{SILENT}")
    expect(line(page, SILENT)).to_be_in_viewport()
    expect(page.locator(".log-line.gap")).to_have_count(1)
    expect(line(page, SILENT)).to_have_class(re.compile("gap"))
    expect(line(page, SILENT)).to_have_attribute("title", "12 s without a word")
    page.get_by_label("Times").select_option("relative")
    expect(page.locator(".log-line.gap")).to_have_count(1)


def test_the_keys_of_the_log_go_through_steps_errors_and_times(read: Open) -> None:
    page = read()
    follow = page.get_by_role("button", name="Follow")
    page.locator(".log-body").focus()
    expect(follow).to_have_attribute("aria-pressed", "true")
    focused = page.locator(".log-fold:focus")
    for key, step in (("j", "Validate"), ("j", "Render"), ("k", "Validate"), ("k", "Validate")):
        page.keyboard.press(key)
        expect(focused).to_contain_text(re.compile(step, re.IGNORECASE))
    expect(follow).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("f")
    expect(follow).to_have_attribute("aria-pressed", "true")
    page.locator(".log-body").focus()
    page.keyboard.press("e")
    expect(page.locator(".log-line.marked")).to_contain_text("7 teapots")
    for times in ("relative", "local", "utc", "off"):
        page.keyboard.press("t")
        expect(page.get_by_label("Times")).to_have_value(times)
