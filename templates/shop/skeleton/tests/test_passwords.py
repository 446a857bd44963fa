"""Buyers who come back sign in with the password that they have chosen."""

import pytest

from shop import accounts, passwords

from .conftest import BUYER

CHOSEN = "a horse and a staple"


@pytest.fixture(autouse=True)
def _no_tries():
    accounts.sign_in_limit.clear()
    passwords.try_limit.clear()


def choose(person, place, links, database, password=CHOSEN):
    """Order something, ask for a link, and choose a password behind it."""
    place()
    database.execute("DELETE FROM sign_ins")
    person.post("/account/", {"email": BUYER["email"]})
    return person.post(links(BUYER["email"])[0], {"password": password})


def sign_in(person, password=CHOSEN, email=BUYER["email"]):
    return person.post("/account/sign-in", {"email": email, "password": password})


def test_a_buyer_chooses_a_password_and_comes_back_with_it(visitor, another, place, links, database):
    assert choose(visitor, place, links, database).location == "/account/"
    assert BUYER["email"] in visitor.get("/account/").text
    assert sign_in(another, email=BUYER["email"].upper()).location == "/account/"
    assert BUYER["email"] in another.get("/account/").text


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(visitor, another, place, links, database):
    choose(visitor, place, links, database)
    wrong, unknown = sign_in(another, "another password"), sign_in(another, email="nobody@example.org")
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(BUYER["email"], "") == unknown.text.replace("nobody@example.org", "")
    assert BUYER["email"] not in another.get("/account/").text


def test_who_has_no_password_is_not_let_in_without_one(visitor, place):
    place()
    assert sign_in(visitor, "").status_code == 422
    with visitor.client.session_transaction() as session:
        session["buyer"], session["buyer_key"] = BUYER["email"], ""
    assert BUYER["email"] not in visitor.get("/account/").text


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 201])
def test_a_password_that_does_not_do_leaves_the_link_as_it_was(visitor, place, links, database, password):
    answer = choose(visitor, place, links, database, password)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert visitor.post(links(BUYER["email"])[0], {"password": CHOSEN}).status_code == 303


def test_another_password_ends_every_session_of_the_one_before(visitor, another, place, links, database):
    choose(visitor, place, links, database)
    sign_in(another)
    choose(visitor, place, links, database, "another horse entirely")
    assert BUYER["email"] in visitor.get("/account/").text
    assert BUYER["email"] not in another.get("/account/").text
    assert sign_in(another).status_code == 422


def test_a_password_is_never_stored(visitor, place, links, database):
    choose(visitor, place, links, database)
    kept = database.execute("SELECT password_hash FROM buyers").fetchone()["password_hash"]
    assert CHOSEN not in kept and kept.startswith("pbkdf2")


def test_guessing_is_stopped_for_the_address_wherever_it_comes_from(visitor, monkeypatch):
    monkeypatch.setattr(passwords.try_limit, "limit", 2)
    for address, code in (("203.0.113.1", 422), ("203.0.113.2", 422), ("203.0.113.3", 429)):
        form = {"csrf": visitor.token(), "email": BUYER["email"], "password": "guess"}
        answer = visitor.client.post("/account/sign-in", data=form, environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == code
