"""Settings, mails and the outbox in a real browser, with a product of its own that sends to a real mail server."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from models.settings import Settings
from tests.app.pages.conftest import PASSWORD, Open, opening, sign_up
from tests.axe import findings
from tests.parts import eventually
from tests.product import Product, running_product
from tests.stand_ins.mail_server import MailServer, mail_server
from workers.embedded.servers import running

EMAIL, NEW = "ada@example.com", "another good password"


@pytest.fixture(scope="module")
def mails() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def product(mails: MailServer, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product that sends its mails there."""
    more = {
        "IDEASMITH_SMTP_HOST": "127.0.0.1",
        "IDEASMITH_SMTP_PORT": str(mails.port),
        "IDEASMITH_SMTP_SECURITY": "none",
        "IDEASMITH_MAIL_FROM": "Ideasmith <mail@ideasmith.example>",
    }
    with running_product(tmp_path_factory.mktemp("mailing") / "data", more=more) as started:
        yield started


@pytest.fixture(scope="module")
def operator(product: Product, browser: Any) -> list[dict[str, Any]]:
    """The cookies of the first account, made by the form: it is in at once, although mails are sent."""
    return sign_up(product, browser, EMAIL, "Ada Lovelace")


@pytest.fixture
def open_page(product: Product, browser: Any, operator: list[dict[str, Any]]) -> Iterator[Open]:
    """Open a screen as the operator: `open_page("/outbox", width=390)`; console errors are in `page.complaints`."""
    with opening(product, browser, operator) as open_one:
        yield open_one


def link_in(mails: MailServer, subject: str, to: str = EMAIL) -> str:
    """Wait for a mail and return the path that its link leads to."""

    def found() -> list[Any]:
        return [mail for mail in mails.mails if mail["Subject"] == subject and to in mail["To"]]

    eventually(found)
    text = found()[-1].get_body(("plain",)).get_content()
    match = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert match is not None, text
    return match[1]


BANNER = ".notice.asks"


def test_what_asks_to_confirm_the_address_is_put_away_until_the_next_visit(open_page: Open) -> None:
    page = open_page("/settings")
    expect(page.locator(BANNER)).to_contain_text("Open the link in the mail")
    assert findings(page) == []
    page.click(f"{BANNER} >> text=Not now")
    expect(page.locator(BANNER)).to_have_count(0)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.click(".rail-links >> nth=0 >> text=Executions")
    page.wait_for_url("**/executions")
    expect(page.locator(BANNER)).to_have_count(0)
    expect(open_page("/executions").locator(BANNER)).to_have_count(1)


def test_the_link_of_the_welcome_mail_confirms_the_address(open_page: Open, mails: MailServer) -> None:
    page = open_page(link_in(mails, "Confirm your e-mail address"), signed_in=False)
    assert findings(page) == []
    page.click("main button[type=submit]")
    expect(page.locator("#form-message")).to_have_text(f"{EMAIL} is confirmed.")
    assert findings(page) == []
    settings = open_page("/settings")
    expect(settings.locator("main")).to_contain_text("Confirmed")
    expect(settings.locator(BANNER)).to_have_count(0)


@pytest.mark.parametrize("path", ["/outbox", "/outbox?state=sent&q=confirm", "/outbox?q=nothing-like-it"])
def test_the_outbox_is_accessible_in_every_look(open_page: Open, path: str) -> None:
    page = open_page(path)
    assert findings(page) == [] and page.complaints == []


def test_a_message_is_read_as_its_reader_sees_it_and_opens_nothing(
    open_page: Open, mails: MailServer
) -> None:
    link_in(mails, "Confirm your e-mail address")
    page = open_page("/outbox")
    page.click("main tbody a >> text=Confirm your e-mail address")
    page.wait_for_url("**/outbox/msg_*")
    letter = page.frame_locator(".letter")
    expect(letter.locator("h1")).to_have_text("Confirm your e-mail address")
    expect(letter.locator("main")).to_contain_text("[removed-after-sending]")
    expect(page.locator("main .badge")).to_have_text("Sent")
    page.click("main button:has-text('Send again')")
    expect(page.locator(".toast")).to_contain_text("The link in this mail was removed")
    page.hover(".toast")
    assert findings(page) == [] and page.complaints == []


