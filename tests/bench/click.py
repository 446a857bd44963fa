"""From a click to the frame that shows what came of it: on our screens, beside a bare Reflex page in the same run."""

import statistics
from collections.abc import Callable, Sequence

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import bare_reflex
from tests.bench.measure import Measure, spread
from tests.bench.tree import LANDING, client_of, launch, running_tree, wait_end
from tests.browser import find_browser
from tests.pictures import sign_up
from tests.product import Product

CLICKS, WARM, TIMES = 40, 5, 3
# Clicks (or chooses) in the page and waits until `seen` says another text, one frame after it came into the document.
CLICK = """([act, target, value, seen]) => new Promise((done) => {
  const says = () => document.querySelector(seen)?.textContent + "|" + document.querySelectorAll(seen).length;
  const before = says();
  const look = new MutationObserver(() => {
    if (says() === before) return;
    look.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  });
  look.observe(document, { childList: true, subtree: true, characterData: true });
  const one = document.querySelector(target);
  const begun = performance.now();
  if (act === "click") return one.click();
  Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, "value").set.call(one, value);
  one.dispatchEvent(new Event("change", { bubbles: true }));
})"""


def measures() -> Sequence[Measure]:
    with sync_playwright() as playwright, running_tree() as tree, bare_reflex.serving() as bare_url:
        browser = playwright.chromium.launch(**find_browser())
        try:
            bare = measured(lambda page: click(page, "button", "#count"), opened(browser, bare_url))
            ours = {name: measured(act, page) for name, (page, act) in screens(browser, tree).items()}
        finally:
            browser.close()
    reference = statistics.median(bare)
    return [compared(name, took, reference) for name, took in ours.items()]


def opened(browser: Browser, url: str) -> Page:
    """Open a page whose socket is connected."""
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto(url, wait_until="networkidle")
    return page


def screens(browser: Browser, tree: Product) -> dict[str, tuple[Page, Callable[[Page], float]]]:
    """Return what is clicked: a filter of a list, an option of a form, an action of an application."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    sign_up(context.new_page(), tree)
    with client_of(tree) as client:
        wait_end(client, launch(client, "landing", LANDING))
    pages = {}
    for name, path in {"list": "/executions", "form": "/templates/landing"}.items():
        pages[name] = context.new_page()
        pages[name].goto(tree.url + path, wait_until="networkidle")
        pages[name].wait_for_selector(".skeleton", state="detached")
    turns = {"list": 0, "form": 0}

    def filter_list(page: Page) -> float:
        turns["list"] += 1
        state = "failed" if turns["list"] % 2 else "succeeded"
        return choose(page, "select[aria-label=State]", state, "tbody tr, .empty h2")

    def choose_option(page: Page) -> float:
        turns["form"] += 1
        return click(page, "#field-referral", "#error-referral, #options fieldset, #options .field")

    return {
        "filter_of_a_list": (pages["list"], filter_list),
        "option_of_a_form": (pages["form"], choose_option),
    }


def click(page: Page, target: str, seen: str) -> float:
    """Return the milliseconds from a click on `target` to the frame in which `seen` says something else."""
    return float(page.evaluate(CLICK, ["click", target, "", seen]))


def choose(page: Page, target: str, value: str, seen: str) -> float:
    """Return the milliseconds from choosing an option to the frame in which `seen` says something else."""
    return float(page.evaluate(CLICK, ["choose", target, value, seen]))


def measured(act: Callable[[Page], float], page: Page) -> list[float]:
    """Return the times of some clicks, without the first ones."""
    return [act(page) for _ in range(WARM + CLICKS)][WARM:]


def compared(name: str, took: Sequence[float], reference: float) -> Measure:
    """Return how many times as long as the bare page a click takes."""
    values = spread(took)
    ratio = round(values["p50"] / reference, 2)
    return Measure(
        f"click_{name}", ratio, "× bare Reflex", TIMES, reference=round(reference, 1), ratio=ratio, **values
    )
