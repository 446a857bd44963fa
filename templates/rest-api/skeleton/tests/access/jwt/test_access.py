"""Tokens: exchanged for a key, signed one way only, over after a quarter of an hour."""

import base64
import json

import pytest

from api import keys, tokens

from .client import Client

SECRET, HERE = "a secret of the tests", "http://site.test"


def written(part):
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def signed(header, claims, secret=SECRET):
    content = f"{written(header)}.{written(claims)}"
    return f"{content}.{tokens.signature(content, secret)}"


def test_a_key_is_exchanged_for_a_token(app):
    key = keys.make(app.extensions["database"], "a program", {"authors": "read"})
    answer = Client(app.test_client(), {"Authorization": f"Bearer {key}"}).send("POST", "/v1/token")
    assert (answer.status_code, answer.json["token_type"], answer.json["expires_in"]) == (200, "Bearer", 900)
    program = Client(app.test_client(), {"Authorization": f"Bearer {answer.json['access_token']}"})
    assert program.get("/v1/authors").status_code == 200
    assert program.post("/v1/authors", {"name": "x"}).status_code == 403


def test_the_key_itself_opens_nothing_else(app):
    key = keys.make(app.extensions["database"], "a program", {"*": "write"})
    assert Client(app.test_client(), {"Authorization": f"Bearer {key}"}).get("/v1/authors").status_code == 401
    assert Client(app.test_client(), {}).send("POST", "/v1/token").status_code == 401
    assert Client(app.test_client(), {}).get("/v1/token").status_code == 405


def test_a_revoked_key_ends_its_tokens(app, api):
    assert api.get("/v1/authors").status_code == 200
    keys.revoke(app.extensions["database"], tokens.read(
        api.credentials["Authorization"][7:], app.config["SECRET_KEY"], app.config["URL"]
    ))  # fmt: skip
    answer = api.get("/v1/authors")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_token_lasts_a_quarter_of_an_hour():
    token = tokens.make(7, SECRET, HERE, moment=1000)
    assert tokens.read(token, SECRET, HERE, moment=1899) == 7
    assert tokens.read(token, SECRET, HERE, moment=1900) is None


def test_a_token_for_elsewhere_or_of_somebody_else_is_none():
    token = tokens.make(7, SECRET, HERE, moment=1000)
    assert tokens.read(token, SECRET, "http://other.test", moment=1001) is None
    assert tokens.read(token, "another secret", HERE, moment=1001) is None


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS512", "typ": "JWT"}, {"alg": "HS256", "typ": "JWT", "x": 1}]
)
def test_the_algorithm_is_fixed(header):
    claims = {"sub": "7", "aud": HERE, "exp": 9e9}
    assert tokens.read(signed(header, claims), SECRET, HERE) is None
    assert tokens.read(f"{written(header)}.{written(claims)}.", SECRET, HERE) is None


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "é.é.é", "x" * 5000])
def test_what_is_no_token_is_none(token):
    assert tokens.read(token, SECRET, HERE) is None


def test_every_changed_letter_breaks_a_token():
    token = tokens.make(7, SECRET, HERE, moment=1000)
    for place in range(len(token) - 1):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert tokens.read(changed, SECRET, HERE, moment=1001) is None, place
