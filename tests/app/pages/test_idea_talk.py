"""Comments and reviews on the page of an idea, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from services import comments, reviews
from tests.app.pages.conftest import EMAIL, Open, stored
from tests.app.pages.market import READER, Shelf, person, shelf_of
from tests.app.pages.test_ideas import Held
from tests.axe import findings
from tests.product import Product

WORDS = "Does it **read** a PDF?"


@pytest.fixture
def shelf(server: Product, account: object) -> Iterator[Shelf]:
    """Ideas of another author; they are gone after the test."""
    with shelf_of(server) as made:
        yield made


def test_a_comment_is_kept_while_typed_sent_once_and_answered(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Talked about")
    page = open_page(f"/ideas/{idea}")
    expect(page.get_by_text("Nobody has said anything yet")).to_be_visible()
    page.get_by_label("Add a comment").fill(WORDS)
    page.reload()
    field = page.get_by_label("Add a comment")
    expect(field).to_have_value(WORDS)
    held = Held(page)
    page.reload()
    expect(field).to_have_value(WORDS)
    held.holds = True
    field.press("Control+Enter")
    busy = page.get_by_role("button", name="Sending…")
    expect(busy).to_be_disabled()
    field.press("Control+Enter")
    held.release()
    expect(page.locator("#comments article")).to_have_count(1)
    expect(page.locator("#comments article strong").nth(1)).to_have_text("read")
    expect(field).to_have_value("")
    page.get_by_role("button", name="Answer").click()
    page.get_by_label("Your answer").fill("I found out: it does.")
    page.get_by_label("Your answer").press("Control+Enter")
    expect(page.locator(".answers article")).to_contain_text("I found out: it does.")
    expect(page.get_by_role("heading", name="Comments 2")).to_be_visible()
    page.reload()
    expect(page.locator("#comments article")).to_have_count(2)
    assert page.complaints == []


def test_words_that_cannot_be_sent_stay_and_say_why(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Too much to say")
    page = open_page(f"/ideas/{idea}")
    field = page.get_by_label("Add a comment")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="Your comment is missing.")).to_be_visible()
    expect(field).to_be_focused()
    field.fill("x" * 4_100)
    expect(page.get_by_text("4,100 of 4,000")).to_be_visible()
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.get_by_text("Your comment may have 4,000 characters; it has 4,100.")).to_be_visible()
    field.fill("a\u202eb")
    page.get_by_role("button", name="Comment", exact=True).click()  # this one the server refuses
    expect(page.get_by_text("Your comment holds characters that cannot be seen.")).to_be_visible()
    expect(field).to_have_value("a\u202eb")
    assert findings(page) == []


def test_a_comment_is_changed_deleted_and_had_back(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Changed minds")
    shelf.comment(idea, "Not mine")
    shelf.comment(idea, "Mine", by=EMAIL)
    page = open_page(f"/ideas/{idea}")
    mine, other = (page.locator("#comments article").filter(has_text=words) for words in ("Mine", "Not mine"))
    expect(other).to_be_visible()
    assert other.get_by_role("button", name="Edit").count() == 0
    mine = page.locator("#comments article").first
    mine.get_by_role("button", name="Edit").click()
    mine.get_by_label("Your comment").fill("Mine, but better")
    mine.get_by_role("button", name="Save").click()
    expect(mine).to_contain_text("Mine, but better")
    mine.get_by_role("button", name="Delete").click()
    expect(page.locator("#comments article")).to_have_count(1)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#comments article")).to_have_count(2)
    expect(mine).to_contain_text("Mine, but better")


def test_a_visitor_reads_and_is_asked_to_sign_in(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Read by all")
    shelf.comment(idea, "For everybody")
    page = open_page(f"/ideas/{idea}", signed_in=False)
    expect(page.locator("#comments article")).to_contain_text("For everybody")
    assert page.get_by_role("button", name="Answer").count() == 0
    page.get_by_role("link", name="Sign in to comment").click()
    page.wait_for_url(f"**/sign-in?next=/ideas/{idea}")


def test_a_link_leads_to_its_comment_however_old(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Much discussed")
    with stored(shelf.server) as session:
        reader = person(session, READER)
        top = comments.write_comment(session, reader, idea, "The first of all").id
        answers = [comments.write_comment(session, reader, idea, f"Answer {n}", top).id for n in range(7)]
    page = open_page(f"/ideas/{idea}?comment={answers[0]}#{answers[0]}")
    pinned = page.locator(".pinned")
    expect(pinned).to_contain_text("The first of all")
    expect(page.locator(f"[id='{answers[0]}']")).to_be_in_viewport()
    expect(page.locator("#comments article")).to_have_count(8)
    page.goto(f"{shelf.server.url}/ideas/{idea}")
    expect(page.locator("#comments article")).to_have_count(6)
    page.get_by_role("button", name="Show 2 earlier answers").click()
    expect(page.locator("#comments article")).to_have_count(8)


def test_a_buyer_reviews_changes_and_withdraws(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("To be judged")
    shelf.give(idea)
    shelf.review(idea, "one@example.com", "two@example.com")
    page = open_page(f"/ideas/{idea}")
    form = page.locator("#review")
    form.get_by_role("button", name="Send review").click()
    expect(form.get_by_text("Clarity is a number from 1 to 5.")).to_be_visible()
    expect(form.locator("input[name=clarity]").first).to_be_focused()
    for name in ("clarity", "novelty", "feasibility"):
        form.locator(f"input[name={name}][value='5']").check()
    form.get_by_label("Yes").check()
    form.get_by_label("In words").fill("Worth *every* cent.")
    form.get_by_role("button", name="Send review").click()
    own = page.locator("#reviews .card").filter(has_text="Your review")
    expect(own).to_contain_text("Worth every cent.")
    expect(page.get_by_text("3 reviews", exact=True)).to_be_visible()
    expect(page.locator("#reviews .card").first).to_contain_text("Clarity4.3")
    own.get_by_role("button", name="Edit").click()
    expect(form.get_by_label("In words")).to_have_value("Worth *every* cent.")
    form.get_by_role("button", name="Keep it as it was").click()
    own.get_by_role("button", name="Withdraw").click()
    expect(own).to_contain_text("You have withdrawn it")
    expect(page.get_by_text("2 reviews. Averages are shown from 3 on.")).to_be_visible()
    page.locator("#reviews .comments").get_by_role("button", name="Helpful").first.click()
    expect(page.locator("#reviews").get_by_role("button", name="Helpful · 1")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert page.complaints == []


def test_the_author_replies_to_a_review(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Mine, and judged", by=EMAIL)
    shelf.review(idea, "one@example.com")
    page = open_page(f"/ideas/{idea}")
    page.get_by_role("button", name="Reply").click()
    page.get_by_label("Your reply").fill("Thank you.")
    page.get_by_label("Your reply").press("Control+Enter")
    expect(page.locator("#reviews .answers")).to_contain_text("Thank you.")
    page.get_by_role("button", name="Edit reply").click()
    page.get_by_label("Your reply").fill("Thank you so much.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#reviews .answers")).to_contain_text("Thank you so much.")
    page.get_by_role("button", name="Delete reply").click()
    expect(page.locator("#reviews .answers")).to_have_count(0)


def test_who_wrote_what_was_hidden_sees_that(open_page: Open, shelf: Shelf) -> None:
    [idea] = shelf.publish("Moderated")
    shelf.give(idea)
    own = shelf.comment(idea, "Rude words", by=EMAIL)
    with stored(shelf.server) as session:
        me = person(session, EMAIL)
        given = reviews.write_review(session, me, idea, reviews.ReviewFields(1, 1, 1, False, "Rude review"))
        comments.hide(session, own)
        reviews.hide(session, given.id)
    page = open_page(f"/ideas/{idea}")
    expect(page.locator("#comments article")).to_contain_text("A moderator has hidden it: you alone read it.")
    expect(page.locator("#reviews article")).to_contain_text(
        "A moderator has hidden it: nobody else reads it"
    )
    visitor = open_page(f"/ideas/{idea}", signed_in=False)
    expect(visitor.get_by_text("Nobody has said anything yet")).to_be_visible()
    assert "Rude" not in visitor.content()


def test_what_is_said_is_accessible_in_every_look_and_read_without_scripts(
    open_page: Open, shelf: Shelf
) -> None:
    [idea] = shelf.publish("Said and looked at")
    shelf.give(idea)
    shelf.review(idea, *[f"{number}@example.com" for number in range(3)])
    top = shelf.comment(
        idea, WORDS + "\n\n> quoted\n\n- [a list](https://example.com)\n\n`" + "code" * 30 + "`"
    )
    shelf.comment(idea, "It does.", top, by="author@example.com")
    page = open_page(f"/ideas/{idea}?comment={top}")
    expect(page.locator("#review")).to_be_visible()
    page.get_by_role("button", name="Answer").first.click()
    assert findings(page) == []
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    plain = open_page(f"/ideas/{idea}", java_script_enabled=False)
    expect(plain.locator("#comments")).to_contain_text("It does.")
    expect(plain.locator("#reviews")).to_contain_text("3 reviews")
    assert page.complaints == []
