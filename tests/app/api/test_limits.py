"""How many requests there are: told in every answer, and enough is enough."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Scope

from app.client_address import client_address, place_of
from models.settings import reset_settings, settings
from services import rate_limits
from tests.app.api.conftest import Caller, problem_of


@pytest.fixture
def set_to(clean: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Change settings for one test."""

    def change(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(f"IDEASMITH_{name.upper()}", value)
        reset_settings()

    rate_limits.counter.cache_clear()
    yield change
    monkeypatch.undo()
    reset_settings()
    rate_limits.counter.cache_clear()


def test_every_answer_says_what_is_left(ada: Caller, set_to: Callable[..., None]) -> None:
    set_to(limit_api_key="5/minute")
    first, second = ada.get("/me"), ada.get("/executions/nonsense")
    assert [answer.headers["ratelimit-limit"] for answer in (first, second)] == ["5", "5"]
    assert [answer.headers["ratelimit-remaining"] for answer in (first, second)] == ["4", "3"]
    assert 0 < int(first.headers["ratelimit-reset"]) <= 60
    assert "ratelimit-limit" not in ada.http.get("/api/docs").headers


def test_what_is_too_often_is_refused_with_the_wait(
    caller: Callable[..., Caller], set_to: Callable[..., None]
) -> None:
    ada, eve = caller(), caller("eve@example.com")
    set_to(limit_api_key="3/minute")
    answers = [ada.get("/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    found = problem_of(answers[-1], 429, "rate_limited")
    assert "Wait" in found["detail"]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["ratelimit-remaining"] == "0"
    assert eve.get("/me").status_code == 200


def test_inventing_keys_gains_nothing(http: TestClient, set_to: Callable[..., None]) -> None:
    set_to(limit_api_address="3/minute")
    answers = [
        http.get("/api/v1/me", headers={"Authorization": f"Bearer ism_{number}"}).status_code
        for number in range(5)
    ]
    assert answers == [401, 401, 401, 429, 429]


def test_without_redis_the_api_answers(
    ada: Caller, set_to: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_to(limit_api_key="1/hour", redis_url="")
    monkeypatch.setenv("REDIS_URL", f"unix://{settings().run_dir}/nobody.sock")
    reset_settings()
    answers = [ada.get("/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert "ratelimit-limit" not in answers[0].headers


def scope(connected: str, *forwarded: str) -> Scope:
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    return {"type": "http", "client": (connected, 1), "headers": headers}


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        ("0", ["6.6.6.6"], "10.0.0.1"),
        ("1", ["6.6.6.6, 192.0.2.7"], "192.0.2.7"),
        ("1", ["6.6.6.6", "192.0.2.7"], "192.0.2.7"),
        ("2", ["6.6.6.6, 192.0.2.7, 10.0.0.2"], "192.0.2.7"),
        ("2", ["192.0.2.7"], "10.0.0.1"),
        ("1", [], "10.0.0.1"),
        ("1", ["nonsense"], "10.0.0.1"),
        ("1", ["[2001:db8::1]"], "2001:db8::1"),
    ],
)
def test_only_so_many_proxies_are_believed(
    set_to: Callable[..., None], proxies: str, forwarded: list[str], address: str
) -> None:
    set_to(trusted_proxies=proxies)
    assert client_address(scope("10.0.0.1", *forwarded)) == address


@given(st.lists(st.text(st.characters(max_codepoint=255)), max_size=3), st.integers(1, 3))
def test_whatever_a_visitor_writes_is_no_address_unless_it_is_one(lines: list[str], proxies: int) -> None:
    token = reset_to(proxies)
    try:
        headers = [(b"x-forwarded-for", line.encode("latin-1")) for line in lines]
        found = client_address({"type": "http", "client": ("10.0.0.1", 1), "headers": headers})
        assert str(ip_address(found)) == found
    finally:
        token.undo()
        reset_settings()


def reset_to(proxies: int) -> pytest.MonkeyPatch:
    """Trust so many proxies, until what is returned is undone."""
    patch = pytest.MonkeyPatch()
    patch.setenv("IDEASMITH_TRUSTED_PROXIES", str(proxies))
    reset_settings()
    return patch


def test_a_request_that_names_no_client_has_no_address() -> None:
    nobody: dict[str, Any] = {"type": "http", "client": None, "headers": []}
    assert client_address(nobody) == ""


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
        ("", ""),
    ],
)
def test_one_customer_of_ipv6_is_one_place(address: str, place: str) -> None:
    assert place_of(address) == place


def test_git_is_told_and_refused_like_everything_else(
    ada: Caller, http: TestClient, set_to: Callable[..., None]
) -> None:
    set_to(limit_git_account="2/minute", limit_git_address="5/minute")
    question = "/git/nowhere.git/info/refs?service=git-upload-pack"
    key = f"Bearer {ada.token}"
    answers = [http.get(question, headers={"Authorization": key}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[-1].headers["content-type"].startswith("text/plain") and "Wait" in answers[-1].text
    assert 0 < int(answers[-1].headers["retry-after"]) <= 60
    assert answers[-1].headers["ratelimit-remaining"] == "0"
    without = [http.get(question) for _ in range(3)]
    assert [answer.status_code for answer in without] == [401, 401, 429]
