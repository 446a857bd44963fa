"""From an event's own time stamp to its line on the screen, in a real browser on a real execution; then with a crowd
of protocol clients on the same log, and with readers that break off and come back.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench.measure import Measure, percentile, spread
from tests.bench.tree import LANDING, ROOT, client_of, launch, running_tree, wait_end
from tests.browser import find_browser
from tests.pictures import sign_up
from tests.product import Product
from tests.said import inside, running_execution, talk

EXECUTIONS = 5
CROWD, LINES, PER_S = 199, 600, 40
RECONNECTS = 1_000
EMAIL = "ada@example.com"

# Notes when a text is first in the log, one frame after it came into the document: then it is painted.
WATCH = """
window.painted = {};
window.opened = Date.now();
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
        values = spread(delays)
        found = [Measure("event_to_painted_p95", values["p95"], "ms", 150, **values)]
        with inside(tree):
            found += in_a_crowd(page, tree)
            found.append(coming_back(tree))
        browser.close()
    return found


def in_a_crowd(page: Page, tree: Product) -> list[Measure]:
    """Watch one execution with 199 protocol clients beside the browser."""
    row = running_execution(EMAIL)
    page.goto(f"{tree.url}/executions/{row.id}")
    page.wait_for_selector(".log-body")
    crowd = readers(tree, {"what": "follow", "count": CROWD}, row.id)
    assert crowd.stdout is not None and crowd.stdout.readline() == "ready\n"
    talk(row, LINES, PER_S)
    page.locator(".log-foot", has_text="Complete").wait_for()
    told = json.loads(crowd.communicate(timeout=60)[0])
    delays = painted_after(page, client_events(tree, row.id), page.evaluate("opened"))
    values = spread(delays)
    return [
        Measure("event_to_painted_p50_in_a_crowd", float(values["p50"]), "ms", 80, **values),
        Measure("event_to_painted_p99_in_a_crowd", percentile(delays, 99), "ms", 250, **values),
        Measure("events_missed_by_the_crowd", LINES + 4 - told["least"], "events", 0, n=told["streams"]),
    ]


def coming_back(tree: Product) -> Measure:
    """Break off and come back a thousand times while lines are written."""
    row = running_execution(EMAIL)
    seed = int(os.environ.get("SEED", "7"))
    crowd = readers(tree, {"what": "reconnect", "count": RECONNECTS, "seed": seed}, row.id)
    talk(row, LINES, PER_S)
    told = json.loads(crowd.communicate(timeout=120)[0])
    lost = told["lost"] + told["doubled"]
    return Measure("lines_lost_or_doubled_over_reconnects", lost, "lines", 0, n=told["reconnects"])


def readers(tree: Product, task: dict[str, Any], execution_id: str) -> "subprocess.Popen[str]":
    """Start protocol clients in a process of their own."""
    key = (tree.data / "local-key").read_text().strip()
    whole = {**task, "url": f"{tree.url}/api/v1/executions/{execution_id}/events", "key": key}
    command = [sys.executable, "-m", "tests.bench.crowd", json.dumps(whole)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def client_events(tree: Product, execution_id: str) -> list[dict[str, Any]]:
    """Return the first thousand events of an execution."""
    with client_of(tree) as client:
        page = client.get(f"/executions/{execution_id}/events", params={"from": 1, "limit": 1000}).json()
    rows: list[dict[str, Any]] = page["items"]
    return rows


def watch_one(page: Page, tree: Product, client: Any, number: int) -> list[float]:
    """Watch one execution from its start; return the milliseconds of each line that was painted while live."""
    page.goto(f"{tree.url}/executions")
    execution_id = launch(client, "landing", {**LANDING, "slug": f"watched-{number}"})
    page.goto(f"{tree.url}/executions/{execution_id}")
    page.wait_for_selector(".log-body")
    opened = page.evaluate("Date.now()")
    wait_end(client, execution_id)
    page.locator(".log-foot", has_text="Complete").wait_for()
    return painted_after(page, client_events(tree, execution_id), opened)


def painted_after(page: Page, rows: Sequence[dict[str, Any]], opened: float) -> list[float]:
    """Return the milliseconds from each line's own time stamp to its first frame."""
    painted: dict[str, int] = page.evaluate("painted")
    delays = []
    for row in rows:
        written = datetime.fromisoformat(row["at"]).timestamp() * 1000
        # What was written before the page was there arrived as history, not live.
        if row["kind"] == "log.line" and row["text"] in painted and written > opened + 300:
            delays.append(painted.pop(row["text"]) - written)
    return delays
