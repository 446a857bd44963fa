"""The shop template's application, used by a person with a browser."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.templates.running import Running, check, serve
from tests.templates.shop import SHOP

LONG_ENOUGH = "twelve letters or more"
# What a form answers when something is wrong in it is an error to a browser's console, and to nobody else.
EXPECTED = ("Password forms", "422", "409")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A shop with examples in it, parcels by place, tax on top, and accounts."""
    folder = tmp_path_factory.mktemp("site")
    options = {
        "app_name": "Brühwerk", "seed_data": True, "layout": "lookbook", "shipping": "table", "tax": "excl",
        "auth": "magic_link", "tagline": "Eight pieces", "description": "Made slowly.",
    }  # fmt: skip
    SHOP.make(options, folder / "tree")
    with serve(SHOP, folder / "tree", folder / "data") as app:
        yield app


def fill(page: Any, **more: str) -> None:
    """Fill in the checkout."""
    typed = {"email": "grace@example.org", "name": "Grace", "street": "Way 1", "city": "Berlin", **more}
    for name, text in typed.items():
        page.fill(f"#{name}", text)


def sign_in(page: Any, site: Running) -> None:
    """Go into the owner's area, by the code where nobody has been there yet."""
    page.goto(f"{site.url}/admin/")
    code = site.data / "setup-code"
    if code.exists():
        page.fill("#code", code.read_text())
    page.fill("#password", LONG_ENOUGH)
    page.click("main .button")
    page.wait_for_selector(".numbers")


def set_stock(site: Running, slug: str, number: int) -> None:
    """Have so many of a product in the shop."""
    database = sqlite3.connect(site.data / "shop.sqlite3")
    of_product = "product_id = (SELECT id FROM products WHERE slug = ?)"
    database.execute(f"UPDATE articles SET stock = ? WHERE {of_product}", (number, slug))
    database.commit()
    database.close()


def test_a_person_buys_and_the_owner_ships_and_gives_back(site: Running, page: Any) -> None:
    axe = Axe()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site.url)
    check(page, axe)
    page.goto(f"{site.url}/p/green-tea")
    check(page, axe)
    page.click("text=250 g")
    page.click(".buy .button")
    page.wait_for_url("**/cart")
    check(page, axe)
    # A change is worked out at once, without a button.
    page.fill("input[name=quantity]", "2")
    page.press("input[name=quantity]", "Tab")
    page.wait_for_selector("text=2 × Green tea (250 g)")
    page.click("text=Go to the checkout")
    before = page.text_content(".sums .sum td")
    page.select_option("#place", index=2)
    page.wait_for_function(
        "before => document.querySelector('.sums .sum td').textContent !== before", arg=before
    )
    fill(page, email="nobody")
    page.click(".sums-box .button")
    page.wait_for_selector("#email-error")
    assert page.evaluate("document.activeElement.id") == "email"
    check(page, axe)
    fill(page)
    page.click(".sums-box .button")
    page.wait_for_url("**/pay/*")
    assert "no money moves" in page.text_content("h1")
    check(page, axe)
    page.click("text=The payment is declined")
    page.wait_for_selector("[role=alert]")
    check(page, axe)
    page.click("text=Pay now")
    page.click("text=The payment succeeds")
    page.wait_for_selector("text=Thank you")
    check(page, axe)
    for path in ("/search?q=wool", "/search?q=nothing", "/imprint", "/privacy", "/account/", "/account/sent"):
        page.goto(site.url + path)
        check(page, axe)
    sign_in(page, site)
    check(page, axe)
    page.click(".stacked td a")
    check(page, axe)
    page.fill(".tracking", "00340 1")
    page.click("text=Mark as shipped")
    page.wait_for_selector("text=It was shipped.")
    page.fill(".refund-line input >> nth=0", "1")
    page.click("text=Give back")
    page.wait_for_selector(".history >> text=Given back")
    page.click("text=Packing slip")
    check(page, axe)
    for path in (
        "/admin/products",
        "/admin/products/new",
        "/admin/products/1",
        "/admin/texts",
        "/admin/outbox",
    ):
        page.goto(site.url + path)
        check(page, axe)
    assert [text for text in said if not any(word in text for word in EXPECTED)] == []


@pytest.mark.parametrize("layout", ["grid", "list"])
def test_the_other_fronts_are_for_everybody_too(layout: str, page: Any, tmp_path: Path) -> None:
    options = {
        "app_name": "Brühwerk",
        "seed_data": True,
        "layout": layout,
        "locale": "fr",
        "brand_color": "#c2571a",
        "auth": "password",
    }
    SHOP.make(options, tmp_path / "tree")
    with serve(SHOP, tmp_path / "tree", tmp_path / "data") as app:
        for path in ("/", "/cart", "/account/"):
            page.goto(app.url + path)
            check(page, Axe())
        page.fill("#known-email", "grace@example.org")
        page.fill("#password", "not the right one")
        page.click("main .button:not(.outline)")
        page.wait_for_selector("[role=alert]")
        check(page, Axe())


def test_of_two_people_who_want_the_last_piece_the_second_is_told(site: Running, browser: Any) -> None:
    set_stock(site, "stitched-notebook", 1)
    people = [browser.new_context() for _ in range(2)]
    pages = [person.new_page() for person in people]
    for page in pages:
        page.goto(f"{site.url}/p/stitched-notebook")
        assert "1 left" in page.text_content(".buy")
        page.click(".buy .button")
        page.click("text=Go to the checkout")
        fill(page)
    for page in pages:
        page.click(".sums-box .button")
        page.wait_for_load_state()
    first, second = pages
    assert "/pay/" in first.url
    assert "There is not enough of “Stitched notebook”" in second.text_content("[role=alert]")
    assert second.input_value("#name") == "Grace"
    check(second, Axe())
    second.goto(f"{site.url}/p/stitched-notebook")
    assert second.query_selector(".buy .button") is None
    # The first one thinks better of it, and the piece is free again.
    first.goto(first.url.replace("/pay/", "/order/"))
    first.click("text=Cancel the order")
    check(first, Axe())
    first.click(".dialog .danger")
    first.wait_for_selector("text=This order is cancelled")
    second.reload()
    assert second.query_selector(".buy .button") is not None
    for person in people:
        person.close()


def test_everything_works_with_scripts_off(site: Running, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{site.url}/p/beeswax-candle")
    page.click(".buy .button")
    page.fill("input[name=quantity]", "3")
    page.click("[data-send]")
    page.wait_for_selector("text=3 × Beeswax candle")
    page.click("text=Go to the checkout")
    page.select_option("#place", index=1)
    page.click("[data-send]")
    assert page.input_value("#place") == "Europe"
    fill(page)
    page.click(".sums-box .button")
    page.click("text=The payment succeeds")
    page.wait_for_selector("text=Thank you")
    context.close()


def test_a_photo_of_the_owner_is_in_the_shop(site: Running, browser: Any, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, site)
    page.goto(f"{site.url}/admin/products")
    page.click("text=Walnut board")
    photo = tmp_path / "photo.png"
    photo.write_bytes(urlopen(f"{site.url}/picture.png").read())
    page.set_input_files("#picture", photo)
    page.click("text=Add the picture")
    page.wait_for_selector(".pictures img")
    page.goto(f"{site.url}/p/walnut-board")
    assert page.evaluate("document.querySelector('.gallery img').naturalWidth") == 1200
    check(page, Axe())
    context.close()
