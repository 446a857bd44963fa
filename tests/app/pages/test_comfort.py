"""What holds on every screen: theme, times, zoom, paper, motion, and a connection that breaks."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.app.pages.conftest import Open, Rows
from tests.axe import findings

pytestmark = pytest.mark.usefixtures("theme_kept_by_nobody")

DARK, LIGHT = "rgb(17, 17, 19)", "rgb(252, 252, 253)"
# What can be used or read in a page and lies, partly at least, beside the window.
OUTSIDE = """[...document.querySelectorAll("main :is(a, button, h1, h2, input, select, td)")]
    .filter(one => one.checkVisibility() && !one.closest(".log, .unseen, pre, .tablist, code"))
    .filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .map(one => one.outerHTML.slice(0, 120))"""
GROUND = "getComputedStyle(document.body).backgroundColor"


def choose_theme(page: Page, name: str) -> None:
    page.locator(".shell > .rail").get_by_role("button", name="Theme").click()
    page.get_by_role("menuitemradio", name=name).click()


def test_the_theme_is_one_of_three_and_kept(open_page: Open) -> None:
    page = open_page("/templates", color_scheme="light")
    choose_theme(page, "Dark")
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))
    page.reload()
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))
    page.locator(".shell > .rail").get_by_role("button", name="Theme").click()
    expect(page.get_by_role("menuitemradio", name="Dark")).to_have_attribute("aria-checked", "true")
    expect(page.get_by_role("menuitemradio", name="Dark")).to_be_focused()
    assert findings_in_one_look(page) == []
    page.get_by_role("menuitemradio", name="As the system").click()
    expect(page.locator("html")).to_have_class(re.compile(r"\blight\b"))
    page.emulate_media(color_scheme="dark")
    expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))


def findings_in_one_look(page: Page) -> list[str]:
    """Return what axe objects to as the page is: a chosen theme does not follow the browser's."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(AXE_SCRIPT)
    return [rule["id"] for rule in page.evaluate("axe.run().then(answer => answer.violations)")]


@pytest.mark.parametrize(("kept", "system", "ground"), [("dark", "light", DARK), ("light", "dark", LIGHT)])
def test_no_page_flashes_in_the_other_theme(open_page: Open, kept: str, system: str, ground: str) -> None:
    """Only what stands in the page itself may run: the first frame is painted before any script file is there."""
    page = open_page("/templates", color_scheme=system)
    choose_theme(page, kept.title())
    expect(page.locator("html")).to_have_class(re.compile(rf"\b{kept}\b"))
    other = page.context.new_page()  # waits for no script
    other.emulate_media(color_scheme=system)  # type: ignore[arg-type]
    other.route("**/*.js", lambda route: route.abort())
    other.goto(page.url, wait_until="domcontentloaded")
    assert other.evaluate(GROUND) == ground


def test_exact_times_are_shown_by_a_key_and_stay(open_page: Open, rows: Rows) -> None:
    rows.executions(2)
    page = open_page("/executions?q=Tea")
    moment = page.locator("tbody tr").nth(1).locator("td time").last
    expect(moment).to_have_text("1 h ago")
    exact = moment.get_attribute("title")
    assert re.match(r"\d{4}-\d\d-\d\dT", moment.get_attribute("datetime") or "")
    page.keyboard.press("e")
    expect(moment).to_have_text(exact or "")
    page.reload()
    expect(moment).to_have_text(exact or "")
    assert findings(page) == []
    page.keyboard.press("e")
    expect(moment).to_have_text("1 h ago")


@pytest.mark.parametrize(
    "path", ["/", "/templates", "/templates/landing", "/executions", "/deployments", "/settings"]
)
def test_at_twice_the_size_nothing_is_lost(open_page: Open, rows: Rows, path: str) -> None:
    """200 % on a window of 1280 is a window of 640 with two device pixels each."""
    rows.executions(2)
    page = open_page(path, width=640, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    assert page.evaluate(OUTSIDE) == []


def test_with_reduced_motion_nothing_moves(open_page: Open) -> None:
    page = open_page("/templates")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette[open]")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_printed_page_is_black_on_white_without_the_frame(open_page: Open, rows: Rows) -> None:
    rows.executions(3)
    page = open_page("/executions?q=Tea", color_scheme="dark")
    page.emulate_media(media="print")
    for hidden in (".shell > .rail", ".filters", ".list-bar", ".page-head .button"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
        == "rgba(0, 0, 0, 0)"
    )


def test_a_printed_log_is_whole(open_page: Open) -> None:
    page = open_page("/", signed_in=False)
    expect(page.locator(".log-foot")).to_contain_text("Complete")
    shown = page.locator(".log-line").count()
    lines = int((page.locator(".log-foot span").last.inner_text()).split()[0])
    page.emulate_media(media="print")
    expect(page.locator(".log-line")).to_have_count(lines)
    body = page.locator(".log-body")
    assert body.evaluate("box => box.scrollHeight <= box.clientHeight")
    page.emulate_media(media="screen")
    expect(page.locator(".log-line")).to_have_count(shown)


@contextmanager
def web_process_gone(server: Any) -> Iterator[None]:
    """Kill the process that answers, and keep the supervisor from starting another one for a while."""
    port = int(server.url.rsplit(":", 1)[1])
    supervisor = psutil.Process(server.process.pid)
    supervisor.suspend()
    try:
        for process in supervisor.children(recursive=True):
            with suppress(psutil.Error):
                if any(one.laddr.port == port and not one.raddr for one in process.net_connections("tcp")):
                    process.kill()
        yield
    finally:
        supervisor.resume()


def test_a_lost_connection_is_told_with_its_moment_and_what_was_typed_stays(
    server: Any, browser: Any
) -> None:
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server.url}/templates/landing")
    name, tagline = page.locator("#field-app_name"), page.locator("#field-tagline")
    name.fill("Tidepool")
    name.press("Tab")
    strip = page.locator(".strip")
    with web_process_gone(server):
        expect(strip).to_contain_text(re.compile(r"No connection to the server since \d+:\d\d:\d\d"))
        expect(strip).to_contain_text(re.compile(r"Next try in \d s\.|Trying now"))
        assert findings(page) == []
        tagline.fill("Typed while it was away")
    expect(strip).to_contain_text("Connected again.")
    expect(strip).to_have_count(0)
    expect(name).to_have_value("Tidepool")
    expect(tagline).to_have_value("Typed while it was away")
    context.close()


def test_a_device_without_a_network_says_so_and_comes_back(open_page: Open) -> None:
    page = open_page("/executions")
    page.context.set_offline(True)
    expect(page.locator(".strip")).to_contain_text("This device is offline since")
    assert findings(page) == []
    page.context.set_offline(False)
    expect(page.locator(".strip")).to_have_count(0)
    assert page.evaluate("getComputedStyle(document.body).paddingBottom") == "0px"
