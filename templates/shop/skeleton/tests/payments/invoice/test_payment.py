"""Payment by transfer."""

from dataclasses import replace

from .conftest import BUYER


def test_a_buyer_sees_where_to_pay_on_the_page_and_in_the_mail(app, monkeypatch, visitor, goods, inbox):
    site = replace(app.extensions["site"], bank_details=["Ada <b>", "DE00 1234"])
    monkeypatch.setitem(app.extensions, "site", site)
    monkeypatch.setitem(app.jinja_env.globals, "site", site)
    visitor.take(goods["tea"])
    page = visitor.get(visitor.order().location).text
    assert "Ada &lt;b&gt;\nDE00 1234" in page
    assert "DE00 1234" in inbox(BUYER["email"])[0]


def test_the_owner_notes_that_the_money_has_come(owner, visitor, place, database):
    order = place()
    for _ in range(2):
        owner.post(f"/admin/orders/{order['id']}/state", {"state": "paid"})
    order = database.execute("SELECT * FROM orders").fetchone()
    assert (order["state"], order["paid_cents"]) == ("paid", order["total_cents"])
    assert (
        visitor.post(f"/admin/orders/{order['id']}/state", {"state": "shipped"}).location == "/admin/sign-in"
    )


def test_there_is_no_page_that_pays_by_itself(visitor, place):
    assert visitor.get(f"/pay/{place()['token']}").status_code == 404
