"""The log of an application as its owner sees it: followed, searched, unharmed by what it says, without a gap."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from models.deployments import Observed
from models.settings import reset_settings
from services.deployments.app_logs import writing
from services.deployments.app_logs.writing import AppLog
from tests.app.pages.conftest import Open, Rows
from tests.axe import findings

HOSTILE = (
    '<img src=x onerror="window.hurt=1"> \x1b[31mred\x1b[0m \x1b]0;title\x07\x1b[2J\x9b2K '
    "javascript:alert(1) https://tea.example/a \u202eevil \x00 \ud800 end"
)
# A line that breaks: the browser closes its streams and says so. Being told that it is offline does not cut them.
KNOWN = """
const Real = EventSource;
window.streams = [];
window.EventSource = function (...how) {
  streams.push(new Real(...how));
  return streams.at(-1);
};
"""
CUT = "() => streams.forEach((one) => (one.close(), one.onerror(new Event('error'))))"


@pytest.fixture
def made(rows: Rows) -> str:
    """A deployment of the account, which no keeper starts."""
    return rows.deployments("Talking shop", wanted="stopped")[0]


@pytest.fixture
def log(rows: Rows, made: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppLog]:
    """Its log, written in the product's folder as the keeper does, who may say once that it is stopped. Its files are
    full after a few lines.
    """
    monkeypatch.setenv("IDEASMITH_DATA", str(rows.server.data))
    monkeypatch.setattr(writing, "SEGMENT_BYTES", 4_000)
    monkeypatch.setattr(writing, "SEGMENTS_KEPT", 3)
    reset_settings()
    yield AppLog(made)
    monkeypatch.undo()
    reset_settings()


def opened(open_page: Open, made: str) -> Page:
    page: Page = open_page(f"/deployments/{made}#log")
    page.get_by_role("tab", name="Log").click()
    expect(page.locator(".log-foot")).to_contain_text("Live")
    return page


def numbers(page: Page) -> list[int]:
    return [int(text) for text in page.locator(".log-no").all_inner_texts()]


def test_lines_are_followed_found_and_shown_as_text(open_page: Open, made: str, log: AppLog) -> None:
    log.say_start(1)
    for number in range(5):
        log.write(f"GET /tea/{number} 200")
    page = opened(open_page, made)
    expect(page.get_by_text("GET /tea/4 200", exact=True)).to_be_in_viewport()
    log.write(HOSTILE)
    seen = page.locator(".log-line", has_text="onerror")
    expect(seen).to_be_in_viewport()
    expect(seen).to_contain_text("\\u202eevil")
    expect(seen.locator(".sgr-c1")).to_have_text("red")
    expect(seen.locator(".log-text a")).to_have_count(1)
    assert page.evaluate("window.hurt") is None and page.title().startswith("Talking shop")
    log.say_state(Observed.CRASHED, "The app ended with exit code 3.")
    expect(page.locator(".log-line.error .log-text")).to_have_text("The app ended with exit code 3.")
    page.get_by_label("Find in log").fill("tea/3")
    expect(page.locator(".log-find .number")).to_have_text("1 of 1")
    expect(page.locator(".log-line.here")).to_contain_text("GET /tea/3 200")
    log.write("GET /tea/3 again")
    expect(page.locator(".log-find .number")).to_have_text("1 of 2")
    assert findings(page) == [] and page.complaints == []  # type: ignore[attr-defined]


def test_what_was_written_while_the_line_was_cut_is_there_afterwards(
    open_page: Open, made: str, log: AppLog
) -> None:
    log.write("before")
    page = opened(open_page, made)
    page.add_init_script(KNOWN)
    page.reload()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_text("before", exact=True)).to_be_visible()
    page.context.set_offline(True)
    page.evaluate(CUT)
    expect(page.locator(".log-foot")).to_contain_text("Connection lost")
    for number in range(20):
        log.write(f"meanwhile {number}")
    page.context.set_offline(False)
    expect(page.locator(".log-foot")).to_contain_text("Live")
    expect(page.get_by_text("meanwhile 19", exact=True)).to_be_in_viewport()
    lines = page.locator(".log-text").all_inner_texts()
    assert [one for one in lines if "mean" in one] == [f"meanwhile {number}" for number in range(20)]
    assert numbers(page) == list(range(1, len(lines) + 1))


def test_a_log_that_is_cut_short_goes_on_and_says_what_is_gone(
    open_page: Open, made: str, log: AppLog
) -> None:
    log.write("the very first")
    page = opened(open_page, made)
    expect(page.get_by_text("the very first", exact=True)).to_be_visible()
    for number in range(400):
        log.write(f"line {number} of many, so that the files are full soon")
    expect(page.get_by_text("line 399 of many", exact=False)).to_be_in_viewport()
    assert numbers(page)[-1] >= 401 and numbers(page) == sorted(set(numbers(page)))
    page.reload()
    page.get_by_role("tab", name="Log").click()
    expect(page.get_by_text("line 399 of many", exact=False)).to_be_in_viewport()
    page.locator(".log-body").evaluate("box => { box.scrollTop = 0 }")
    expect(page.locator(".log-fold")).to_contain_text("Older lines, removed")
