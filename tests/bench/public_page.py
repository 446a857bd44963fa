"""What a first visitor downloads, when the page is there on a slow phone, and how long its scripts then block it."""

import statistics
from collections.abc import Sequence

from playwright.sync_api import Browser, sync_playwright

from tests.bench import bare_reflex
from tests.bench.main_thread import blocking_ms
from tests.bench.measure import Measure, spread
from tests.bench.tree import running_tree
from tests.browser import find_browser
from tests.product import Product

PATHS = ("/", "/templates", "/templates/landing", "/docs/first-ten-minutes", "/sign-in")
LOADS = 5
# "Slow 4G" of Lighthouse: 150 ms round trip, 1.6 Mbit/s down, 750 kbit/s up; CPU four times slower.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
LARGEST_PAINT = """() => new Promise((done) => {
  const look = new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime));
  look.observe({ type: "largest-contentful-paint", buffered: true });
})"""


def measures() -> Sequence[Measure]:
    with running_tree() as tree, bare_reflex.serving() as bare_url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser())
        found = [measure for path in PATHS for measure in one_page(browser, tree, path)]
        bare = [blocking_ms(browser, bare_url) for _ in range(LOADS)]
        found += [blocking(browser, tree, path, bare) for path in PATHS]
        browser.close()
    return found


def one_page(browser: Browser, tree: Product, path: str) -> list[Measure]:
    """Load a page cold a few times; return its weight and its paints."""
    loads = [load(browser, tree.url + path) for _ in range(LOADS)]
    scripts, styles = max(one[0] for one in loads), max(one[1] for one in loads)
    first, largest = [one[2] for one in loads], [one[3] for one in loads]
    return [
        Measure(f"js_gzip {path}", round(scripts / 1024, 1), "KB", 170),
        Measure(f"css_gzip {path}", round(styles / 1024, 1), "KB", 15),
        Measure(
            f"first_contentful_paint {path}", round(statistics.median(first)), "ms", 800, **spread(first)
        ),
        Measure(
            f"largest_contentful_paint {path}",
            round(statistics.median(largest)),
            "ms",
            2500,
            **spread(largest),
        ),
    ]


def blocking(browser: Browser, tree: Product, path: str, bare: Sequence[tuple[float, float]]) -> Measure:
    """Return how long the page's scripts block a phone, beside loads of the bare Reflex page."""
    ours = [blocking_ms(browser, tree.url + path) for _ in range(LOADS)]
    (blocks, computes), (bare_blocks, bare_computes) = zip(*ours, strict=True), zip(*bare, strict=True)
    return Measure(
        f"total_blocking_time {path}", round(statistics.median(blocks)), "ms by processor time × 4", 200,
        reference=round(statistics.median(bare_blocks)), **spread(blocks),
        note=f"its main thread computes {statistics.median(computes):.0f} ms here, "
             f"the bare page's {statistics.median(bare_computes):.0f} ms",
    )  # fmt: skip


def load(browser: Browser, url: str) -> tuple[int, int, float, float]:
    """Load one page in a fresh context; return bytes of scripts and styles as sent, first and largest paint in ms."""
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
    first, largest = float(page.evaluate(FIRST_PAINT)), float(page.evaluate(LARGEST_PAINT))
    context.close()
    return sizes["Script"], sizes["Stylesheet"], first, largest
