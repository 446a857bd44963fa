"""Buyers sign in by a link in a mail."""

from shop import accounts

from .conftest import BUYER


def ask(person, email=BUYER["email"]):
    return person.post("/account/", {"email": email})


def sign_in_link(links):
    return links(BUYER["email"])[0]


def test_a_buyer_sees_their_orders_and_nobody_elses(visitor, place, links):
    mine, other = place(), place(email="eve@example.org")
    assert ask(visitor).location == "/account/sent"
    assert visitor.post(sign_in_link(links)).location == "/account/"
    page = visitor.get("/account/").text
    assert mine["token"] in page and other["token"] not in page
    visitor.post("/account/leave")
    assert mine["token"] not in visitor.get("/account/").text


def test_the_answer_is_the_same_for_strangers_and_they_get_no_mail(visitor, another, place, inbox):
    place()
    first, second = ask(visitor), ask(another, "nobody@example.org")
    assert (first.status_code, first.location) == (second.status_code, second.location)
    # A buyer has the mail about the order, too.
    assert len(inbox(BUYER["email"])) == 2 and inbox("nobody@example.org") == []


def test_a_link_works_once_and_only_looking_at_it_uses_nothing_up(visitor, another, place, links):
    place()
    ask(visitor)
    link = sign_in_link(links)
    assert visitor.get(link).status_code == 200 and visitor.get(link).status_code == 200
    assert visitor.post(link).status_code == 303
    assert another.post(link).status_code == another.get(link).status_code == 404


def test_a_link_that_is_old_or_invented_is_none(visitor, place, links, database):
    place()
    ask(visitor)
    link = sign_in_link(links)
    database.execute("UPDATE sign_ins SET created_at = '2020-01-01 00:00:00'")
    assert visitor.post(link).status_code == 404
    assert visitor.post("/account/enter/nothing").status_code == 404


def test_nobody_can_fill_somebody_elses_inbox(visitor, place, inbox):
    place()
    for _ in range(3):
        ask(visitor)
    assert len(inbox(BUYER["email"])) == 2


def test_what_is_stored_cannot_be_followed(visitor, place, links, database):
    place()
    ask(visitor)
    kept = database.execute("SELECT token_hash FROM sign_ins").fetchone()["token_hash"]
    assert kept not in sign_in_link(links) and visitor.get(f"/account/enter/{kept}").status_code == 404


def test_many_tries_are_stopped(visitor, monkeypatch):
    monkeypatch.setattr(accounts, "sign_in_limit", accounts.Limiter(2, 600))
    assert [ask(visitor).status_code for _ in range(3)] == [303, 303, 429]
    assert ask(visitor, "nobody").status_code == 422
