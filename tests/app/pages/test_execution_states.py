"""What stands beside the log of an execution: nothing yet, gone, failed, old; each time with one thing to do."""

import re
from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, expect
from sqlmodel import select

from models.clock import now
from models.executions import STEP_NAMES, Execution, State, Step
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
