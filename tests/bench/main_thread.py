"""What a page's scripts keep from its visitor: the tasks of the main thread, by processor time.

A busy machine stretches the time that a task takes, and so Lighthouse's blocking time, but hardly what it computes.
"""

import time
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Browser

# As Lighthouse counts on a phone: a processor four times slower, and what a task takes beyond 50 ms.
SLOWER, FREE_MS = 4, 50
SETTLED_MS = 2500
CATEGORIES = ["__metadata", "disabled-by-default-devtools.timeline"]
ENDS_WITHIN_S = 20


def blocking_ms(browser: Browser, url: str) -> tuple[float, float]:
    """Load a page in a fresh context; return how long its main thread blocks on a phone, and computes here, in ms."""
    tasks = [one["tdur"] / 1000 for one in main_tasks(traced(browser, url)) if "tdur" in one]
    return sum(max(0.0, SLOWER * task - FREE_MS) for task in tasks), sum(tasks)


def traced(browser: Browser, url: str) -> list[dict[str, Any]]:
    """Return the events of a trace of one page load, until some time after it is quiet."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page, session = context.new_page(), browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    ended: list[object] = []
    session.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    session.on("Tracing.tracingComplete", lambda end: ended.append(end))
    config = {"includedCategories": CATEGORIES}
    session.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": config})
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(SETTLED_MS)
    session.send("Tracing.end")
    deadline = time.monotonic() + ENDS_WITHIN_S
    while not ended and time.monotonic() < deadline:
        page.wait_for_timeout(20)
    session.detach()
    context.close()
    return events


def main_tasks(events: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the tasks of the renderer's main thread that has computed most: the page's own."""
    names = [one for one in events if one["name"] == "thread_name"]
    mains = [(one["pid"], one["tid"]) for one in names if one["args"]["name"] == "CrRendererMain"]
    tasks: dict[Any, list[dict[str, Any]]] = {thread: [] for thread in mains}
    for one in events:
        if one["name"] == "RunTask" and (one["pid"], one["tid"]) in tasks:
            tasks[one["pid"], one["tid"]].append(one)
    return max(tasks.values(), key=lambda found: sum(one.get("tdur", 0) for one in found))
