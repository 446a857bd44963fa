"""From a report to an appeal, on the screens of everybody concerned."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete
from sqlmodel import Session, col, select

from app.session import SESSION_COOKIE
from models.accounts import User
from models.moderation import Appeal, Case, Decision, Report
from services import accounts
from tests.app.pages.conftest import EMAIL, Open, opening, stored
from tests.app.pages.market import AUTHOR, OPERATOR, Shelf, person, shelf_of
from tests.axe import findings
from tests.market import canary
from tests.product import Product

REASON = "It lists private addresses, which our rules forbid."


@pytest.fixture
def shelf(server: Product, account: object) -> Iterator[Shelf]:
    """Ideas of another author; they and every case are gone after the test."""
    with shelf_of(server) as made:
        yield made
    with stored(server) as session:
        for table in (Report, Appeal, Decision, Case):
            session.execute(delete(table))


@pytest.fixture
def as_operator(server: Product, browser: Any) -> Iterator[Open]:
    """Open a screen as who runs the installation."""
    with opening(server, browser, cookies(server, OPERATOR)) as open_one:
        yield open_one


@pytest.fixture
def as_author(server: Product, browser: Any) -> Iterator[Open]:
    """Open a screen as the author of the shelf."""
    with opening(server, browser, cookies(server, AUTHOR)) as open_one:
        yield open_one


def cookies(server: Product, email: str) -> list[dict[str, Any]]:
    """Sign somebody in without a form."""
    with stored(server) as session:
        user_id = person(session, email).user_id
        if email == OPERATOR:
            runs(session, user_id)
        token = accounts.open_session(session, session.get_one(User, user_id))
    return [{"name": SESSION_COOKIE, "value": token, "url": server.url}]


def runs(session: Session, user_id: str) -> None:
    """Other tests hand the installation over: here it is this one's again."""
    session.scalars(select(User).where(col(User.id) == user_id)).one().is_operator = True
    session.flush()


def report(page: Page, title: str, reason: str, words: str = "") -> None:
    """Report the idea whose page is open."""
    page.get_by_role("button", name=f"Report {title}").click()
    dialog = page.get_by_role("dialog", name=f"Report {title}")
    if reason:
        dialog.get_by_role("radio", name=re.compile(reason)).check()
    dialog.get_by_label("What exactly").fill(words)
    dialog.get_by_role("button", name="Send report").click()


def decide(page: Page, key: str, verb: str) -> None:
    """Decide the chosen case with the keyboard, for this test's reason."""
    page.keyboard.press(key)
    dialog = page.locator("#ask")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Reason").fill(REASON)
    dialog.get_by_role("button", name=verb, exact=True).click()
    expect(dialog).not_to_be_visible()


def test_from_a_report_to_an_appeal_that_is_answered(
    open_page: Open, as_operator: Open, as_author: Open, shelf: Shelf
) -> None:
    [idea] = shelf.publish("Reported")
    page = open_page(f"/ideas/{idea}")
    report(page, "Reported", "")
    dialog = page.get_by_role("dialog", name="Report Reported")
    expect(dialog.get_by_role("alert")).to_contain_text("Choose what is wrong")
    dialog.get_by_role("radio", name=re.compile("Private data")).check()
    dialog.get_by_role("button", name="Send report").click()
    expect(dialog).not_to_be_visible()
    expect(page.locator(".toasts")).to_contain_text("nobody is told that it was you")

    desk = as_operator("/moderation")
    case = desk.get_by_role("article", name="Case")
    expect(case).to_contain_text("Private data")
    expect(case).to_contain_text("Ada Lovelace, trust level 0, the first report")
    decide(desk, "h", "Hide")
    expect(desk.get_by_role("heading", name="Nothing waits")).to_be_visible()

    mine = as_author("/settings/cases")
    told = mine.get_by_role("article").filter(has_text="Reported")
    expect(told).to_contain_text(REASON)
    assert EMAIL not in mine.content() and "Ada Lovelace" not in told.inner_text()
    told.get_by_text("Appeal", exact=True).click()
    told.get_by_role("button", name="Send appeal").click()
    expect(told.get_by_role("alert")).to_contain_text("at least 10 characters")
    told.get_by_label("Why is it wrong?").fill("The addresses are those of my own shops.")
    assert findings(mine) == []
    told.get_by_role("button", name="Send appeal").click()
    expect(told).to_contain_text("Somebody is going to look at your appeal")

    desk.reload()
    expect(case).to_contain_text("They appeal")
    case.get_by_role("button", name="Take it back").click()
    desk.locator("#ask").get_by_label("Reason").fill("They are your own shops: we were wrong.")
    desk.locator("#ask").get_by_role("button", name="Take it back").click()
    expect(desk.get_by_role("heading", name="Nothing waits")).to_be_visible()
    mine.reload()
    expect(told).to_contain_text("we were wrong")
    assert desk.complaints == mine.complaints == []


def test_the_queue_is_worked_with_the_keyboard_and_a_decision_undone(as_operator: Open, shelf: Shelf) -> None:
    for title in ("First held", "Second held"):
        shelf.publish(title, category="ventures", price_cents=700)
    desk = as_operator("/moderation")
    case = desk.get_by_role("article", name="Case")
    expect(case.get_by_role("heading", level=2)).to_have_text("First held")
    desk.keyboard.press("ArrowDown")
    expect(case.get_by_role("heading", level=2)).to_have_text("Second held")
    desk.keyboard.press("ArrowUp")
    expect(case.get_by_role("heading", level=2)).to_have_text("First held")
    assert findings(desk) == []
    desk.keyboard.press("k")
    expect(desk.locator("#ask")).to_be_visible()
    desk.locator("#ask").get_by_role("button", name="Keep", exact=True).click()
    expect(desk.locator("#error-reason")).to_contain_text("at least 10 characters")
    assert findings(desk) == []
    desk.keyboard.press("Escape")
    decide(desk, "k", "Keep")
    expect(case.get_by_role("heading", level=2)).to_have_text("Second held")
    desk.get_by_role("button", name="Decided").click()
    case.get_by_role("button", name="Undo").click()
    desk.get_by_role("button", name="Waiting", exact=True).click()
    expect(desk.locator("[data-case]")).to_have_count(2)


def test_what_is_sold_is_read_for_a_case_and_never_through_the_socket(
    as_operator: Open, open_page: Open, shelf: Shelf
) -> None:
    shelf.publish("Sold and held", category="ventures", price_cents=700)
    desk = as_operator("/templates")
    heard: list[str] = []
    desk.on("websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(str(frame))))
    desk.goto(f"{shelf.server.url}/moderation")
    desk.get_by_role("button", name="Read what it sells").click()
    expect(desk.get_by_text(canary("Sold and held"))).to_be_visible()
    assert heard and canary("Sold and held") not in "".join(heard)
    refused = open_page("/moderation")
    expect(refused.get_by_role("heading", name="This page is for operators")).to_be_visible()


def test_the_report_dialog_and_the_profile_are_accessible(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Looked at")
    page = open_page(f"/ideas/{idea}")
    page.get_by_role("button", name="Report Looked at").click()
    assert findings(page) == []
    profile = open_page("/settings/profile")
    expect(profile.get_by_role("heading", name="Level 1 asks for")).to_be_visible()
    assert findings(profile) == []
