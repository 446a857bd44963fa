"""The operator's overview, by HTTP."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from models.accounts import User
from models.db import transaction
from tests.app.api.conftest import Caller, problem_of


def test_the_operator_reads_the_whole_overview(ada: Caller) -> None:
    answer = ada.get("/operations")
    assert answer.status_code == 200
    body = answer.json()
    assert body["headline"] and {server["name"] for server in body["servers"]} == {"PostgreSQL", "Valkey"}
    assert body["versions"]["schema_version"] == body["versions"]["expected_schema_version"]
    assert {"build", "short"} == {queue["name"] for queue in body["queues"]}
    assert "audit" in {rule["name"] for rule in body["kept"]}
    # Measured while somebody looks: nothing yet, or what the look before has seen.
    assert body["web"] is None or body["web"]["lag_ms"] >= 0


def test_a_launch_is_seen_as_queued(ada: Caller) -> None:
    ada.post("/executions", json={"template": "tiny"})
    body = ada.get("/operations").json()
    assert body["work"]["states"]["queued"] == 1 and body["work"]["oldest_queued_s"] >= 0
    assert body["queues"][0]["length"] == 1 and body["queues"][0]["oldest_s"] >= 0


def test_nobody_else_and_no_narrow_key_may_read_it(
    http: TestClient, caller: Callable[..., Caller], ada: Caller
) -> None:
    narrow = caller("narrow@example.com", ["executions:read"])
    problem_of(narrow.get("/operations"), 403, "missing_scope")
    assert caller("wide@example.com", ["installation:read"]).get("/operations").status_code == 200
    with transaction() as session:
        session.get_one(User, ada.actor.user_id).is_operator = False
    problem_of(ada.get("/operations"), 403, "operator_only")
    problem_of(http.get("/api/v1/operations"), 401, "not_signed_in")