def test_the_outbox_fits_into_320(open_page: Open) -> None:
    page = open_page("/outbox", width=320)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.click("main tbody a >> nth=0")
    page.wait_for_url("**/outbox/msg_*")
    page.wait_for_selector(".letter")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def finish_sign_up(page: Any, mails: MailServer, email: str) -> None:
    """Follow the link that finishes signing up, and enter the chosen password."""
    page.goto(page.url.replace("/finish-sign-up", link_in(mails, "Finish signing up", email)))
    send(page, {"[name=password]": PASSWORD}, "**/templates")


def test_the_outbox_is_found_by_the_operator_alone(
    open_page: Open, product: Product, mails: MailServer
) -> None:
    expect(open_page("/settings").locator(".side")).to_contain_text("Outbox")
    page = open_page("/sign-up", signed_in=False)
    page.fill("[name=email]", "bob@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/finish-sign-up")
    finish_sign_up(page, mails, "bob@example.com")
    page.goto(f"{product.url}/outbox")
    expect(page.locator("main")).to_contain_text("Only the operator of this installation may do this.")
    page.goto(f"{product.url}/settings")
    expect(page.locator(".rail-account >> nth=0")).to_contain_text("bob")
    expect(page.locator(".side")).not_to_contain_text("Outbox")


def test_a_key_is_made_with_an_end_which_the_list_shows(open_page: Open) -> None:
    page = open_page("/settings/keys")
    page.click("text=Make a key")
    page.fill("#new-key-name", "Nightly")
    page.select_option("#new-key-days", "30")
    assert findings(page) == []
    page.click("#new-key button:has-text('Make key')")
    page.wait_for_selector("#new-key code:has-text('ism_')")
    page.click("#new-key button:has-text('Done')")
    expect(page.locator("main tbody tr", has_text="Nightly")).to_contain_text("in 29 days")


def test_another_device_is_told_of_seen_and_signed_out(open_page: Open, mails: MailServer) -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = open_page("/sign-in", signed_in=False, user_agent=agent)
    other.fill("[name=email]", EMAIL)
    other.fill("[name=password]", PASSWORD)
    other.click("main button[type=submit]")
    other.wait_for_url("**/templates")
    assert link_in(mails, "A new device signed in") == "/settings/security"
    page = open_page("/settings/security")
    assert findings(page) == []
    page.click("[aria-label='Sign out Firefox on Windows']")
    page.wait_for_selector("dialog[open]")
    assert findings(page) == []
    page.click("dialog[open] button:has-text('Sign out Firefox on Windows')")
    expect(page.locator("main tbody tr")).to_have_count(1)
    other.reload()
    expect(other.locator(".rail-foot >> nth=0")).to_contain_text("Sign in")


def test_a_wrong_password_is_told_beside_its_field(open_page: Open) -> None:
    page = open_page("/settings/security")
    page.fill("[name=password]", "a guess")
    page.fill("[name=new_password]", NEW)
    page.click("button:has-text('Change password')")
    expect(page.locator("#error-password")).to_have_text("This is not your password. Try again.")
    assert page.get_attribute("[name=password]", "aria-invalid") == "true"
    page.wait_for_selector("main tbody tr")
    assert findings(page) == []


def forget_that_the_password_was_entered(product: Product) -> None:
    """Let the password have been entered an hour ago in every browser."""
    config = Settings(data=product.data, database_url="", redis_url="", run_dir=Path())
    with running(config) as environment, create_engine(environment["DATABASE_URL"]).begin() as connection:
        connection.execute(text("UPDATE sessions SET confirmed_at = now() - interval '1 hour'"))


