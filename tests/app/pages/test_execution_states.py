"""What stands beside the log of an execution: nothing yet, gone, failed, old; each time with one thing to do."""

import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, expect
from sqlalchemy import text
from sqlmodel import select

from models.clock import now
from models.executions import STEP_NAMES, Execution, State, Step
from models.ids import decode_id
from tests.app.pages.conftest import Open, Rows, stored
from tests.app.pages.test_log_reading import read, telling  # noqa: F401 - fixtures
from tests.app.pages.test_seen import live
from tests.axe import findings
from tests.product import Product


def chosen(page: Any, tab: str) -> Locator:
    """Choose a tab and return its panel."""
    page.get_by_role("tab", name=tab, exact=True).click()
    panel: Locator = page.locator("[role=tabpanel]:visible")
    return panel


def actions(panel: Locator) -> Locator:
    """Return what can be done in a panel."""
    return panel.locator("a[href], button").locator("visible=true")


def with_steps(rows: Rows, made: str) -> None:
    """Give an execution its steps; none has begun."""
    with stored(rows.server) as session:
        team_id = session.get_one(Execution, made).team_id
        session.add_all(
            Step(execution_id=made, team_id=team_id, position=position, name=name, state=State.QUEUED)
            for position, name in enumerate(STEP_NAMES)
        )


# The tests begin thirty seconds later than they could, and for the second time.
LATER_TESTS = """
UPDATE events SET at = at + interval '30 s', data = CASE WHEN kind = 'step.started' THEN '{"attempt": 2}' ELSE data END
WHERE execution_id = :id AND seq >= (
    SELECT seq FROM events WHERE execution_id = :id AND span = 'test' AND kind = 'step.started')
"""

NOTHING_YET = {
    "Tests": "No tests yet",
    "Security": "No scan yet",
    "App": "Not deployed yet",
    "Timeline": "No step has begun",
}


def test_every_tab_that_has_nothing_yet_has_one_thing_to_do(open_page: Open, rows: Rows) -> None:
    (made,) = rows.executions(1)
    with_steps(rows, made)
    page = open_page(f"/executions/{made}")
    for tab, title in NOTHING_YET.items():
        panel = chosen(page, tab)
        expect(panel).to_contain_text(title)
        expect(actions(panel)).to_have_text(["Show the log"])
    panel = chosen(page, "Files")
    expect(panel.locator(".empty")).to_contain_text("No repository yet")
    expect(actions(panel.locator(".empty"))).to_have_text(["Show the log"])
    assert findings(page) == []
    assert page.complaints == []


def test_what_is_gone_leads_on(open_page: Open, rows: Rows) -> None:
    (made,) = rows.executions(1, state=State.SUCCEEDED)
    with_steps(rows, made)
    with stored(rows.server) as session:
        row = session.get_one(Execution, made)
        row.files_cleaned_at = now()
        package = session.scalars(select(Step).where(Step.execution_id == made, Step.name == "package")).one()
        package.state, package.finished_at = State.SUCCEEDED, now() - timedelta(hours=1)
    page = open_page(f"/executions/{made}")
    panel = chosen(page, "Diff")
    expect(panel).to_contain_text("Nothing to compare")
    expect(actions(panel)).to_have_text(["Launch one"])
    actions(panel).click()
    page.wait_for_url("**/templates/landing")


def test_an_unknown_execution_leads_to_those_there_are(open_page: Open) -> None:
    page = open_page("/executions/exec_00000000000000000000000000")
    empty = page.locator("main .empty")
    expect(empty).to_contain_text("There is none with this id, or it belongs to another team.")
    expect(actions(empty)).to_have_text(["All executions"])


def test_an_answer_that_does_not_come_is_asked_for_again_by_hand(open_page: Open, rows: Rows) -> None:
    (made,) = rows.executions(1)
    page = open_page(f"/executions/{made}")
    page.route("**/others?*", lambda route: route.abort())
    panel = chosen(page, "Diff")
    expect(panel.get_by_role("alert")).to_contain_text("The server did not answer.")
    expect(actions(panel)).to_have_text(["Try again"])
    page.unroute("**/others?*")
    actions(panel).click()
    expect(panel).not_to_contain_text("did not answer")


def test_a_failed_test_leads_to_its_lines(read: Open, telling: str, server: Product) -> None:  # noqa: F811
    with stored(server) as session:
        step = session.scalars(select(Step).where(Step.execution_id == telling, Step.name == "test")).one()
        step.result = {"passed": 9, "failed": 1, "seconds": 2.0, "failures": ["7 teapots"]}
    page = read()
    panel = chosen(page, "Tests")
    panel.get_by_role("link", name="7 teapots").click()
    expect(page.get_by_role("tab", name="Log")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".log-find .number")).to_have_text("1 of 1")
    expect(page.locator(".log-line.here")).to_contain_text("7 teapots")
    expect(page.locator(".log-line.here")).to_be_in_viewport()


