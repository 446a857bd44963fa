"""An idea becomes a template on the screens: its author chooses, others launch, and both pages lead to each other."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from sqlmodel import select

from models.idea_templates import TemplateBuild
from services import idea_templates
from tests.app.pages.conftest import EMAIL, Open, stored
from tests.app.pages.market import AUTHOR, Shelf, person, shelf_of
from tests.product import Product


@pytest.fixture
def shelf(server: Product, account: object) -> Iterator[Shelf]:
    """Ideas that are gone after the test."""
    with shelf_of(server) as made:
        yield made


def test_an_author_turns_an_idea_into_a_template_and_withdraws_it(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Turned into a page", by=EMAIL)
    page = open_page(f"/ideas/{idea}")
    page.get_by_text("Turn into a template").click()
    page.get_by_role("link", name="Landing page and waitlist").click()
    expect(page.get_by_text("What you choose here becomes public.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Turned into a page")
    page.get_by_label("Title", exact=True).fill("Menu kit")
    page.get_by_role("button", name="Publish as a template").click()
    page.wait_for_url(re.compile(idea))
    expect(page.get_by_role("link", name="Launch it")).to_be_visible()
    expect(page.get_by_text("Menu kit")).to_be_visible()
    page.get_by_role("button", name="Withdraw").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("link", name="Launch it")).to_have_count(0)


def test_what_was_made_of_an_idea_is_found_and_launched_from_it(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Found as a template")
    with stored(shelf.server) as session:
        made = idea_templates.turn_into_template(
            session, person(session, AUTHOR), idea, "landing", {"app_name": "Found kit"}, title="Found kit"
        )
    page = open_page("/templates")
    page.get_by_role("link", name="Found kit").click()
    expect(page.get_by_text("From the idea")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Found kit")
    page.get_by_role("button", name="Launch").click()
    page.wait_for_url("**/executions/exec_*")
    with stored(shelf.server) as session:
        [build] = session.scalars(select(TemplateBuild).where(TemplateBuild.idea_template_id == made.id))
        assert (build.own, build.execution_id) == (False, page.url.rpartition("/")[2])
    page.goto(f"{shelf.server.url}/ideas/{idea}")
    expect(page.get_by_role("link", name="Launch it")).to_be_visible()


def test_a_link_to_one_that_is_gone_says_so_and_launches_all_the_same(open_page: Open) -> None:
    page = open_page("/templates/landing?from=itpl_00000000000000000000000000")
    expect(page.get_by_text("That template of an idea is not there any more.")).to_be_visible()
    expect(page.get_by_role("button", name="Launch")).to_be_enabled()
