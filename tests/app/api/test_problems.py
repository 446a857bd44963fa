"""Every refusal is problem details with a stable code, and what is ours is logged once."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.testing import capture_logs

from app.api import create_api
from app.api.size import MOST_BYTES
from services import executions
from services.audit import request_id
from tests.app.api.conftest import Caller, problem_of

LAUNCH = {"template": "tiny", "config": {}}


def test_an_address_that_leads_nowhere(http: TestClient) -> None:
    for path in ("/api/v1/nothing", "/api/v2/templates", "/api/v1/templates/", "/api/"):
        problem_of(http.get(path), 404, "not_found")


def test_a_method_that_an_address_does_not_take(http: TestClient) -> None:
    answer = http.put("/api/v1/executions")
    problem_of(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "POST, GET"
    for method in ("OPTIONS", "TRACE", "PATCH", "PROPFIND"):
        problem_of(http.request(method, "/api/v1/templates"), 405, "method_not_allowed")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[1,", b'{"a": 1}}', b"[" * 100_000, b"9" * 10_000])
def test_a_body_that_is_no_json(ada: Caller, body: bytes) -> None:
    answer = ada.post("/executions", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["/template"]),
        ({"template": 5}, ["/template"]),
        ({"template": "tiny", "config": []}, ["/config"]),
        ({"template": "tiny", "colour": "red"}, ["/colour"]),
        ({"template": "\ud800"}, ["/template"]),
        ({"template": "tiny", "config": {"app_name": "\ud800"}}, ["/config/app_name"]),
        ({"template": "tiny", "config": {"app_name": "a\x00b"}}, ["/config/app_name"]),
        ({"template": "tiny", "config": {"\x00": 1}}, ["/config"]),
        ({"template": "tiny", "config": {"days": float("nan")}}, ["/config/days"]),
        ({"template": "tiny", "config": {"days": 10**400}}, ["/config/days"]),
        ({"template": "tiny", "config": {"a/b": {"c": [1]}}}, ["/config/a~1b"]),
        ([], [""]),
        ("text", [""]),
        (None, [""]),
    ],
)
def test_a_body_of_the_wrong_form_names_each_place(ada: Caller, body: Any, paths: list[str]) -> None:
    answer = ada.post("/executions", content=json.dumps(body), headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert [error["path"] for error in answer.json()["errors"]] == paths


def test_json_without_its_content_type_is_not_read(ada: Caller) -> None:
    answer = ada.post("/executions", content=json.dumps(LAUNCH), headers={"Content-Type": "text/plain"})
    found = problem_of(answer, 422, "invalid_request")
    assert "Content-Type: application/json" in found["detail"]


def test_a_body_that_is_too_large_is_refused_by_its_announced_length(ada: Caller) -> None:
    problem_of(ada.post("/executions", content=b"x" * (MOST_BYTES + 1)), 413, "body_too_large")


def test_a_body_that_is_too_large_is_refused_while_it_arrives(ada: Caller) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 100_000

    problem_of(ada.post("/executions", content=parts()), 413, "body_too_large")


@pytest.mark.parametrize(
    "value", ["Bearer", "Bearer ", "Bearer ism_none", "Bearer \xff", "Basic eDp5", "ism_x"]
)
def test_credentials_that_open_nothing(http: TestClient, value: str) -> None:
    answer = http.get("/api/v1/me", headers={"Authorization": value.encode("latin-1")})
    assert answer.status_code == 401 and answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "query=" + "x" * 201, "cursor=" + "x" * 301]
)
def test_a_query_out_of_its_bounds(ada: Caller, query: str) -> None:
    found = problem_of(ada.get(f"/executions?{query}"), 422, "invalid_request")
    assert [error["path"] for error in found["errors"]] == ["/" + query.partition("=")[0]]


@pytest.mark.parametrize("query", ["query=%00", "query=%ff", "template=%00", "query=%25_'\"", "state="])
def test_strange_queries_are_no_failure_of_ours(ada: Caller, query: str) -> None:
    assert ada.get(f"/executions?{query}").status_code in (200, 422)
    assert ada.get(f"/templates?{query}").status_code in (200, 422)
    assert ada.get(f"/deployments?{query}").status_code in (200, 422)


def test_what_nobody_foresaw_is_logged_once_and_says_which_request(
    ada: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret of the inside")

    monkeypatch.setattr(executions, "list_executions", fail)
    with capture_logs() as logs:
        answer = ada.get("/executions")
    found = problem_of(answer, 500, "internal_error")
    assert "secret" not in answer.text and "request id" in found["detail"]
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["api.failed"]


def test_a_database_that_is_away_is_told_as_such(ada: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise PoolTimeout("no connection within 10 s")

    monkeypatch.setattr(executions, "list_executions", fail)
    answer = ada.get("/executions")
    problem_of(answer, 503, "database_unavailable")
    assert answer.headers["retry-after"] == "2"


def test_a_problem_carries_the_id_of_its_request(clean: object) -> None:
    async def with_id(scope: Any, receive: Any, send: Any) -> None:
        request_id.set("req_of_the_edge")
        await create_api()(scope, receive, send)

    assert TestClient(with_id).get("/api/v1/me").json()["request_id"] == "req_of_the_edge"
