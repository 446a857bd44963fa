"""What stands on a public page before any of its scripts has run, and what they cost."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Locator, Page, expect

from tests.app.pages.conftest import Open
from tests.browser import patient
from tests.product import Product

SCRIPTS_AND_PAINT = """() => {
  const [paint] = performance.getEntriesByName("first-paint");
  const scripts = performance.getEntriesByType("resource").filter((one) => /\\/assets\\/.*\\.js$/.test(one.name));
  return [paint.startTime, Math.min(...scripts.map((one) => one.startTime)), scripts.length];
}"""


@pytest.fixture
def asleep(server: Product, browser: Any) -> Iterator[Page]:
    """A page whose scripts never come."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.route("**/assets/*.js", lambda route: route.abort())
    page.goto(f"{server.url}/templates")
    yield page
    context.close()


@pytest.mark.parametrize("path", ["/", "/ideas", "/templates", "/templates/shop", "/docs", "/sign-in"])
def test_a_page_is_painted_before_its_scripts_are_asked_for(path: str, open_page: Open) -> None:
    paint, first, count = open_page(path, signed_in=False).evaluate(SCRIPTS_AND_PAINT)
    assert count > 5
    assert paint <= first


def test_the_gallery_is_there_without_its_scripts(asleep: Page) -> None:
    expect(asleep.locator(".gallery h2")).to_have_count(3)
    card = asleep.locator(".gallery article").first
    expect(card).to_contain_text("Landing page and waitlist")
    picture = card.locator("img.only-light")
    expect(picture).to_be_visible()
    asleep.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=picture.element_handle()
    )


def test_a_template_s_page_is_there_without_its_scripts(asleep: Page, server: Product) -> None:
    asleep.goto(f"{server.url}/templates/shop")
    assert asleep.title() == "Shop · Ideasmith"
    expect(asleep.get_by_role("heading", level=1)).to_have_text("Shop")
    expect(asleep.locator(".shots img.only-light")).to_have_count(2)
    expect(asleep.locator(".crumbs [aria-current]")).to_have_text("Shop")


def test_a_card_stays_the_same_element_when_its_figures_arrive(server: Product, browser: Any) -> None:
    page, held = browser.new_page(), list[Any]()
    page.route("**/assets/entry*.js", lambda route: held.append(route))
    with page.expect_request("**/assets/entry*.js"):
        page.goto(f"{server.url}/templates", wait_until="commit")
    page.wait_for_selector(".gallery article img")
    page.evaluate("() => { window.before = document.querySelector('.gallery article img'); }")
    for route in held:
        route.continue_()
    page.wait_for_selector(".gallery[aria-busy=false]")
    assert page.evaluate("() => window.before === document.querySelector('.gallery article img')")
    page.close()


def test_a_search_of_the_gallery_asks_no_server(open_page: Open) -> None:
    page = open_page("/templates", signed_in=False)
    page.context.set_offline(True)
    page.locator("[data-search]").fill("SHOP oversell")
    page.keyboard.press("Enter")
    expect(page.locator(".gallery article h2")).to_have_text(["Shop"])
    page.get_by_label("Category").select_option(index=1)
    page.locator("[data-search]").fill("zeppelin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No template fits")).to_be_visible()


def test_the_recording_is_fetched_and_played_once_it_is_seen(server: Product, browser: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 300})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    patient(page).goto(server.url)
    page.wait_for_selector(".recorded .log-blank", state="attached")
    page.wait_for_load_state("networkidle")
    assert not any("/recorded/" in url for url in asked)
    page.locator(".recorded").scroll_into_view_if_needed()
    page.mouse.wheel(0, 400)
    expect(page.locator(".recorded .log-foot")).to_contain_text("Complete")
    page.close()


def test_a_row_s_page_says_its_name_before_the_server_does(open_page: Open, rows: Any) -> None:
    rows.executions(1, name="Zanzibar")
    page = open_page("/executions")
    row = page.get_by_role("link", name="Zanzibar 0")
    rest_on(row, "**/assets/_executions_.__id_*.js")
    page.wait_for_function("""() => [...document.querySelectorAll("link[rel=modulepreload]")].every(
      (one) => performance.getEntriesByName(one.href).some((entry) => entry.responseEnd > 0))""")
    page.context.set_offline(True)
    row.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zanzibar 0")
    expect(page.locator(".crumbs [aria-current]")).to_have_text("Zanzibar 0")
    page.context.set_offline(False)
    expect(page.get_by_role("tab", name="Log")).to_be_visible()


def rest_on(link: Locator, fetched: str) -> None:
    """Have the pointer rest on a link, which fetches the code of its page.

    As a hand does: a row that another row's arrival pushes from under the pointer is gone to again.
    """
    for _ in range(10):
        link.page.mouse.move(0, 0)
        with suppress(Error), link.page.expect_request(fetched, timeout=3_000):
            link.hover()
        if link.page.locator(
            f"link[rel=modulepreload][href*='{fetched.split('/')[-1].split('*')[0]}']"
        ).count():
            return
    pytest.fail(f"{fetched} was never asked for.")
