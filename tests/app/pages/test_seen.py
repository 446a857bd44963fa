"""What a page says of an application when nothing new comes: for ten seconds what was seen, then unknown."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page, expect
from sqlalchemy import update

from models.clock import now
from models.deployments import Deployment, Observed
from tests.app.pages.conftest import Open, Rows, stored

# A page that nobody looks at asks for nothing, like one whose server is away; and its clock goes on by so much.
ALONE = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  const real = performance.now.bind(performance);
  performance.now = () => real() + 11_000;
}"""
BACK = """() => {
  delete document.visibilityState;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def live(rows: Rows, made: str, hours: int) -> None:
    """Say that it was seen running, so late that no keeper's own look replaces it."""
    with stored(rows.server) as session:
        session.execute(
            update(Deployment)
            .where(Deployment.id == made)
            .values(observed=Observed.RUNNING, observed_at=now() + timedelta(hours=hours))
        )


def grows_old(page: Page, badge: Any, rows: Rows, made: str, hours: int) -> None:
    expect(badge).to_have_text("Live")
    page.evaluate(ALONE)
    expect(badge).to_have_text("Unknown")
    live(rows, made, hours)
    page.evaluate(BACK)
    expect(badge).to_have_text("Live")


def test_a_state_that_nobody_brings_anew_is_unknown_after_ten_seconds(open_page: Open, rows: Rows) -> None:
    made = rows.deployments("Quiet shop")[0]
    live(rows, made, 1)
    page = open_page("/deployments")
    grows_old(page, page.get_by_role("row", name="Quiet shop").locator(".badge"), rows, made, 2)
    page = open_page(f"/deployments/{made}")
    grows_old(page, page.locator("main .facts .badge").first, rows, made, 3)
    assert page.complaints == []
