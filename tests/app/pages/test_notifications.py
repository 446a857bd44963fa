"""Notifications, follows, saved searches and "Why here?" in a real browser and without scripts."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete
from sqlmodel import Session, col

from models.follows import Follow
from models.ids import new_id
from models.notifications import Notification, NotificationKind, NotificationSetting
from models.saved_searches import SavedSearch
from services.notifications import list_settings, notify
from services.notifications.declining import unsubscribe_url
from tests.app.pages.conftest import EMAIL, PASSWORD, Open, stored
from tests.app.pages.market import AUTHOR, READER, Shelf, person, shelf_of
from tests.axe import findings
from tests.market import fields
from tests.product import Product


@pytest.fixture
def shelf(server: Product, account: object) -> Iterator[Shelf]:
    """Ideas of another author; they are gone after the test, with what the account was told."""
    with shelf_of(server) as made:
        yield made
    with stored(server) as session:
        mine = person(session, EMAIL).user_id
        for table in (Notification, NotificationSetting, SavedSearch, Follow):
            session.execute(delete(table).where(col(table.user_id) == mine))


def told(session: Session, idea: str, kind: str = "answer", by: str = READER) -> None:
    """Tell the account of the screens that something happened to an idea."""
    data = {"by": person(session, by).user_id, "cause": new_id("comm")}
    notify(session, person(session, EMAIL).user_id, kind, idea, data)


def bell(page: Page) -> Any:
    """Return the bell in the rail."""
    return page.locator(".shell > .rail").get_by_role("link", name=re.compile("^Notifications"))


def signed_in(server: Product, email: str) -> httpx.Client:
    """Sign somebody in who has no browser."""
    client = httpx.Client(base_url=server.url, headers={"origin": server.url}, timeout=30)
    answer = client.post("/auth/sign-in", data={"email": email, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client


def test_an_author_who_is_followed_publishes_and_the_bell_says_so_without_a_reload(
    open_page: Open, shelf: Shelf
) -> None:
    shelf.publish("The first one")
    page = open_page(f"/authors/{shelf.author_id()}")
    follow = page.get_by_role("button", name="Follow Alan Author")
    expect(follow).to_have_attribute("aria-pressed", "false")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".author-head")).to_contain_text("1 follower")
    other = open_page("/templates")
    expect(bell(other)).to_have_accessible_name("Notifications, all read")
    answer = signed_in(shelf.server, AUTHOR).post("/api/v1/ideas", json=fields("Heard of at once"))
    assert answer.status_code == 201, answer.text
    shelf.made.append(answer.json()["id"])
    expect(bell(other)).to_have_accessible_name("Notifications, 1 not read")
    expect(bell(page)).to_have_accessible_name("Notifications, 1 not read")
    bell(other).click()
    other.get_by_role("link", name="Alan Author published “Heard of at once”").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Heard of at once")
    expect(bell(page)).to_have_accessible_name("Notifications, all read")


def test_all_are_read_at_once_and_it_is_undone(open_page: Open, shelf: Shelf) -> None:
    first, second = shelf.publish("Answered once", "Answered twice")
    with stored(shelf.server) as session:
        for idea in (first, second, second):
            told(session, idea)
    page = open_page("/notifications")
    lines = page.locator(".notification")
    expect(lines).to_have_count(2)
    expect(lines.filter(has_text="2 answers to you on “Answered twice”")).to_be_visible()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".notification.unread")).to_have_count(0)
    expect(bell(page)).to_have_accessible_name("Notifications, all read")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".notification.unread")).to_have_count(2)
    expect(bell(page)).to_have_accessible_name("Notifications, 2 not read")
    page.get_by_role(
        "button", name="Mark as read: Alan Author answered your comment on “Answered once”"
    ).click()
    expect(page.locator(".notification.unread")).to_have_count(1)
    page.get_by_role("link", name="Unread", exact=True).click()
    expect(lines).to_have_count(1)


def test_a_search_is_kept_from_the_feed_and_looked_after_in_the_settings(
    open_page: Open, shelf: Shelf
) -> None:
    shelf.publish("Searched for")
    page = open_page("/ideas?q=searched&category=food")
    page.get_by_text("Save this search").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#error-search-name")).to_contain_text("Give the search a name")
    page.locator("#search-name").fill("Of food")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("The search is saved.")
    page.goto(f"{shelf.server.url}/settings/notifications")
    listed = page.get_by_role("region", name="Saved searches")
    expect(listed.get_by_role("checkbox")).to_be_checked()
    listed.get_by_role("checkbox").click()
    expect(listed.get_by_role("checkbox")).not_to_be_checked()
    listed.get_by_role("button", name="Rename Of food").click()
    listed.get_by_label("Name", exact=True).fill("Of kitchens")
    listed.get_by_role("button", name="Save").click()
    listed.get_by_role("button", name="Delete Of kitchens").click()
    expect(listed.get_by_role("heading", name="No saved searches")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    listed.get_by_role("link", name="Of kitchens").click()
    expect(page.get_by_role("link", name="Searched for", exact=True)).to_be_visible()


def test_why_an_idea_is_there_opens_below_it_and_is_a_page_without_scripts(
    open_page: Open, shelf: Shelf
) -> None:
    [idea] = shelf.publish("Explained")
    page = open_page("/ideas?tab=new")
    why = page.get_by_role("button", name="Why is Explained here?")
    why.click()
    expect(page.locator(".why-panel")).to_contain_text("Visitors who looked at it for five seconds")
    assert findings(page) == []
    why.click()
    expect(page.locator(".why-panel")).to_have_count(0)
    plain = open_page("/ideas?tab=new", java_script_enabled=False)
    plain.locator(".idea", has_text="Explained").get_by_text("Why here?").click()
    expect(plain).to_have_url(re.compile(rf"/ideas/{idea}/why\?slot="))
    expect(plain.get_by_role("heading", level=1)).to_have_text("Why is Explained here?")
    expect(plain.locator(".factors")).to_contain_text("Still to be seen")


def test_an_author_is_followed_without_scripts(open_page: Open, shelf: Shelf) -> None:
    shelf.publish("Without scripts")
    page = open_page(f"/authors/{shelf.author_id()}", java_script_enabled=False)
    page.get_by_role("button", name="Follow").click()
    expect(page.get_by_role("button", name="Following")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".author-head")).to_contain_text("1 follower")
    page.get_by_role("button", name="Following").click()
    expect(page.get_by_role("button", name="Follow", exact=True)).to_be_visible()
    stranger = open_page(f"/authors/{shelf.author_id()}", java_script_enabled=False, signed_in=False)
    stranger.get_by_role("link", name="Follow", exact=True).click()
    expect(stranger).to_have_url(re.compile(r"/sign-in\?next=/authors/"))


def test_mails_are_ended_by_their_link_without_signing_in(open_page: Open, shelf: Shelf) -> None:
    with stored(shelf.server) as session:
        url = unsubscribe_url(session, person(session, EMAIL).user_id, [NotificationKind.COMMENT])
    path = url.partition("/unsubscribe")[2]
    page = open_page(f"/unsubscribe{path}", signed_in=False)
    expect(page.get_by_text("Comments on your ideas")).to_be_visible()
    assert ways(shelf)["comment"] == "mail"
    page.get_by_role("button", name="Stop these mails").click()
    expect(page.get_by_role("status").filter(has_text="You get no more of these mails.")).to_be_visible()
    assert ways(shelf)["comment"] == "page"
    assert findings(page) == []
    broken = open_page("/unsubscribe?token=user.0.x", signed_in=False)
    expect(broken.get_by_role("alert").filter(has_text="This link is not whole")).to_be_visible()


def test_one_click_of_a_mail_program_ends_them_too(shelf: Shelf) -> None:
    with stored(shelf.server) as session:
        url = unsubscribe_url(session, person(session, EMAIL).user_id, [NotificationKind.ANSWER])
    at = f"{shelf.server.url}/unsubscribe{url.partition('/unsubscribe')[2]}"
    body = {"List-Unsubscribe": "One-Click"}
    assert httpx.get(at).status_code == 200 and ways(shelf)["answer"] == "mail"
    assert httpx.post(at, data=body).status_code == 200
    assert ways(shelf)["answer"] == "page"
    refused = httpx.post(f"{shelf.server.url}/unsubscribe?token=none", data=body)
    assert refused.status_code == 422 and refused.json()["code"] == "bad_unsubscribe_link"


def ways(shelf: Shelf) -> dict[str, str]:
    """Return how the account of the screens is told of each kind."""
    with stored(shelf.server) as session:
        return {one.kind: one.ways for one in list_settings(session, person(session, EMAIL))}


def test_every_screen_of_notifications_is_accessible_in_every_look(open_page: Open, shelf: Shelf) -> None:
    empty = open_page("/notifications")
    expect(empty.get_by_role("heading", name="Nothing has happened yet")).to_be_visible()
    assert findings(empty) == []
    [idea] = shelf.publish("Looked at in every look, with a title that is rather long")
    with stored(shelf.server) as session:
        told(session, idea)
    page = open_page(f"/authors/{shelf.author_id()}")
    page.get_by_role("button", name="Follow Alan Author").click()
    for path in (
        "/notifications",
        "/notifications?show=unread",
        "/settings/notifications",
        f"/ideas/{idea}/why",
    ):
        page = open_page(path)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert findings(page) == [], path
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        assert page.complaints == []
    page = open_page("/ideas?q=looked", width=390)
    page.get_by_text("Save this search").click()
    assert findings(page) == []
