"""The main walk, as a person takes it in a browser: from signing up to a running application, and back to nothing."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
from playwright.sync_api import Locator, Page, expect

from tests.axe import findings
from tests.product import Product

STEPS = 8
# A first launch on a machine builds the template's environment on its way.
BUILT_MS = 120_000
# Cancelling may take 2 s; the rest is what a busy machine needs to show it.
GONE_S = 5
SUITE = ["-m", "pytest"]


def test_from_signing_up_to_a_running_application_and_back_to_nothing(server: Product, page: Page) -> None:
    complaints = hear_complaints(page)
    page.goto(server.url)
    page.get_by_role("main").get_by_role("link", name="Sign up").click()
    sign_up(page, "walker@example.com")
    page.get_by_role("link", name="Landing page and waitlist").click()
    fill_in_after_mistakes(page)
    page.get_by_role("button", name="Launch", exact=True).click()
    watch_it_being_built(server, page)
    address = f"http://tidepool.localhost:{server.apps_port}/"
    join_the_waitlist(page, address)
    see_it_live(page)
    redeploy(page)
    count_who_waits(page, address)
    stop_and_start(page, address)
    delete(page)
    assert complaints == []
    assert visit(page, address) == (404, "There is no app here")


def test_a_cancelled_launch_stops_and_leaves_nothing_running(server: Product, page: Page) -> None:
    complaints = hear_complaints(page)
    page.goto(f"{server.url}/sign-up")
    sign_up(page, "cancels@example.com")
    launch(page, "Second Thoughts")
    with held_in_its_tests(server, page) as suite:
        page.get_by_role("button", name="Cancel").click()
        dialog = page.get_by_role("dialog", name="Cancel Second Thoughts?")
        expect(dialog.get_by_role("button", name="Keep running")).to_be_focused()
        dialog.get_by_role("button", name="Cancel execution").click()
        assert psutil.wait_procs([suite], timeout=GONE_S)[1] == []
    expect(state(page)).to_have_text("Cancelled")
    expect(page.locator(".step.succeeded")).to_have_count(3)
    expect(page.locator(".step.cancelled")).to_have_count(5)
    expect(page.locator(".log-foot")).to_contain_text("Complete")
    expect(page.get_by_role("button", name="Retry")).to_be_visible()
    assert suites(server) == []
    page.goto(f"{server.url}/deployments")
    expect(page.get_by_role("main")).to_contain_text("Nothing is deployed yet")
    assert complaints == []


def test_every_screen_of_a_launch_is_accessible(server: Product, page: Page) -> None:
    found = {}
    page.goto(f"{server.url}/sign-up")
    sign_up(page, "sees@example.com")
    launch(page, "Looked At")
    execution = page.url
    with held_in_its_tests(server, page):
        found |= look_at_tabs(page, "running")
        page.goto(f"{server.url}/executions")
        expect(page.locator(".badge.running")).to_be_visible()
        found["executions"] = findings(page)
    page.goto(execution)
    expect(state(page)).to_have_text("Succeeded", timeout=BUILT_MS)
    found |= look_at_tabs(page, "succeeded")
    verify(page)
    found["verified"] = findings(page)
    page.goto(f"{server.url}/deployments")
    expect(page.locator(".badge.succeeded")).to_have_text("Live")
    found["deployments"] = findings(page)
    page.get_by_role("link", name="Looked At").click()
    expect(state(page)).to_have_text("Live")
    found |= look_at_tabs(page, "deployment")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog", name="Delete Looked At?")).to_be_visible()
    found["delete dialog"] = findings(page)
    assert {name: rules for name, rules in found.items() if rules} == {}


def verify(page: Page) -> None:
    """Have everything held against what was signed, without a reload since the launch was on its way."""
    page.get_by_role("tab", name="Provenance").click()
    page.get_by_role("button", name="Verify").click()
    panel = page.get_by_role("tabpanel", name="Provenance")
    expect(panel.get_by_text("Verified: nothing was changed")).to_be_visible()
    expect(panel.locator(".finding.passed")).to_have_count(7)
    expect(panel.get_by_role("row", name=re.compile("Lock file"))).to_contain_text("ideasmith.lock.json")


def hear_complaints(page: Page) -> list[str]:
    """Return a list that fills with every console error, so with breaches of the policy too, in any tab."""
    heard: list[str] = []
    page.context.on(
        "console", lambda said: said.type == "error" and heard.append(f"{said.page.url}: {said.text}")
    )
    page.context.on("weberror", lambda problem: heard.append(str(problem.error)))
    return heard


def sign_up(page: Page, email: str) -> None:
    page.get_by_label("Name").fill("Ada Lovelace")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill("a long enough password")
    page.get_by_role("main").get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Templates")


def launch(page: Page, name: str) -> None:
    page.goto(page.url.partition("/templates")[0] + "/templates/landing")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Short name").fill(name.lower().replace(" ", "-"))
    page.get_by_role("button", name="Launch", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def fill_in_after_mistakes(page: Page) -> None:
    """Fill the form: wrong at first, to see each error under its field while what was typed stays."""
    name, slug = page.get_by_label("Name", exact=True), page.get_by_label("Short name")
    name.fill("Tidepool")
    slug.fill("Tide Pool!")
    slug.press("Tab")
    error = page.locator("#error-slug")
    expect(error).not_to_be_empty()
    page.get_by_role("button", name="Launch", exact=True).click()
    expect(slug).to_be_focused()
    expect(slug).to_have_value("Tide Pool!")
    expect(name).to_have_value("Tidepool")
    slug.fill("tidepool")
    expect(error).to_be_empty()
    page.get_by_label("Confirm addresses by mail").uncheck()
    expect(page.locator("#error-double_optin")).to_contain_text("Inviting friends needs confirmed addresses")
    page.get_by_label("Invite friends to move up").uncheck()
    expect(page.locator("#error-double_optin")).to_be_empty()
    page.get_by_label("Centre: words over a wide picture").check()


def watch_it_being_built(server: Product, page: Page) -> None:
    """Watch steps and lines arrive; load the page again in the middle, and see it go on from there."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Tidepool")
    with held_in_its_tests(server, page):
        see_the_tests_run(page)
        page.reload()
        see_the_tests_run(page)
    expect(state(page)).to_have_text("Succeeded", timeout=BUILT_MS)
    expect(page.locator(".step.succeeded")).to_have_count(STEPS)
    expect(page.locator(".log-fold.succeeded")).to_have_count(STEPS)
    expect(page.locator(".log-foot")).to_contain_text("Complete")
    page.locator(".log-fold", has_text="Run the tests").click()
    expect(page.locator(".log-line.end", has_text=re.compile(r"\d+ passed in"))).to_be_visible()


