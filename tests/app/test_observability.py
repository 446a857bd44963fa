"""Logs that hold no secret, and numbers that can be trusted."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session
from starlette.testclient import TestClient

from app import observability
from app.edge.bundle import Bundle
from app.edge.requests import RequestNumbers, kind_of
from app.metrics import exposition, family, request_families
from models.db import close_engine
from models.settings import reset_settings
from services.redaction import MASK
from services.structured_logs import clean_text

ROOT = Path(__file__).resolve().parents[2]
PLANTED = {
    "password": "hunter2-hunter2",
    "api_key": "ism_" + "k" * 40,
    "authorization": "Bearer ism_" + "b" * 40,
    "cookie": "ideasmith_session=" + "c" * 43,
    "query": "/_event/?token=3f9b2c11-0000-4000-8000-planted00001&transport=websocket",
    "database": "postgresql://user:planted-db-password@db.example/ideas",
}
SECRETS = (
    "hunter2-hunter2", "k" * 40, "b" * 40, "c" * 43, "3f9b2c11-0000-4000-8000-planted00001", "planted-db-password",
)  # fmt: skip
PROGRAM = """
import json, logging, sys
import structlog
from models.settings import Settings
from services.structured_logs import configure

planted = json.loads(sys.argv[1])
configure(Settings(environment=sys.argv[2], operator_token="x" * 20, log_level="DEBUG"), "web")
log, library = structlog.get_logger("ours"), logging.getLogger("library")
with structlog.contextvars.bound_contextvars(request_id="req_1", execution_id="exec_1"):
    log.info("deployed", ms=3)
log.info("by name", **planted, nested={"headers": [{"Set-Cookie": planted["cookie"]}]})
log.info("in a text: " + " ".join(f"{name}={value}" for name, value in planted.items()))
library.warning("opened %s with %s", planted["query"], planted["authorization"])
library.warning("broken %d", planted["authorization"])
try:
    raise RuntimeError(f"could not open {planted['database']} for Cookie: {planted['cookie']}")
except RuntimeError:
    log.exception("raised here")
    library.exception("raised elsewhere")
"""


def written(environment: str) -> str:
    """Return what a process of its own writes to its log."""
    command = [sys.executable, "-c", PROGRAM, json.dumps(PLANTED), environment]
    ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout == ""
    return ended.stderr


@pytest.mark.parametrize("environment", ["development", "production"])
def test_secrets_never_reach_a_log_by_name_text_or_traceback(environment: str) -> None:
    lines = written(environment)
    assert "raised here" in lines
    assert "raised elsewhere" in lines
    assert [secret for secret in SECRETS if secret in lines] == []
    assert MASK in lines


def test_lines_are_json_in_production_and_carry_their_ids() -> None:
    lines = [json.loads(line) for line in written("production").splitlines()]
    first = lines[0]
    expected = {"event": "deployed", "request_id": "req_1", "execution_id": "exec_1", "part": "web", "ms": 3}
    assert first | expected == first
    assert "request_id" not in lines[1]


@given(st.from_regex(r"[A-Za-z0-9_-]{12,60}", fullmatch=True))
def test_any_session_token_stays_out(token: str) -> None:
    line = f"GET /?token={token}&x=1 cookie: ideasmith_session_4000={token}; theme=dark"
    assert token not in clean_text(line).replace(MASK, "")


def test_every_known_state_is_counted_from_the_start(session: Session) -> None:
    text = exposition(session)
    assert 'ideasmith_executions{state="queued"} 0' in text
    assert 'ideasmith_deployments{state="running"} 0' in text
    assert "ideasmith_queue_depth 0" in text


def test_a_histogram_rises_and_ends_at_its_count() -> None:
    counted = RequestNumbers()
    for seconds in (0.001, 0.02, 0.3, 60):
        counted.add("api", "GET", 200, seconds)
    text = "".join(family(*numbers) for numbers in request_families(counted))
    found = [int(line.rsplit(" ", 1)[1]) for line in text.splitlines() if "_bucket" in line]
    assert found == sorted(found)
    assert found[-1] == 4
    assert 'ideasmith_http_seconds_bucket{kind="api",le="0.025"} 2' in text
    assert 'ideasmith_http_seconds_count{kind="api"} 4' in text


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "page"),
        ("/api/v1/x", "api"),
        ("/assets/a.js", "assets"),
        ("/../../x", "page"),
        ("", "page"),
        ("/no", "page"),
    ],
)
def test_paths_become_a_few_kinds(path: str, kind: str) -> None:
    assert kind_of(path) == kind


def test_a_label_cannot_break_the_format() -> None:
    assert family("x", "gauge", "w", [({"a": 'b"\n\\'}, 1)]).splitlines()[-1] == r'x{a="b\"\n\\"} 1'


def test_the_product_says_that_it_lives_and_is_ready(server: Any) -> None:
    assert httpx.get(f"{server.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{server.url}/readyz")
    assert ready.status_code == 200
    assert {name: part["ok"] for name, part in ready.json()["parts"].items()} == {
        "database": True, "redis": True, "front_end": True,
    }  # fmt: skip


def test_the_numbers_are_for_this_machine_and_the_operator(server: Any) -> None:
    assert "ideasmith_http_requests_total" in httpx.get(f"{server.url}/metrics").text
    refused = httpx.get(f"{server.url}/metrics", headers={"x-forwarded-for": "203.0.113.9"})
    assert (refused.status_code, refused.json()["code"]) == (403, "operator_only")


def test_readiness_fails_when_a_part_is_away(monkeypatch: pytest.MonkeyPatch, small_bundle: Bundle) -> None:
    close_engine()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
    reset_settings()
    application = FastAPI()
    application.include_router(observability.router)
    try:
        answer = TestClient(application).get("/readyz")
    finally:
        monkeypatch.undo()
        reset_settings()
        close_engine()
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["parts"]["database"] == {"ok": False, "error": "OperationalError"}
