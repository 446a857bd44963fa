"""Only the sites that were named may call from browsers."""

import pytest

from api.site import load_site


@pytest.fixture
def named():
    return load_site().origins[0]


def test_a_named_site_may_call(api, named):
    before = api.send("OPTIONS", "/v1/books", Origin=named, Access_Control_Request_Method="PATCH")
    assert before.status_code == 204
    assert before.headers["Access-Control-Allow-Origin"] == named
    assert "PATCH" in before.headers["Access-Control-Allow-Methods"]
    assert "Idempotency-Key" in before.headers["Access-Control-Allow-Headers"]
    answer = api.get("/v1/books", Origin=named)
    assert answer.headers["Access-Control-Allow-Origin"] == named
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"] and "Origin" in answer.vary


def test_refusals_can_be_read_too(api, named):
    assert api.get("/v1/books?colour=red", Origin=named).headers["Access-Control-Allow-Origin"] == named


def test_nobody_else_may_call_and_cookies_never_count(api, named):
    for origin in ("https://evil.example", "null", named + ".evil.example", ""):
        assert "Access-Control-Allow-Origin" not in api.get("/v1/books", Origin=origin).headers
    assert "Access-Control-Allow-Credentials" not in api.get("/v1/books", Origin=named).headers
    assert "Access-Control-Allow-Origin" not in api.get("/", Origin=named).headers