def see_the_tests_run(page: Page) -> None:
    expect(page.locator(".step.succeeded")).to_have_count(3)
    expect(page.locator(".step.running")).to_contain_text("Run the tests")
    expect(page.locator(".log-fold.succeeded")).to_have_count(3)
    expect(page.locator(".log-fold.running")).to_contain_text("Run the tests")
    expect(page.locator(".log-foot")).to_contain_text("Live")
    expect(page.locator(".log-foot")).to_contain_text(re.compile(r"[1-9]\d* lines"))


def join_the_waitlist(page: Page, address: str) -> None:
    """Follow the link to the application, in a tab of its own, and join its list as a visitor does."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open app").click()
    app = opened.value
    app.wait_for_url(address)
    expect(app).to_have_title(re.compile("^Tidepool"))
    expect(app.get_by_text("Be the first on the list")).to_be_visible()
    app.locator("#email").fill("grace@example.com")
    app.get_by_role("button", name="Get my place").click()
    expect(app.get_by_text("You are on the list.")).to_be_visible()
    app.close()
    count_who_waits(page, address)


def count_who_waits(page: Page, address: str) -> None:
    app = page.context.new_page()
    app.goto(address)
    expect(app.get_by_text("1 person is already waiting")).to_be_visible()
    app.close()


def see_it_live(page: Page) -> None:
    page.get_by_role("tab", name="App").click()
    page.get_by_role("link", name="Open deployment").click()
    expect(state(page)).to_have_text("Live")
    expect(page.get_by_text("Probed")).to_have_text(re.compile(r"^Probed (just now|\d+ s ago)$"))


def redeploy(page: Page) -> None:
    page.get_by_role("button", name="Redeploy").click()
    page.wait_for_url("**/executions/exec_*")
    # For a moment the page still shows the execution that it showed before.
    expect(page.locator(".step.running")).to_be_visible()
    expect(state(page)).to_have_text("Succeeded", timeout=BUILT_MS)
    see_it_live(page)
    page.get_by_role("tab", name="Releases").click()
    expect(page.get_by_role("row", name=re.compile("#2 Serving"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("#1"))).not_to_contain_text("Serving")


def stop_and_start(page: Page, address: str) -> None:
    page.get_by_role("button", name="Stop").click()
    dialog = page.get_by_role("dialog", name="Stop Tidepool?")
    dialog.get_by_role("button", name="Stop app").click()
    expect(state(page)).to_have_text("Stopped")
    assert visit(page, address) == (503, "Tidepool is stopped")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(state(page)).to_have_text("Live")
    count_who_waits(page, address)


def delete(page: Page) -> None:
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete Tidepool?")
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    dialog.get_by_role("button", name="Delete app").click()
    page.wait_for_url("**/deployments")
    expect(page.get_by_role("main")).to_contain_text("Nothing is deployed yet")


def visit(page: Page, address: str) -> tuple[int, str]:
    """Return status and heading as a stranger gets them, unheard: a browser reports refusals as errors."""
    assert page.context.browser is not None
    stranger = page.context.browser.new_page()
    answer = stranger.goto(address)
    assert answer is not None
    seen = answer.status, stranger.locator("h1").inner_text()
    stranger.close()
    return seen


def look_at_tabs(page: Page, screen: str) -> dict[str, list[str]]:
    """Return what axe finds behind each tab of a screen."""
    found = {}
    for tab in page.get_by_role("tab").all():
        tab.click()
        found[f"{screen}, {tab.inner_text()}"] = findings(page)
    return found


def state(page: Page) -> Locator:
    """Return the badge below a page's title."""
    return page.locator(".facts .badge")


@contextmanager
def held_in_its_tests(server: Product, page: Page) -> Iterator[psutil.Process]:
    """Hold the execution on the page while its own tests run, as a suite would that takes long; give that process."""
    expect(page.locator(".step.running")).to_contain_text("Run the tests", timeout=BUILT_MS)
    deadline = time.monotonic() + GONE_S
    while not (running := suites(server)):
        assert time.monotonic() < deadline, "the application's tests do not run"
    running[0].suspend()
    try:
        yield running[0]
    finally:
        with suppress(psutil.NoSuchProcess):
            running[0].resume()


def suites(server: Product) -> list[psutil.Process]:
    """Return the processes that run an application's own tests."""
    found = []
    for process in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            if process.cmdline()[1:3] == SUITE:
                found.append(process)
    return found
