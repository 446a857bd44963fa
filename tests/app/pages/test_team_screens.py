"""Teams, profile and one's data in a real browser, with the whole product behind."""

import io
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.axe import findings

PASSWORD = "a long enough password"


def sign_up(page: Any, url: str, name: str, email: str, after: str = "/settings/team") -> None:
    """Make an account by the form, as a person would."""
    page.goto(f"{url}/sign-up?next={after}")
    page.fill("[name=name]", name)
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{after}")
    page.wait_for_selector(".skeleton", state="detached")


@pytest.fixture
def grace(server: Any, page: Any) -> Iterator[Any]:
    """Somebody in the settings of her personal team, who is not the operator."""
    page.complaints = []
    page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
    number = page.evaluate("Math.random().toString(36).slice(2)")
    page.email = f"grace-{number}@example.com"
    sign_up(page, server.url, "Grace Hopper", page.email)
    yield page


def test_a_team_is_made_worked_in_and_filled(server: Any, grace: Any) -> None:
    grace.fill("#new-team", "Tea Corner")
    grace.click("button:has-text('Create')")
    expect(grace.locator("main h2").first).to_have_text("Tea Corner")
    expect(grace.locator(".rail .team-switch summary").first).to_contain_text("Tea Corner")
    assert findings(grace) == []
    grace.fill("#invite-email", "nobody")
    grace.click("button:has-text('Invite')")
    expect(grace.locator("#error-invite")).to_contain_text("Enter an e-mail address")
    assert findings(grace) == []
    grace.fill("#invite-email", "alan@example.com")
    grace.select_option("#invite-role", "viewer")
    grace.click("button:has-text('Invite')")
    row = grace.locator("tr", has_text="alan@example.com")
    expect(row).to_contain_text("viewer")
    assert findings(grace) == []
    row.get_by_role("button", name="Take back").click()
    expect(grace.locator("[aria-label=Invitations]")).to_contain_text("Nobody is invited")
    grace.click("text=Who may do what")
    assert findings(grace) == []
    grace.set_viewport_size({"width": 1280, "height": 800})
    grace.locator(".rail .team-switch summary").first.click()
    grace.locator(".rail .team-switch button", has_text="Grace Hopper's team").first.click()
    expect(grace.locator("main h2").first).to_have_text("Grace Hopper's team")
    expect(grace.locator("main")).to_contain_text("This is your personal team")
    assert grace.complaints == []


def test_an_invited_person_joins_and_is_given_another_role(server: Any, grace: Any, browser: Any) -> None:
    grace.fill("#new-team", "Tea Corner")
    grace.click("button:has-text('Create')")
    expect(grace.locator("main h2").first).to_have_text("Tea Corner")
    email = f"bob-{grace.email}"
    grace.fill("#invite-email", email)
    grace.click("button:has-text('Invite')")
    expect(grace.locator("tr", has_text=email)).to_be_visible()
    link = invitation_link(server, email)
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    bob = context.new_page()
    bob.goto(link)
    expect(bob.locator("main")).to_contain_text("invites you to join Tea Corner as a member")
    assert findings(bob) == []
    bob.click("text=Make an account to join")
    bob.fill("[name=name]", "Bob")
    bob.fill("[name=email]", email)
    bob.fill("[name=password]", PASSWORD)
    bob.click("main button[type=submit]")
    bob.click("button:has-text('Join Tea Corner')")
    bob.wait_for_url("**/settings/team")
    expect(bob.locator("main h2").first).to_have_text("Tea Corner")
    assert bob.locator("[aria-label=Invitations]").count() == 0
    grace.reload()
    grace.get_by_label("Role of Bob").select_option("admin")
    expect(grace.locator(".toast", has_text="role is changed")).to_be_visible()
    bob.reload()
    expect(bob.locator("[aria-label=Invitations]")).to_be_visible()
    context.close()


def invitation_link(server: Any, email: str) -> str:
    """What the operator finds in the outbox for an address."""
    key = (server.data / "local-key").read_text().strip()
    with httpx.Client(
        base_url=f"{server.url}/api/v1", headers={"Authorization": f"Bearer {key}"}
    ) as operator:
        found = operator.get("/outbox", params={"query": email}).json()["items"]
        text = operator.get(f"/outbox/{found[0]['id']}").json()["text"]
    link = re.search(r"http\S+/invitation\?token=[\w-]+", text)
    assert link is not None, text
    return link[0]


def test_a_profile_a_picture_and_a_theme_are_kept(server: Any, grace: Any) -> None:
    grace.goto(f"{server.url}/settings/profile")
    grace.wait_for_selector("#name")
    grace.fill("#name", "")
    grace.click("button:has-text('Save')")
    expect(grace.locator("#error-name")).to_contain_text("1 to 80")
    grace.fill("#name", "Rear Admiral")
    grace.select_option("#time_zone", "America/New_York")
    grace.click("button:has-text('Save')")
    expect(grace.locator(".rail-account").first).to_contain_text("Rear Admiral")
    written = io.BytesIO()
    Image.new("RGB", (60, 60), "teal").save(written, "PNG")
    grace.set_input_files(
        "#picture", {"name": "me.png", "mimeType": "image/png", "buffer": written.getvalue()}
    )
    grace.click("button:has-text('Upload')")
    expect(grace.locator("[role=status]", has_text="new picture")).to_be_visible()
    expect(grace.locator("img.avatar.large")).to_have_attribute("src", re.compile(r"\.webp$"))
    grace.wait_for_function("() => document.querySelector('img.avatar.large')?.naturalWidth === 256")
    grace.check("input[name=theme][value=dark]")
    expect(grace.locator("html")).to_have_class(re.compile("dark"))
    # Nothing is painted light before: the class stands when the document has been read.
    grace.goto(f"{server.url}/settings/profile", wait_until="commit")
    grace.wait_for_function("() => document.body !== null")
    assert "dark" in grace.evaluate("document.documentElement.className")
    assert grace.complaints == []


def test_everything_is_exported_and_then_the_account_deleted(server: Any, grace: Any) -> None:
    grace.goto(f"{server.url}/settings/data")
    grace.click("button:has-text('Make an export')")
    link = grace.locator("a", has_text="Download the archive")
    expect(link).to_be_visible()
    with grace.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes()[:2] == b"PK"
    assert findings(grace) == []
    grace.fill("#email", "something else")
    grace.click("button:has-text('Delete my account')")
    expect(grace.locator("main [role=alert]", has_text="Type the address")).to_be_visible()
    grace.fill("#email", grace.email)
    grace.click("button:has-text('Delete my account')")
    grace.wait_for_url("**/sign-in")
    expect(grace.locator("main")).to_contain_text("Your account is deleted")
