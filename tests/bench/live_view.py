"""From an event's own time stamp to its line on the screen, in a real browser on a real execution."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench.measure import Measure, spread
from tests.bench.tree import LANDING, client_of, launch, running_tree, wait_end
from tests.browser import find_browser
from tests.pictures import sign_up
from tests.product import Product

EXECUTIONS = 5

# Notes when a text is first in the log, one frame after it came into the document: then it is painted.
WATCH = """
window.painted = {};
const look = () => requestAnimationFrame(() => {
  const now = Date.now();
  for (const line of document.querySelectorAll('.log-line .log-text')) painted[line.textContent] ??= now;
});
new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
"""


def measures() -> Sequence[Measure]:
    with running_tree() as tree, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser())
        page = browser.new_page()
        page.add_init_script(WATCH)
        sign_up(page, tree)
        with client_of(tree) as client:
            wait_end(client, launch(client, "landing", {**LANDING, "slug": "warm"}))
            delays = [
                delay for number in range(EXECUTIONS) for delay in watch_one(page, tree, client, number)
            ]
        browser.close()
    values = spread(delays)
    return [Measure("event_to_painted_p95", values["p95"], "ms", 150, **values)]


def watch_one(page: Page, tree: Product, client: Any, number: int) -> list[float]:
    """Watch one execution from its start; return the milliseconds of each line that was painted while live."""
    page.goto(f"{tree.url}/executions")
    execution_id = launch(client, "landing", {**LANDING, "slug": f"watched-{number}"})
    page.goto(f"{tree.url}/executions/{execution_id}")
    page.wait_for_selector(".log-body")
    opened = page.evaluate("Date.now()")
    wait_end(client, execution_id)
    page.locator(".log-foot", has_text="Complete").wait_for()
    painted: dict[str, int] = page.evaluate("painted")
    events = client.get(f"/executions/{execution_id}/events", params={"from": 1, "limit": 1000}).json()
    rows = events["items"] if isinstance(events, dict) else events
    delays = []
    for row in rows:
        written = datetime.fromisoformat(row["at"]).timestamp() * 1000
        # What was written before the page was there arrived as history, not live.
        if row["kind"] == "log.line" and row["text"] in painted and written > opened + 300:
            delays.append(painted.pop(row["text"]) - written)
    return delays
