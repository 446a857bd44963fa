"""What is read of a log stays where it is on the screen, while lines above it come, fold and unfold."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from models.db import transaction
from models.executions import Execution
from services.events import EventWriter
from tests.app.pages.conftest import EMAIL, Open
from tests.app.pages.test_log_reading import FIRST, line, read, telling  # noqa: F401 - fixtures
from tests.product import Product
from tests.said import inside, running_execution

# In a window whose upper rows are of a chunk that is not here yet (751 to 1,000), where six repetitions are.
READ = 1_020
# Where each line stands below the upper edge of the log, and the height of the log; once three frames show the same.
ROWS = """() => new Promise((done) => {
  const body = document.querySelector(".log-body");
  const rows = () => [...body.querySelectorAll(".log-line:not(.absent)")].map((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    const edge = body.getBoundingClientRect().top;
    const seq = Number(row.querySelector(".log-no").textContent);
    return [seq, top - edge, bottom - edge, !!row.querySelector(".log-times")];
  });
  const look = (before, times) => requestAnimationFrame(() => {
    const now = rows();
    const same = JSON.stringify(now) === before;
    if (same && !times) done({ rows: now, height: body.clientHeight });
    else look(JSON.stringify(now), same ? times - 1 : 3);
  });
  look("", 3);
})"""


def places(page: Any) -> dict[int, float]:
    """Return how far below the upper edge each drawn line stands, once nothing moves."""
    return {seq: top for seq, top, *_ in page.evaluate(ROWS)["rows"]}


def seen(page: Any) -> list[int]:
    """Return the lines that are wholly seen and of no repetition."""
    found = page.evaluate(ROWS)
    return [
        seq
        for seq, top, bottom, times in found["rows"]
        if top >= 0 and bottom <= found["height"] and not times
    ]


def scroll(page: Any, by: int) -> None:
    """Scroll the log."""
    page.locator(".log-body").evaluate("(box, by) => { box.scrollTop += by }", by)


@contextmanager
def held_back(page: Any, last: int) -> Iterator[None]:
    """Hold what the log fetches up to a line for a while; afterwards it all comes."""
    held: list[Route] = []
    comes = False

    def answer(route: Route) -> None:
        first = int(re.findall(r"from=(\d+)", route.request.url)[0])
        held.append(route) if first <= last and not comes else route.continue_()

    page.route("**/events?from=*", answer)
    yield
    assert held, "nothing was fetched"
    comes = True
    for route in held:
        route.continue_()
    expect(page.locator(".log-line.absent")).to_have_count(0)


def wrapped(page: Any) -> None:
    """Wrap the lines, and see that they are."""
    page.get_by_role("button", name="Wrap").click()
    page.wait_for_function(
        """() => [...document.querySelectorAll(".log-line")].some((row) => row.offsetHeight > 30)"""
    )


@pytest.mark.parametrize("wrap", [False, True], ids=["unwrapped", "wrapped"])
def test_lines_that_come_and_fold_above_move_nothing_under_the_eye(read: Open, wrap: bool) -> None:  # noqa: F811
    page = read("#L1390", width=620)
    if wrap:
        wrapped(page)
    places(page)
    with held_back(page, 1_000):
        page.evaluate(f"() => {{ location.hash = '#L{READ}' }}")
        expect(page.locator(".log-line:not(.absent)", has_text=f"case {READ} ")).to_be_attached()
        scroll(page, -60)
        expect(page.locator(".log-line.absent").first).to_be_attached()
        before = places(page)[READ]
    assert places(page)[READ] == pytest.approx(before, abs=2)
    expect(page.get_by_role("button", name="Said 20 times, lines 960 to 979")).to_be_attached()
    assert page.complaints == []


@pytest.mark.parametrize("wrap", [False, True], ids=["unwrapped", "wrapped"])
def test_a_count_that_is_opened_and_closed_stays_where_it_was_clicked(read: Open, wrap: bool) -> None:  # noqa: F811
    page = read(f"#L{FIRST - 1}", width=620)
    if wrap:
        wrapped(page)
    scroll(page, 40)
    both = FIRST - 2, FIRST
    before = [places(page)[one] for one in both]
    times = line(page, FIRST).locator(".log-times")
    for opened in ("true", "false"):
        times.click()
        expect(times).to_have_attribute("aria-expanded", opened)
        assert [places(page)[one] for one in both] == pytest.approx(before, abs=2)


def test_wrapping_keeps_the_line_that_is_read(read: Open) -> None:  # noqa: F811
    page = read("#L1390", width=620)
    scroll(page, -2_000)
    places(page)
    first = seen(page)[0]
    before = places(page)[first]
    wrapped(page)
    assert places(page)[first] == pytest.approx(before, abs=2)
    page.get_by_role("button", name="Wrap").click()
    assert places(page)[first] == pytest.approx(before, abs=2)


@pytest.mark.parametrize("wrap", [False, True], ids=["unwrapped", "wrapped"])
def test_live_lines_that_repeat_move_nothing_for_who_does_not_follow(
    server: Product, open_page: Open, wrap: bool
) -> None:
    with inside(server):
        row = running_execution(EMAIL)
        with EventWriter(row.id, row.team_id, 1, 0, transaction) as writer:
            writer.say("execution.started", "Started.")
            writer.say("step.started", span="test", data={"attempt": 1})
            for number in range(400):
                words = "again" if number % 40 < 20 else f"line {number} {'of many words ' * 9}"
                writer.line("test", words)
            page = open_page(f"/executions/{row.id}", width=620)
            page.locator(".log-foot").scroll_into_view_if_needed()
            expect(page.get_by_text(re.compile("^line 399 "))).to_be_in_viewport()
            if wrap:
                wrapped(page)
            scroll(page, -200)
            expect(page.get_by_role("button", name="Follow")).to_have_attribute("aria-pressed", "false")
            places(page)
            middle = seen(page)[3]
            before = places(page)[middle]
            for turn in range(3):
                for _ in range(60):
                    writer.line("test", "and again")
                writer.line("test", f"turn {turn}")
                news = page.get_by_role("button", name=f"{61 * (turn + 1)} new lines ↓")
                expect(news).to_be_visible()
                assert places(page)[middle] == pytest.approx(before, abs=2)
            news.click()
            expect(page.get_by_text("turn 2", exact=True)).to_be_in_viewport()
        with transaction() as session:
            session.delete(session.get_one(Execution, row.id))
