"""The page of a template before anything is launched: pictures, proof, files, options, colour."""

from typing import Any

from playwright.sync_api import Page, expect

from app.components.screenshot import screen_of
from app.pages.template_contents import option_rows
from app.pages.template_proof_rows import chosen, options_in_words, row_of, unlooked, varying
from services.catalog import load_folder, templates_folder
from services.catalog.shipped_pictures import shipped
from services.proving.results import RowView

CHECK = {"outcome": "passed", "summary": "All well.", "partly": "", "findings": [], "seconds": 0.1}


def test_a_cell_says_in_words_what_was_looked_at() -> None:
    checks = {
        "C3": CHECK,
        "C4": {**CHECK, "partly": "the console"},
        "C5": {**CHECK, "outcome": "failed", "summary": "A script from elsewhere."},
    }
    row = row_of("landing", RowView(4, "Row 4", {"theme": "dark"}, False, False, 4.2, checks), set())
    cells = {cell.check: (cell.outcome, cell.words) for cell in row.cells}
    assert cells["C3"] == ("passed", "C3 Starts, passed: All well.")
    assert cells["C4"] == ("partly", "C4 Links, passed, in part: All well.")
    assert cells["C5"] == ("failed", "C5 On its own, failed: A script from elsewhere.")
    assert cells["C16"] == ("not_checked", "C16 Export, not checked")
    assert (row.address, row.seconds) == ("/templates/landing/proof/4", "4.2 s")


def test_a_row_is_told_by_the_short_options_in_which_rows_differ() -> None:
    config = {"theme": "dark", "referral": True, "visits": False, "text": "x" * 40, "parts": ["faq", "offer"]}
    assert options_in_words({**config, "slug": "same"}, set(config)) == "dark · referral · faq, offer"
    rows = [
        RowView(n, "", {"theme": theme, "slug": "same"}, False, True, 1.0, {}) for n, theme in enumerate("ab")
    ]
    assert varying(rows) == {"theme"}


def test_a_large_proof_shows_what_failed_and_the_presets_first() -> None:
    rows = [
        RowView(n, "Preset Night" if n == 2 else f"Row {n}", {}, False, n != 60, 1.0, {})
        for n in range(1, 88)
    ]
    few = chosen(rows, "few")
    assert [row.number for row in few[:4]] == [60, 2, 1, 3] and len(few) == 12
    assert [row.number for row in chosen(rows, "failures")] == [60]
    assert chosen(rows, "all") == rows


def test_a_check_that_looked_at_nothing_in_any_row_is_told_apart() -> None:
    blind = {**CHECK, "outcome": "not_checked", "summary": "Not checked: there is no form."}
    rows = [RowView(n, "", {}, False, True, 1.0, {"C3": CHECK, "C6": blind}) for n in range(2)]
    assert unlooked(rows) == ["Forms. Not checked: there is no form."]
    assert unlooked([*rows, RowView(3, "", {}, False, True, 1.0, {"C6": CHECK})]) == []


def test_every_option_is_explained_with_what_it_takes() -> None:
    rows = {row.name: row for row in option_rows(load_folder(templates_folder.get() / "landing").schema)}
    assert (rows["places_per_friend"].takes, rows["places_per_friend"].default) == ("1 to 100", "5")
    assert rows["referral"].takes == "yes, no"
    assert rows["locale"].takes == "English, Deutsch, Français, Español"
    assert rows["sender_email"].takes == "an e-mail address, at most 120 characters"
    assert all(row.means for row in rows.values())


def test_a_template_without_pictures_has_none() -> None:
    assert screen_of(shipped("no-such-template"), "").width == 0


def test_the_gallery_shows_each_template_in_the_readers_theme(server: Any, page: Page) -> None:
    page.goto(f"{server.url}/templates")
    card = page.locator(".gallery article", has_text="Landing page and waitlist")
    expect(card.get_by_text("Not proven")).to_be_visible()
    for scheme, other in (("dark", "light"), ("light", "dark")):
        page.emulate_media(color_scheme=scheme)
        expect(card.locator(f"img.only-{scheme}")).to_be_visible()
        expect(card.locator(f"img.only-{other}")).to_be_hidden()
    page.wait_for_function("() => document.querySelector('.gallery img.only-light').naturalWidth > 0")


def test_the_files_follow_the_options(server: Any, page: Page) -> None:
    page.goto(f"{server.url}/templates/landing")
    page.get_by_role("tab", name="What you get").click()
    page.get_by_role("button", name="List the files").click()
    tree = page.get_by_role("list", name="Files")
    expect(tree.get_by_text("referrals.py", exact=True)).to_be_visible()
    page.locator("#field-referral").uncheck()
    page.get_by_role("button", name="List for the changed options").click()
    expect(tree.get_by_text("referrals.py", exact=True)).to_have_count(0)
    expect(tree.get_by_text("serve.py", exact=True)).to_be_visible()


def test_a_colour_is_shown_with_its_contrast_while_it_is_chosen(server: Any, page: Page) -> None:
    page.goto(f"{server.url}/templates/landing")
    page.locator("#field-brand_color").fill("#767676")
    group = page.get_by_role("group", name="Your colour")
    # Grey 767676 on white is the textbook case: 4.54:1.
    expect(group.get_by_text("4.5:1").first).to_be_visible()
    page.locator("#field-brand_color").fill("#ffee00")
    expect(group.get_by_text("Button, black text").first).to_be_visible()
    expect(group.get_by_text("1.2:1")).to_be_visible()


def test_a_visitor_is_told_how_a_proof_is_made(server: Any, page: Page) -> None:
    page.goto(f"{server.url}/templates/landing")
    page.get_by_role("tab", name="Proof").click()
    panel = page.get_by_role("tabpanel", name="Proof")
    expect(panel.get_by_text("Not proven here yet")).to_be_visible()
    expect(panel.get_by_text("ideasmith templates prove landing")).to_be_visible()
    expect(panel.get_by_role("button", name="Start the proof")).to_have_count(0)


def test_a_row_that_does_not_exist_is_not_found(server: Any, page: Page) -> None:
    answer = page.goto(f"{server.url}/templates/landing/proof/7")
    assert answer is not None and answer.status == 404
