"""Lists in a real browser: filters live in the address, and nobody who has gone on is called back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, WebSocketRoute, expect

SEARCH = "[data-search]"
# More than the pause after which a search is written into the address.
LONG_AFTER_MS = 5_000


def ending(address: str) -> re.Pattern[str]:
    """Return what an address has to end in."""
    return re.compile(re.escape(address) + "$")


@pytest.fixture
def gallery(server: Any, page: Page) -> Page:
    """The gallery of templates, as a visitor sees it."""
    page.goto(f"{server.url}/templates")
    expect(page.locator(".gallery article")).not_to_have_count(0)
    return page


def test_a_search_stands_in_the_address_and_survives_a_reload(gallery: Page) -> None:
    gallery.fill(SEARCH, "waitlist")
    expect(gallery).to_have_url(ending("/templates?q=waitlist"))
    gallery.reload()
    expect(gallery.locator(SEARCH)).to_have_value("waitlist")
    expect(gallery.get_by_role("link", name="Landing page and waitlist")).to_be_visible()


def test_enter_searches_at_once_and_an_empty_result_leads_back_to_all(gallery: Page) -> None:
    gallery.fill(SEARCH, "zeppelin")
    gallery.press(SEARCH, "Enter")
    expect(gallery).to_have_url(ending("/templates?q=zeppelin"))
    gallery.get_by_role("link", name="Show all templates").click()
    expect(gallery).to_have_url(ending("/templates"))
    expect(gallery.locator(SEARCH)).to_have_value("")
    expect(gallery.locator(".gallery article")).not_to_have_count(0)


def test_two_filters_stand_side_by_side_and_the_default_is_not_written(gallery: Page) -> None:
    gallery.get_by_label("Order").select_option("newest")
    expect(gallery).to_have_url(ending("/templates?sort=newest"))
    gallery.fill(SEARCH, "landing")
    expect(gallery).to_have_url(ending("/templates?sort=newest&q=landing"))
    gallery.get_by_label("Order").select_option("name")
    expect(gallery).to_have_url(ending("/templates?q=landing"))
    expect(gallery.get_by_label("Order")).to_have_value("name")


def events_of(page: Page) -> list[str]:
    """Return a list that will hold the name of each event that the page sends from now on."""
    sent: list[str] = []

    def note(frame: str | bytes) -> None:
        if found := re.search(r'"name":"[^"]*?(\w+)\.(\w+)"', str(frame)):
            sent.append(f"{found[1].rpartition('____')[2]}.{found[2]}")

    page.on("websocket", lambda socket: socket.on("framesent", note))
    return sent


def test_a_filter_costs_one_event_and_no_navigation(server: Any, page: Page) -> None:
    sent = events_of(page)
    page.goto(f"{server.url}/templates")
    expect(page.locator(".gallery")).to_have_attribute("aria-busy", "false")
    entries, before = page.evaluate("history.length"), len(sent)
    page.get_by_label("Category").select_option(index=1)
    expect(page).to_have_url(re.compile(r"/templates\?category=\w+"))
    expect(page.locator(".gallery article")).to_have_count(1)
    page.wait_for_load_state("networkidle")
    assert sent[before:] == ["templates_state.load"]
    assert page.evaluate("history.length") == entries


def test_back_leads_to_the_list_as_it_was_filtered(gallery: Page) -> None:
    gallery.get_by_label("Order").select_option("newest")
    gallery.fill(SEARCH, "landing")
    expect(gallery).to_have_url(ending("/templates?sort=newest&q=landing"))
    gallery.get_by_role("link", name="Landing page and waitlist").click()
    expect(gallery.get_by_role("heading", level=1)).to_have_text("Landing page and waitlist")
    gallery.go_back()
    expect(gallery).to_have_url(ending("/templates?sort=newest&q=landing"))
    expect(gallery.get_by_label("Order")).to_have_value("newest")
    expect(gallery.locator(SEARCH)).to_have_value("landing")
    expect(gallery.locator(".gallery article")).to_have_count(1)


def test_who_goes_on_while_a_search_is_written_is_not_called_back(server: Any, page: Page) -> None:
    """The time of the search comes while the next page is on its way, held back on the network."""
    page.clock.install()
    sent = events_of(page)
    page.goto(f"{server.url}/templates")
    expect(page.locator(".gallery article")).not_to_have_count(0)
    held: list[Route] = []
    page.route("**/assets/**", lambda route: held.append(route))
    page.fill(SEARCH, "landing")
    with page.expect_request("**/assets/**"):
        page.get_by_role("link", name="Deployments").click()
    before = len(sent)
    page.clock.run_for(LONG_AFTER_MS)
    assert "templates_state.load" not in sent[before:]
    page.unroute("**/assets/**")  # lets go of what was held
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    expect(page).to_have_url(ending("/sign-in?next=/deployments"))


def test_another_address_never_shows_what_the_last_one_did(server: Any, page: Page) -> None:
    """The server's answers are held back, so that the browser has nothing but what it showed before."""
    held: list[bool] = []

    def route(socket: WebSocketRoute) -> None:
        upstream = socket.connect_to_server()
        upstream.on_message(lambda message: None if held else socket.send(message))

    page.route_web_socket(re.compile("/_event"), route)
    page.goto(f"{server.url}/templates/landing")
    expect(page.get_by_role("heading", level=1)).to_have_text("Landing page and waitlist")
    held.append(True)
    page.evaluate(
        "history.pushState({}, '', '/templates/another'); dispatchEvent(new PopStateEvent('popstate'))"
    )
    expect(page.locator(".skeleton")).to_be_visible()
    expect(page.locator("#options")).to_have_count(0)


def test_a_log_that_grows_shorter_leaves_no_empty_room(server: Any, browser: Any) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(server.url)
    body = page.locator(".log-body")
    expect(page.locator(".log-foot")).to_have_count(
        1
    )  # the log comes after the words, in the place of its outline
    expect(page.locator(".log-foot")).to_contain_text("Complete")
    folded, lines = body.evaluate("box => box.scrollHeight"), page.locator(".log-line").count()
    longest = page.locator(".log-fold", has_text="Run the tests")
    longest.click()
    expect(page.locator(".log-line")).not_to_have_count(lines)
    body.evaluate("box => (box.scrollTop = box.scrollHeight)")
    assert body.evaluate("box => box.scrollHeight") > folded + 1000
    body.evaluate("box => (box.scrollTop = 0)")
    longest.click()
    expect(page.locator(".log-line")).to_have_count(lines)
    assert body.evaluate("box => box.scrollHeight") == folded
    context.close()
