"""The live view as a reader sees it: a long log, live lines, links, replay, and what a share link shows."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.accounts import Membership, User
from models.db import transaction
from models.executions import Execution
from services.events import EventWriter
from tests.app.pages.conftest import EMAIL, Open, stored
from tests.axe import findings
from tests.long_log import WHY, make_long_log
from tests.product import Product
from tests.said import inside, running_execution

EVENTS = 30_000
HOSTILE = '<img src=x onerror="window.hurt=1"> \x1b[31mred\x1b[0m javascript:alert(1) https://tea.example/a'


@pytest.fixture(scope="module")
def long_log(server: Product, account: object) -> Iterator[str]:
    """An execution with 30,000 events; the account's own, and gone afterwards."""
    with stored(server) as session:
        user = session.scalars(select(User).where(User.email == EMAIL)).one()
        team_id = session.scalars(select(Membership.team_id).where(Membership.user_id == user.id)).first()
        execution_id = make_long_log(session, str(team_id), user.id, EVENTS)
    yield execution_id
    with stored(server) as session:
        session.delete(session.get_one(Execution, execution_id))


@pytest.fixture
def open_log(open_page: Open, long_log: str) -> Open:
    """Open the page of the long log: `open_log("#L5")`."""

    def open_one(place: str = "", **more: Any) -> Any:
        page = open_page(f"/executions/{long_log}{place}", **more)
        page.locator(".log-line:not(.absent)").first.wait_for()
        return page

    return open_one


def numbers(page: Any) -> list[int]:
    """Return the numbers of the lines that are in the document."""
    return [int(text) for text in page.locator(".log-no").all_inner_texts()]


def test_a_long_log_opens_at_its_end_and_draws_only_what_is_seen(open_log: Open) -> None:
    page = open_log()
    expect(page.locator(".log-foot")).to_contain_text("Complete")
    expect(page.locator(".log-foot")).to_contain_text("29,996 lines")
    assert EVENTS in numbers(page) and len(numbers(page)) < 200
    page.locator(".log-body").evaluate("box => { box.scrollTop = box.scrollHeight / 2 }")
    expect(page.locator(".log-line", has_text=re.compile(r"case 1[67]\d\d\d PASSED")).first).to_be_visible()
    expect(page.locator(".log-line.absent")).to_have_count(0)
    shown = numbers(page)
    assert shown == list(range(shown[0], shown[-1] + 1)) and len(shown) < 200
    assert page.complaints == []


def test_what_failed_why_and_what_to_do_stand_above_the_lines(open_log: Open) -> None:
    page = open_log()
    told = page.locator(".log-error")
    expect(told).to_contain_text("Run the tests failed.")
    expect(told).to_contain_text(" ".join(WHY.split()))
    expect(told).to_contain_text("Read the log of this step.")
    told.get_by_role("button", name="Line 29,995").click()
    expect(page.locator(".log-line.marked")).to_contain_text("7 teapots")
    page.get_by_label("Find in log").blur()
    page.locator(".log-body").focus()
    page.keyboard.press("k")
    expect(page.locator(".log-fold:focus")).to_have_count(1)
    page.keyboard.press("e")
    expect(page.locator(".log-line.marked")).to_contain_text("7 teapots")


def test_a_search_counts_exactly_and_opens_the_fold_of_its_hit(open_log: Open) -> None:
    page = open_log()
    field, count = page.get_by_label("Find in log"), page.locator(".log-find .number")
    field.fill("CASE 500 passed")  # coloured, and in a closed fold
    expect(count).to_have_text("1 of 1")
    expect(page.locator(".log-line.here mark")).to_have_text("case 500 PASSED")
    field.fill("worker gw1")
    expect(count).to_have_text(re.compile(r"^1 of 7,\d\d\d$"))
    field.press("Enter")
    expect(count).to_have_text(re.compile("^2 of"))
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    expect(count).to_have_text(re.compile(r"^(7,\d\d\d) of \1$"))  # round the top
    page.get_by_role("button", name="Regular expression").click()
    field.fill("(")
    expect(page.locator(".log-problem")).to_have_text("This is no regular expression. Check its brackets.")
    field.press("Escape")
    expect(page.locator("mark")).to_have_count(0)


def test_a_link_to_lines_leads_there_again(open_log: Open) -> None:
    page = open_log("#L12000-12003")
    expect(page.locator(".log-line.marked")).to_have_count(4)
    expect(page.locator(".log-line.marked").first).to_be_in_viewport()
    page.locator(".log-no", has_text=re.compile("^12005$")).click()
    assert page.url.endswith("#L12005")
    page.locator(".log-no", has_text=re.compile("^12007$")).click(modifiers=["Shift"])
    assert page.url.endswith("#L12005-12007")
    page.reload()
    expect(page.locator(".log-line.marked")).to_have_count(3)


def test_wrapped_lines_reach_from_the_first_to_the_last(open_log: Open) -> None:
    page = open_log(width=390)
    page.get_by_role("button", name="Wrap").click()
    page.locator(".log-foot").scroll_into_view_if_needed()
    expect(page.locator(".log-no", has_text=re.compile(f"^{EVENTS}$"))).to_be_in_viewport()
    page.locator(".log-body").evaluate("box => { box.scrollTop = 0 }")
    page.locator(".log-bar").scroll_into_view_if_needed()
    expect(page.locator(".log-no", has_text=re.compile("^1$"))).to_be_in_viewport()


