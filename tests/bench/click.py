"""From a click to the frame that shows what came of it: on our screens, beside a bare Reflex page in the same run."""

import itertools
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
# Clicks (chooses, or sends a search) in the page and waits until `seen` says another text, one frame after it came into
# the document.
CLICK = """([act, target, value, seen]) => new Promise((done, fail) => {
  setTimeout(fail, 10_000, new Error(`${act} ${target} changes nothing`));
  const says = () => document.querySelector(seen)?.textContent + "|" + document.querySelectorAll(seen).length;
  const before = says();
  const look = new MutationObserver(() => {
    if (says() === before) return;
    look.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
  });
  look.observe(document, { childList: true, subtree: true, characterData: true });
  const one = document.querySelector(target);
  const write = (kind) => Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(one, value);
  let begun = performance.now();
  if (act === "click") return one.click();
  if (act === "choose") {
    write(HTMLSelectElement);
    return one.dispatchEvent(new Event("change", { bubbles: true }));
  }
  write(HTMLInputElement);
  one.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => {  // what was typed is painted; now comes Enter
    begun = performance.now();
    one.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  }));
})"""


def measures() -> Sequence[Measure]:
    with sync_playwright() as playwright, running_tree() as tree, bare_reflex.serving() as bare_url:
        browser = playwright.chromium.launch(**find_browser())
        try:
            bare = measured(lambda page: act(page, "click", "button", "#count"), opened(browser, bare_url))
            ours = {name: measured(one, page) for name, (page, one) in screens(browser, tree).items()}
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
    """Return what is clicked: a filter of a list, an option of a form, a row of a list, a search of the gallery."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    sign_up(context.new_page(), tree)
    with client_of(tree) as client:
        for one in [launch(client, "landing", {**LANDING, "slug": slug}) for slug in ("bench-1", "bench-2")]:
            wait_end(client, one)
    states, words, rows = map(itertools.cycle, (("failed", "succeeded"), ("shop", ""), ("1", "2")))

    def filter_list(page: Page) -> float:
        return act(page, "choose", "select[aria-label=State]", "tbody tr, .empty h2", next(states))

    def choose_option(page: Page) -> float:
        return act(page, "click", "#field-referral", "#error-referral, #options fieldset, #options .field")

    def open_row(page: Page) -> float:
        # Another one each time: the last one would still be there.
        took = act(
            page, "click", f"tbody tr:nth-child({next(rows)}) .row-link", "main .crumbs [aria-current]"
        )
        page.go_back()
        page.wait_for_selector("tbody .row-link")
        return took

    def search_gallery(page: Page) -> float:
        return act(page, "search", "[data-search]", ".gallery article", next(words))

    acts = {
        "filter_of_a_list": ("/executions", filter_list),
        "option_of_a_form": ("/templates/landing", choose_option),
        "row_of_a_list": ("/executions", open_row),
        "search_of_the_gallery": ("/templates", search_gallery),
    }
    return {name: (settled(context.new_page(), tree.url + path), one) for name, (path, one) in acts.items()}


def settled(page: Page, url: str) -> Page:
    """Open a screen and wait until it shows what it has read."""
    page.goto(url, wait_until="networkidle")
    page.wait_for_selector(".skeleton, .skeleton-cards", state="detached")
    return page


def act(page: Page, kind: str, target: str, seen: str, value: str = "") -> float:
    """Return the milliseconds from an act on `target` to the frame in which `seen` says something else.

    `kind` is "click", "choose" an option by its value, or "search" for a text, from Enter on.
    """
    return float(page.evaluate(CLICK, [kind, target, value, seen]))


def measured(one: Callable[[Page], float], page: Page) -> list[float]:
    """Return the times of some acts, without the first ones. A page in the background would be given few frames."""
    page.bring_to_front()
    return [one(page) for _ in range(WARM + CLICKS)][WARM:]


def compared(name: str, took: Sequence[float], reference: float) -> Measure:
    """Return how many times as long as the bare page a click takes."""
    values = spread(took)
    ratio = round(values["p50"] / reference, 2)
    return Measure(
        f"click_{name}", ratio, "× bare Reflex", TIMES, reference=round(reference, 1), ratio=ratio, **values
    )
