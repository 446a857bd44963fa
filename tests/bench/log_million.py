"""A log of a million lines in a real browser: opening, scrolling, searching, and what it takes of memory."""

import time
from collections.abc import Sequence

from playwright.sync_api import Page, sync_playwright

from models.db import engine, transaction
from tests.bench.live_view import EMAIL
from tests.bench.measure import Measure, percentile, spread
from tests.bench.tree import running_tree
from tests.browser import find_browser
from tests.long_log import make_long_log
from tests.pictures import sign_up
from tests.product import Product
from tests.said import inside, owner

EVENTS = 1_000_000
OPENS, SEARCHES, JUMPS = 10, 10, 40
# How long, at most, a row that is seen has been without its words: looked at in every frame.
WATCH = """
window.emptiest = 0;
let since = 0;
const look = (now) => {
  const box = document.querySelector('.log-body')?.getBoundingClientRect();
  const empty = box && [...document.querySelectorAll('.log-line.absent')].some((row) => {
    const place = row.getBoundingClientRect();
    return place.bottom > box.top && place.top < box.bottom;
  });
  since = empty ? since || now : 0;
  if (since) window.emptiest = Math.max(window.emptiest, now - since);
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def measures() -> Sequence[Measure]:
    with running_tree() as tree, sync_playwright() as playwright:
        options = find_browser()
        options["args"] = [*options["args"], "--enable-precise-memory-info", "--js-flags=--expose-gc"]
        browser = playwright.chromium.launch(**options)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        sign_up(page, tree)
        with inside(tree):
            team_id, user_id = owner(EMAIL)
            with transaction() as session:
                execution_id = make_long_log(session, team_id, user_id, EVENTS)
            with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE events")
        found = [opening(page, tree, execution_id), *scrolling(page), *searching(page), memory(page)]
        browser.close()
    return found


def opening(page: Page, tree: Product, execution_id: str) -> Measure:
    """From the address to lines with their words on the screen."""
    times = []
    for _ in range(OPENS):
        page.goto("about:blank")
        begun = time.monotonic()
        page.goto(f"{tree.url}/executions/{execution_id}", wait_until="commit")
        page.wait_for_selector(".log-line:not(.absent)")
        times.append((time.monotonic() - begun) * 1000)
    values = spread(times)
    return Measure("log_million_opens_p50", float(values["p50"]), "ms", 1_000, **values)


def scrolling(page: Page) -> list[Measure]:
    """By the wheel, then by jumps of the bar over the whole length."""
    page.evaluate(WATCH)
    body = page.locator(".log-body")
    body.hover()
    for _ in range(60):
        page.mouse.wheel(0, -600)
        page.wait_for_timeout(16)
    wheel = page.evaluate("window.emptiest")
    waits = []
    for number in range(JUMPS):
        page.evaluate("window.emptiest = 0")
        body.evaluate(
            "(box, share) => { box.scrollTop = share * box.scrollHeight }", (number * 37 % JUMPS) / JUMPS
        )
        page.wait_for_timeout(50)
        page.wait_for_selector(".log-line.absent", state="detached")
        waits.append(page.evaluate("window.emptiest"))
    values = spread(waits)
    return [
        Measure("log_million_row_empty_by_wheel", wheel, "ms", 100),
        Measure("log_million_row_empty_after_jump_p95", float(values["p95"]), "ms", 100, **values),
    ]


def searching(page: Page) -> list[Measure]:
    """A plain string that was not looked for before; then the way to the next hit."""
    field = page.get_by_label("Find in log")
    times, nexts = [], []
    for number in range(SEARCHES):
        with page.expect_response(lambda answer: "/log/search" in answer.url) as answered:
            field.fill(f"worker gw{number % 4}, fix" if number % 2 else f"case 99{number}99 ")
        timing = answered.value.request.timing
        answered.value.finished()
        times.append(answered.value.request.timing["responseEnd"] - max(0.0, timing["requestStart"]))
        with page.expect_response(lambda answer: "/log/search" in answer.url) as answered:
            field.press("Enter")
        answered.value.finished()
        timing = answered.value.request.timing
        nexts.append(timing["responseEnd"] - max(0.0, timing["requestStart"]))
    values, steps = spread(times), spread(nexts)
    return [
        Measure("log_million_search_p50", float(values["p50"]), "ms", 500, **values),
        Measure("log_million_next_hit_p95", percentile(nexts, 95), "ms", 100, **steps),
    ]


def memory(page: Page) -> Measure:
    """The heap after all of that."""
    page.evaluate("globalThis.gc?.()")
    used = page.evaluate("performance.memory.usedJSHeapSize") / 1_000_000
    return Measure("log_million_heap", round(used, 1), "MB", 150)