TESTS = [["tests/test_a.py::test_slow", "passed", 1_400], ["tests/test_a.py::test_quick", "passed", 3],
         ["7 teapots", "failed", 20], ["tests/test_b.py::test_left_out", "skipped", 0]]  # fmt: skip


def names(panel: Locator) -> list[str]:
    """Return the tests in the order in which they stand."""
    return panel.locator(".tests a").all_inner_texts()


def test_single_tests_stand_with_their_times_in_the_order_that_is_chosen(
    read: Open, telling: str, server: Product  # noqa: F811
) -> None:  # fmt: skip
    with stored(server) as session:
        step = session.scalars(select(Step).where(Step.execution_id == telling, Step.name == "test")).one()
        step.result = {"passed": 2, "failed": 1, "seconds": 2.0, "failures": ["7 teapots"], "tests": TESTS}
    page = read()
    panel = chosen(page, "Tests")
    expect(panel).to_contain_text("4 tests, 1.4 s in all")
    expect(panel.get_by_role("row", name=re.compile("test_slow"))).to_contain_text("Passed1.4 s")
    slow, quick, teapots, left_out = (name for name, *_ in TESTS)
    assert names(panel) == [teapots, left_out, slow, quick]  # something failed, so that comes first
    panel.get_by_label("Order").select_option("slowest")
    assert names(panel) == [slow, teapots, quick, left_out]
    expect(panel.get_by_role("columnheader", name="Time")).to_have_attribute("aria-sort", "descending")
    panel.get_by_label("Order").select_option("run")
    assert names(panel) == [slow, quick, teapots, left_out]
    assert findings(page) == []
    panel.locator(".tests").get_by_role("link", name=teapots).click()
    expect(page.locator(".log-line.here")).to_contain_text("7 teapots")
    assert page.complaints == []


def test_a_run_whose_times_were_not_kept_says_so(read: Open, telling: str, server: Product) -> None:  # noqa: F811
    with stored(server) as session:
        step = session.scalars(select(Step).where(Step.execution_id == telling, Step.name == "test")).one()
        step.result = {"passed": 9, "seconds": 2.0}
    panel = chosen(read(), "Tests")
    expect(panel).to_contain_text("The times of its single tests were not kept.")


def test_waits_are_hatched_and_told_and_attempts_are_numbered(
    read: Open, telling: str, server: Product  # noqa: F811
) -> None:  # fmt: skip
    with stored(server) as session:
        session.execute(text(LATER_TESTS), {"id": decode_id("exec", telling)})
    page = read()
    panel = chosen(page, "Timeline")
    row = panel.get_by_role("button", name=re.compile("Run the tests"))
    expect(row).to_contain_text("after 30 s of waiting")
    expect(row).to_contain_text("Run the tests · 2")
    wait, work = row.locator(".bar-wait"), row.locator(".bar-work")
    assert "repeating-linear-gradient" in wait.evaluate("bar => getComputedStyle(bar).backgroundImage")
    first, second = wait.bounding_box(), work.bounding_box()
    assert first and second and first["width"] > 40
    assert abs(first["x"] + first["width"] - second["x"]) < 2  # the work begins where the wait ends
    assert findings(page) == []


def test_a_bar_of_the_timeline_shows_its_lines_in_the_log(read: Open) -> None:  # noqa: F811
    page = read()
    panel = chosen(page, "Timeline")
    bars = panel.get_by_role("list", name="Timeline").get_by_role("button")
    expect(bars).to_have_count(4)
    expect(panel.locator(".tag")).to_have_text(["Longest"])
    expect(bars.last).to_contain_text(re.compile("Run the tests.*Longest"))
    expect(panel).to_contain_text("each is on the critical path")
    bars.nth(2).click()
    expect(page.get_by_role("tab", name="Log")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".log-fold", has_text="Prepare the environment")).to_be_in_viewport()


# Its own clock goes on by eleven seconds, and no answer comes any more.
LATER = """() => {
  const real = performance.now.bind(performance);
  performance.now = () => real() + 11_000;
}"""


def test_the_state_in_the_app_tab_is_unknown_ten_seconds_after_its_probe(open_page: Open, rows: Rows) -> None:
    (made,) = rows.executions(1, state=State.SUCCEEDED)
    (deployment,) = rows.deployments("Ageing shop")
    live(rows, deployment, 1)
    with stored(rows.server) as session:
        row = session.get_one(Execution, made)
        row.deployment_id, row.url = deployment, "http://ageing-shop.localhost"
    page = open_page(f"/executions/{made}")
    badge = chosen(page, "App").locator(".badge").first
    expect(badge).to_have_text("Live")
    expect(badge).to_have_class(re.compile("succeeded"))
    page.route("**/api/v1/deployments/*", lambda route: route.abort())
    page.evaluate(LATER)
    expect(badge).to_have_text("Unknown")
    expect(badge).not_to_have_class(re.compile("succeeded"))
    page.unroute("**/api/v1/deployments/*")
    expect(badge).to_have_text("Live")
