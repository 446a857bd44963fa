"""The feed and the page of an idea, in a real browser and without scripts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from services import ideas
from tests.app.pages.conftest import Open, stored
from tests.app.pages.market import Shelf, person, shelf_of
from tests.axe import findings
from tests.market import PROBLEM, canary
from tests.product import Product


@pytest.fixture
def shelf(server: Product, account: object) -> Iterator[Shelf]:
    """Ideas of another author; they are gone after the test."""
    with shelf_of(server) as made:
        yield made


def titles(page: Page) -> list[str]:
    """Return the titles in the list, from the top."""
    return page.locator("main .idea h2").all_inner_texts()


class Held:
    """The answers of the server to a page: kept back while it `holds`, and sent on by `release`."""

    def __init__(self, page: Page) -> None:
        self.holds = False
        self.kept: list[tuple[WebSocketRoute, Any]] = []
        page.route_web_socket(re.compile("/_event"), self.route)

    def route(self, socket: WebSocketRoute) -> None:
        """Stand between a page and the server."""

        def pass_on(message: Any) -> None:
            if self.holds:
                self.kept.append((socket, message))
            else:
                socket.send(message)

        socket.connect_to_server().on_message(pass_on)

    def release(self) -> None:
        """Send what was kept back."""
        self.holds = False
        for socket, message in self.kept:
            socket.send(message)


def test_a_vote_is_seen_at_once_and_then_as_the_server_counts_it(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Voted for")
    page = open_page("/templates")
    held = Held(page)
    page.goto(f"{shelf.server.url}/ideas?tab=new")
    vote = page.get_by_role("button", name="Vote for Voted for, 0 votes")
    expect(vote).to_have_attribute("aria-pressed", "false")
    shelf.vote(idea)  # somebody else, which this page does not know yet
    held.holds = True
    vote.click()
    pressed = page.get_by_role("button", name="Vote for Voted for, 1 vote")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    held.release()
    counted = page.get_by_role("button", name="Vote for Voted for, 2 votes")
    expect(counted).to_have_attribute("aria-pressed", "true")
    counted.click()
    expect(pressed).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(pressed).to_have_attribute("aria-pressed", "false")


def test_a_visitor_who_votes_is_asked_to_sign_in_and_comes_back(open_page: Open, shelf: Shelf) -> None:
    shelf.publish("For everybody")
    page = open_page("/ideas?tab=new", signed_in=False)
    page.get_by_role("button", name="Vote for For everybody").click()
    page.wait_for_url(re.compile(r"/sign-in\?next=/ideas%3Ftab%3Dnew"))


def test_the_list_is_walked_voted_and_begun_by_keys(open_page: Open, shelf: Shelf) -> None:
    shelf.publish("Second by keys", "First by keys")
    page = open_page("/ideas?tab=new&q=")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("v")
    expect(page.get_by_role("button", name="Vote for First by keys, 1 vote")).to_be_visible()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("n")
    page.wait_for_url("**/ideas/new")


def test_load_more_keeps_the_place_and_back_leads_to_the_same_row(open_page: Open, shelf: Shelf) -> None:
    shelf.publish(*[f"Row number {number:02}" for number in range(60)])
    page = open_page("/ideas?tab=new")
    expect(page.locator("main .idea")).to_have_count(25)
    first = titles(page)
    page.get_by_role("button", name="Load more").click()
    expect(page.locator("main .idea")).to_have_count(50)
    assert titles(page)[:25] == first and len(set(titles(page))) == 50
    row = page.locator("main .idea h2 a").nth(40)
    wanted = row.inner_text()
    row.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    row.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted)
    page.go_back()
    expect(page.locator("main .idea")).to_have_count(50)
    expect(page.get_by_role("link", name=wanted)).to_be_in_viewport()
    page.wait_for_function("y => Math.abs(scrollY - y) < 60", arg=before)


def test_choices_stand_in_the_address_and_a_tab_keeps_them(open_page: Open, shelf: Shelf) -> None:
    shelf.publish("Cheap food", price_cents=100)
    shelf.publish("Dear food", price_cents=900)
    shelf.publish("Cheap tool", price_cents=100, category="developer")
    page = open_page("/ideas?tab=new")
    page.get_by_label("Category").select_option("food")
    page.get_by_label("Price").select_option("1")
    expect(page).to_have_url(re.compile(r"/ideas\?tab=new&category=food&most=1$"))
    expect(page.locator("main .idea h2")).to_have_text(["Cheap food"])
    page.get_by_role("link", name="Top", exact=True).click()
    expect(page).to_have_url(re.compile(r"/ideas\?category=food&most=1$"))
    expect(page.get_by_role("link", name="Top", exact=True)).to_have_attribute("aria-current", "page")
    expect(page.locator("main .idea h2")).to_have_text(["Cheap food"])
    page.go_back()
    expect(page).to_have_url(re.compile(r"/ideas\?tab=new&category=food&most=1$"))


def test_a_search_that_finds_nothing_leads_back_to_all(open_page: Open, shelf: Shelf) -> None:
    shelf.publish("Findable")
    page = open_page("/ideas?q=zeppelin")
    expect(page.get_by_role("heading", name="No idea fits")).to_be_visible()
    page.get_by_role("link", name="Show all ideas").click()
    expect(page.get_by_role("link", name="Findable")).to_be_visible()


def test_who_has_bought_an_idea_reads_it_under_its_headings(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("To be given")
    page = open_page(f"/ideas/{idea}")
    expect(page.get_by_role("button", name="Buy")).to_be_disabled()
    expect(page.get_by_text("Payment is not set up on this installation yet")).to_be_visible()
    assert canary("To be given") not in page.content()
    shelf.give(idea)
    page.reload()
    expect(page.get_by_role("heading", name="Go to market")).to_be_visible()
    expect(page.locator("main")).to_contain_text(canary("To be given"))
    page.get_by_role("navigation", name="Contents").get_by_role("link", name="Licence").click()
    expect(page.get_by_role("heading", name="Licence")).to_be_in_viewport()
    assert findings(page) == []


def test_what_was_bought_never_passes_through_the_socket(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Not on sockets")
    shelf.give(idea)
    page = open_page("/ideas")
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    page.goto(f"{shelf.server.url}/ideas/{idea}")
    expect(page.locator("main .bought")).to_contain_text(canary("Not on sockets"))
    page.wait_for_load_state("networkidle")
    assert frames and not [frame for frame in frames if canary("Not on sockets") in frame]


def test_an_author_takes_an_idea_back_and_publishes_it_again(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Mine to take", by="screens@example.com")
    page = open_page(f"/ideas/{idea}")
    page.get_by_role("button", name="Unpublish").click()
    page.get_by_role("dialog").get_by_role("button", name="Unpublish", exact=True).click()
    expect(page.get_by_role("button", name="Publish again")).to_be_visible()
    visitor = open_page("/ideas?tab=new", signed_in=False)
    assert "Mine to take" not in titles(visitor)
    assert visitor.request.get(f"{shelf.server.url}/ideas/{idea}").status == 404
    page.get_by_role("button", name="Publish again").click()
    expect(page.get_by_role("button", name="Unpublish")).to_be_visible()


def test_feed_idea_and_author_are_whole_without_scripts(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Without scripts")
    page = open_page("/ideas?tab=new", java_script_enabled=False)
    assert "Without scripts" in titles(page)
    page.get_by_role("link", name="Without scripts").click()
    assert page.title() == "Without scripts · Ideasmith"
    main = page.locator("main")
    expect(main).to_contain_text(PROBLEM)
    expect(main).to_contain_text("of which the author gets $2.70")
    assert canary("Without scripts") not in page.content()
    shelf.give(idea)
    page.reload()
    expect(main).to_contain_text(canary("Without scripts"))
    page.get_by_role("link", name="Alan Author").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alan Author")
    assert "Without scripts" in titles(page)


def test_what_the_server_has_drawn_is_not_drawn_a_second_time(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Drawn once")
    for path in (f"/ideas/{idea}", "/ideas?tab=new", f"/authors/{shelf.author_id()}", "/receipts"):
        page = open_page(path, signed_in=False)
        words = "No day is closed yet" if path == "/receipts" else "Restaurants show their menu"
        expect(page.get_by_text(words).first).to_be_visible()
        assert page.locator("h1:visible").count() == 1
        assert page.locator("[data-slot]:visible").count() == 0
        assert page.complaints == []


def test_what_speaks_for_an_idea_is_shown_with_how_it_is_computed(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("With evidence")
    page = open_page(f"/ideas/{idea}", signed_in=False)
    part = page.locator(".evidence-part", has_text="Receipt")
    expect(part).to_contain_text("50 of 100 (50 to 100)")
    expect(part.get_by_role("link", name="See the log")).to_have_attribute("href", "/receipts")
    expect(page.locator(".evidence-part", has_text="Reviews")).to_contain_text("not known yet")
    part.get_by_text("How it is computed").click()
    expect(part.get_by_text("It proves who published these words here")).to_be_visible()
    assert findings(page) == []
    plain = open_page(f"/ideas/{idea}", java_script_enabled=False)
    expect(plain.locator(".evidence-part")).to_have_count(5)


def test_an_author_downloads_the_receipt_on_the_page(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Mine to prove", by="screens@example.com")
    page = open_page(f"/ideas/{idea}")
    with page.expect_download() as saved:
        page.get_by_role("link", name="Receipt", exact=True).click()
    assert saved.value.suggested_filename == f"{idea}.v1.receipt.json"
    visitor = open_page(f"/ideas/{idea}", signed_in=False)
    expect(visitor.get_by_role("heading", name="Evidence")).to_be_visible()
    assert visitor.get_by_role("link", name="Receipt", exact=True).count() == 0


def test_every_screen_of_ideas_is_accessible_in_every_look(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Looked at", problem=PROBLEM + "\n\n- one\n- [two](https://example.com)\n\n`code`")
    shelf.publish("Mine", by="screens@example.com")
    for path in (
        "/ideas",
        "/ideas?tab=mine",
        "/ideas?q=zeppelin",
        f"/ideas/{idea}",
        f"/authors/{shelf.author_id()}",
        "/receipts",
    ):
        page = open_page(path)
        assert findings(page) == [], path
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.complaints == []


def test_the_operator_gives_an_idea_away_on_its_page(server: Product, browser: Any, shelf: Shelf) -> None:
    [idea] = shelf.publish("A present")
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{server.url}/sign-in?next=/ideas/{idea}")
    page.fill("[name=email]", "operator@example.com")
    page.fill("[name=password]", "a long enough password")
    page.click("main button[type=submit]")
    page.get_by_text("Give to…").click()
    page.get_by_label("E-mail of an account").fill("nobody@example.com")
    page.get_by_role("button", name="Give", exact=True).click()
    expect(page.locator("#error-give")).to_contain_text("There is no account with the address")
    page.get_by_label("E-mail of an account").fill("screens@example.com")
    page.get_by_role("button", name="Give", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("screens@example.com can read it now.")
    context.close()
    with stored(server) as session:
        assert ideas.get_idea(session, person(session, "screens@example.com"), idea).owns