def test_a_key_asks_for_the_password_again_after_a_while(open_page: Open, product: Product) -> None:
    page = open_page("/settings/keys")
    page.click("text=Make a key")
    forget_that_the_password_was_entered(product)
    page.fill("#new-key-name", "Late")
    page.click("#new-key button:has-text('Make key')")
    expect(page.locator("#new-key-error")).to_have_text("Enter your password again to do this.")
    assert findings(page) == []
    page.click("#new-key a:has-text('Enter your password')")
    page.wait_for_url("**/confirm?next=/settings/keys")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/settings/keys")
    expect(page.locator("main button:has-text('Make a key')")).to_be_visible()
    forget_that_the_password_was_entered(product)
    page.reload()
    page.click("main a:has-text('Make a key')")
    page.wait_for_url("**/confirm?next=/settings/keys")


def test_a_lost_password_is_replaced_by_mail_without_any_script(open_page: Open, mails: MailServer) -> None:
    lost = {"[name=email]": "lost@example.com", "[name=password]": PASSWORD}
    page = open_page("/sign-up", signed_in=False, java_script_enabled=False)
    send(page, lost, "**/finish-sign-up")
    finish_sign_up(page, mails, "lost@example.com")
    page = open_page("/forgot-password", signed_in=False, java_script_enabled=False)
    send(page, {"[name=email]": "lost@example.com"}, "**/forgot-password")
    expect(page.locator("#form-message")).to_contain_text("a mail is on its way")
    link = link_in(mails, "Set a new password", "lost@example.com")
    page = open_page(link, signed_in=False, java_script_enabled=False)
    send(page, {"[name=new_password]": NEW}, "**/sign-in")
    send(page, {**lost, "[name=password]": NEW}, "**/templates")
    link_in(mails, "Your password was changed", "lost@example.com")


def send(page: Any, typed: dict[str, str], leads_to: str) -> None:
    """Fill a form in, send it, and wait for where it leads."""
    for field, value in typed.items():
        page.fill(field, value)
    page.click("main button[type=submit]")
    page.wait_for_url(leads_to)


def test_somebody_else_finishes_signing_up_by_mail(open_page: Open, mails: MailServer) -> None:
    page = open_page("/sign-up?next=/executions", signed_in=False)
    page.fill("[name=email]", "grace@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/finish-sign-up")
    expect(page.locator("#form-message")).to_contain_text("A mail is on its way")
    expect(page.locator("main form")).to_be_hidden()
    assert findings(page) == []
    page.goto(page.url.replace("/finish-sign-up", link_in(mails, "Finish signing up", "grace@example.com")))
    page.fill("[name=password]", "not this password")
    page.click("main button[type=submit]")
    expect(page.locator("#error-password")).to_contain_text("not the password that was chosen")
    assert findings(page) == []
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/executions")
    expect(page.locator("main h1")).to_be_visible()


def test_an_operator_is_added_and_removed_on_the_operators_page(open_page: Open, mails: MailServer) -> None:
    page = open_page("/confirm?next=/operations")
    send(page, {"[name=password]": PASSWORD}, "**/operations")
    section = page.locator("section[aria-label=Operators]")
    expect(section).to_contain_text("The only one")
    section.locator("[name=email]").fill("nobody@example.com")
    section.locator("button[type=submit]").click()
    expect(section.locator("#error-operator")).to_contain_text("signs up first")
    assert findings(page) == []
    section.locator("[name=email]").fill("grace@example.com")
    section.locator("button[type=submit]").click()
    expect(section.locator("tbody tr")).to_have_count(2)
    link_in(mails, "You run this installation now", "grace@example.com")
    section.locator("tr", has_text="grace@example.com").locator("button", has_text="Remove").first.click()
    page.locator("dialog[open] button.danger").click()
    expect(section.locator("tbody tr")).to_have_count(1)
    link_in(mails, "You do not run this installation any more", "grace@example.com")
