"""What a first visitor downloads, and when the first words are there on a slow phone."""

import statistics
from collections.abc import Sequence

from playwright.sync_api import Browser, sync_playwright

from tests.bench.measure import Measure, spread
from tests.bench.tree import running_tree
from tests.browser import find_browser
from tests.product import Product

LOADS = 5
# "Slow 4G" of Lighthouse: 150 ms round trip, 1.6 Mbit/s down, 750 kbit/s up; CPU four times slower.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def measures() -> Sequence[Measure]:
    with running_tree() as tree, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser())
        found = [measure for path in ("/", "/templates") for measure in one_page(browser, tree, path)]
        browser.close()
    return found


def one_page(browser: Browser, tree: Product, path: str) -> list[Measure]:
    """Load a page cold a few times; return its weight and its first paint."""
    loads = [load(browser, tree.url + path) for _ in range(LOADS)]
    scripts, styles = max(one[0] for one in loads), max(one[1] for one in loads)
    paints = [one[2] for one in loads]
    return [
        Measure(f"js_gzip {path}", round(scripts / 1024, 1), "KB", 170),
        Measure(f"css_gzip {path}", round(styles / 1024, 1), "KB", 15),
        Measure(
            f"first_contentful_paint {path}", round(statistics.median(paints)), "ms", 800, **spread(paints)
        ),
    ]


def load(browser: Browser, url: str) -> tuple[int, int, float]:
    """Load one page in a fresh context; return bytes of scripts and styles as sent, and the first paint in ms."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    kinds: dict[str, str] = {}
    sizes = {"Script": 0, "Stylesheet": 0}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))

    def finished(event: dict[str, object]) -> None:
        kind = kinds.get(str(event["requestId"]), "")
        if kind in sizes:
            sizes[kind] += int(float(str(event["encodedDataLength"])))

    session.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="networkidle")
    paint = float(page.evaluate(FIRST_PAINT))
    context.close()
    return sizes["Script"], sizes["Stylesheet"], paint
