"""Evidence, receipts, their log and traces over the API."""

from collections.abc import Callable
from datetime import timedelta

from fastapi.testclient import TestClient

from models.clock import clock, now
from models.db import transaction
from services.ideas.receipts import days
from services.ideas.receipts.verifying import verify_days, verify_receipt
from tests.app.api.conftest import Caller, problem_of
from tests.market import canary, fields

People = Callable[..., Caller]
READS = ["ideas:read"]


def closed() -> None:
    """Close the day of the receipts."""
    moment = now() + timedelta(days=1)
    token = clock.set(lambda: moment)
    with transaction() as session:
        days.close_day(session)
    clock.reset(token)


def submitted(ada: Caller) -> str:
    """An idea of somebody's."""
    return str(ada.post("/ideas", json=fields(solution=f"{canary('x')} " * 20)).json()["id"])


def test_everybody_reads_the_evidence_and_is_not_sent_it_twice(caller: People, http: TestClient) -> None:
    made = submitted(caller("ada@example.com"))
    answer = http.get(f"/api/v1/ideas/{made}/evidence")
    assert [one["name"] for one in answer.json()["items"]] == [
        "demand",
        "reviews",
        "built",
        "receipt",
        "freshness",
    ]
    again = http.get(f"/api/v1/ideas/{made}/evidence", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304 and canary("x") not in answer.text


def test_a_receipt_is_the_authors_and_the_log_everybodys(caller: People, http: TestClient) -> None:
    ada, bob = caller("ada@example.com"), caller("bob@example.com")
    made = submitted(ada)
    closed()
    keys = [one["public_key"] for one in http.get("/api/v1/signing-keys").json()["items"]]
    answer = ada.get(f"/ideas/{made}/receipt")
    assert verify_receipt(answer.content, keys).ok and canary("x") not in answer.text
    assert f'filename="{made}.v1.receipt.json"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "private, no-store"
    problem_of(bob.get(f"/ideas/{made}/receipt"), 403, "not_the_author")
    problem_of(ada.get(f"/ideas/{made}/receipt?version=9"), 404, "not_found")
    listed = http.get("/api/v1/receipt-days").json()
    assert listed["next_cursor"] is None
    assert verify_days([one["envelope"] for one in listed["items"]], keys).outcome == "ok"
    whole = http.get(f"/api/v1/receipt-days/{listed['items'][0]['day']}").json()
    assert len(whole["leaves"]) == whole["size"] == 1
    assert http.get(f"/api/v1/receipt-days?cursor={whole['day']}").json()["items"] == []
    problem_of(http.get("/api/v1/receipt-days/2020-01-01"), 404, "not_found")
    problem_of(http.get("/api/v1/receipt-days?cursor=yesterday"), 422, "bad_cursor")


def test_a_copy_is_traced_by_the_operator_alone(caller: People) -> None:
    operator, weak = caller("op@example.com"), caller("ada@example.com", READS)
    made = submitted(operator)
    body = {"text": "Guests scan a code.", "idea_id": made}
    problem_of(weak.post("/idea-traces", json=body), 403, "missing_scope")
    problem_of(operator.post("/idea-traces", json={"text": " "}), 422, "invalid_copy")
    problem_of(operator.post("/idea-traces", json={"text": "x", "idea_id": "idea_x"}), 404, "not_found")
    answer = operator.post("/idea-traces", json=body).json()
    assert answer["outcome"] == "nobody" and answer["suspects"] == [] and canary("x") not in str(answer)