def test_a_replay_takes_the_whole_page_back(open_log: Open) -> None:
    page = open_log()
    expect(page.locator(".step.failed")).to_have_count(1)
    page.get_by_role("button", name="Replay").click()
    page.get_by_role("button", name="Pause").click()
    page.get_by_label("Moment").fill("2000")  # ms: the third step has begun
    expect(page.locator(".step.running")).to_contain_text("Prepare the environment")
    expect(page.locator(".step.failed")).to_have_count(0)
    expect(page.locator(".log-error")).to_have_count(0)
    expect(page.locator(".log-foot")).to_contain_text("Replay")
    assert max(numbers(page)) <= 2_050
    page.get_by_role("tab", name="Timeline").click()
    expect(page.locator(".bar-work.running")).to_have_count(1)
    page.get_by_role("tab", name="Log").click()
    page.get_by_role("button", name="Replay").click()
    expect(page.locator(".step.failed")).to_have_count(1)


def test_live_lines_are_followed_until_the_reader_scrolls(server: Product, open_page: Open) -> None:
    with inside(server):
        row = running_execution(EMAIL)
        with EventWriter(row.id, row.team_id, 1, 0, transaction) as writer:
            writer.say("execution.started", "Started.")
            writer.say("step.started", span="test", data={"attempt": 1})
            for number in range(300):
                writer.line("test", f"line {number}")
            page = open_page(f"/executions/{row.id}")
            expect(page.locator(".log-foot")).to_contain_text("Live")
            expect(page.get_by_text("line 299", exact=True)).to_be_in_viewport()
            writer.line("test", HOSTILE)
            seen = page.locator(".log-line", has_text="onerror")
            expect(seen).to_be_in_viewport()
            expect(seen.get_by_role("link", name="https://tea.example/a")).to_be_visible()
            expect(seen.locator(".log-text a")).to_have_count(1)
            assert page.evaluate("window.hurt") is None
            page.locator(".log-body").hover()
            page.mouse.wheel(0, -800)
            expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "false")
            talking = threading.Thread(target=lambda: [writer.line("test", f"more {n}") for n in range(12)])
            talking.start()
            expect(page.get_by_role("button", name="12 new lines ↓")).to_be_visible()
            talking.join()
            page.get_by_role("button", name="12 new lines ↓").click()
            expect(page.get_by_text("more 11", exact=True)).to_be_in_viewport()
        with transaction() as session:
            session.delete(session.get_one(Execution, row.id))
    assert page.complaints == []


def test_a_share_link_shows_steps_and_log_to_anybody_until_it_is_withdrawn(
    server: Product, browser: Any, open_log: Open
) -> None:
    page = open_log()
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name="Share this execution")
    dialog.get_by_role("button", name="Make link").click()
    link = dialog.locator(".copybox code").inner_text()
    assert findings(page) == []
    context = browser.new_context(viewport={"width": 390, "height": 800})
    visitor = context.new_page()
    visitor.goto(link)
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Long")
    assert token_told_elsewhere(visitor) == ""
    assert "/shared/" in token_told_elsewhere(visitor, policy="unsafe-url"), (
        "the look sees a link that is told"
    )
    expect(visitor.locator(".log-line:not(.absent)").first).to_be_visible()
    expect(visitor.locator(".step.succeeded")).to_have_count(3)
    assert visitor.get_by_role("button", name=re.compile("Retry|Cancel|Share")).count() == 0
    visitor.get_by_label("Find in log").fill("7 teapots")
    expect(visitor.locator(".log-find .number")).to_have_text("1 of 1")
    assert findings(visitor) == []
    dialog.get_by_role("button", name="Withdraw").click()
    expect(dialog.get_by_role("button", name="Withdraw")).to_have_count(0)
    assert visitor.reload().status == 404
    assert visitor.request.get(link.replace("/shared/", "/api/v1/shared/") + "/log").status == 404
    context.close()


ELSEWHERE = "https://tea.example/a"
FOLLOW = """([href, referrerPolicy]) => {
  const link = Object.assign(document.createElement("a"), { href, target: "_blank" });
  if (referrerPolicy) link.referrerPolicy = referrerPolicy;
  document.body.append(link);
  link.click();
  link.remove();
}"""


def token_told_elsewhere(page: Any, policy: str = "") -> str:
    """Follow a link to another site, as anybody may have written it into a log, and return what that site is told."""
    page.context.route(ELSEWHERE, lambda route: route.fulfill(body="tea"))
    with page.context.expect_event("request", lambda request: request.url == ELSEWHERE) as asked:
        with page.expect_popup() as opened:
            page.evaluate(FOLLOW, [ELSEWHERE, policy])
        opened.value.wait_for_load_state()
    told: str = asked.value.all_headers().get("referer", "")
    opened.value.close()
    return told


def test_the_view_is_accessible_with_its_bars_open(open_log: Open) -> None:
    page = open_log()
    page.get_by_label("Find in log").fill("teapots")
    expect(page.locator(".log-line.here")).to_be_visible()
    page.get_by_label("Times").select_option("relative")
    page.get_by_role("button", name="Replay").click()
    assert findings(page) == []
