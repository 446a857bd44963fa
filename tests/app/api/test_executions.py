"""Executions by API: launched, listed, cancelled, retried; of one's own team alone."""

from collections.abc import Callable

from fastapi.testclient import TestClient

from models.clock import now
from models.db import transaction
from models.ids import new_id
from models.paging import encode_cursor
from services import keys
from tests.app.api.conftest import Caller, problem_of

LAUNCH = {"template": "tiny", "config": {"app_name": "Northwind"}}


def test_a_launch_is_accepted_with_its_place(ada: Caller) -> None:
    answer = ada.post("/executions", json=LAUNCH)
    body = answer.json()
    assert (answer.status_code, body["state"], body["name"]) == (202, "queued", "Northwind")
    assert answer.headers["location"] == f"/api/v1/executions/{body['id']}"
    assert [step["state"] for step in body["steps"]] == ["queued"] * 8 and body["config"]["days"] == 7
    assert ada.get(f"/executions/{body['id']}").json() == body


def test_bad_options_are_refused_with_the_path_of_each(ada: Caller) -> None:
    body = {"template": "tiny", "config": {"days": 0, "areas": ["faq", "nothing"], "app_nam": "x"}}
    found = problem_of(ada.post("/executions", json=body), 422, "invalid_config")
    assert found["detail"] == "3 options need a change."
    assert [error["path"] for error in found["errors"]] == [
        "/config/app_nam",
        "/config/days",
        "/config/areas/1",
    ]


def test_an_unknown_template_is_not_found(ada: Caller) -> None:
    problem_of(ada.post("/executions", json={"template": "none"}), 404, "no_such_template")


def test_nobody_launches_without_signing_in(http: TestClient) -> None:
    answer = http.post("/api/v1/executions", json=LAUNCH)
    problem_of(answer, 401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_does_only_what_its_scopes_say(caller: Callable[..., Caller]) -> None:
    reader = caller(scopes=["executions:read"])
    problem_of(reader.post("/executions", json=LAUNCH), 403, "missing_scope")
    assert reader.get("/executions").json()["items"] == []


def test_executions_of_another_team_look_like_none(caller: Callable[..., Caller]) -> None:
    ada, eve = caller(), caller("eve@example.com")
    made = ada.post("/executions", json=LAUNCH).json()["id"]
    for answer in (
        eve.get(f"/executions/{made}"),
        eve.post(f"/executions/{made}/cancel"),
        eve.post(f"/executions/{made}/retry"),
    ):
        problem_of(answer, 404, "not_found")
    assert eve.get("/executions").json()["items"] == []


def test_an_id_that_cannot_exist_reads_like_one_that_does_not(ada: Caller) -> None:
    for bad in ("exec_1", "x", new_id("depl"), "exec_" + "z" * 26, "%00", "..%2f..", new_id("exec")):
        problem_of(ada.get(f"/executions/{bad}"), 404, "not_found")


def test_lists_come_in_pages(ada: Caller) -> None:
    made = [ada.post("/executions", json=LAUNCH).json()["id"] for _ in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = ada.get("/executions", params={"limit": 2, "cursor": cursor}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == made[::-1]


def test_a_list_is_filtered(ada: Caller) -> None:
    first = ada.post("/executions", json=LAUNCH).json()["id"]
    ada.post("/executions", json={"template": "tiny", "config": {"app_name": "Contoso"}})
    ada.post(f"/executions/{first}/cancel")

    def found(**filters: str) -> list[str]:
        return [item["id"] for item in ada.get("/executions", params=filters).json()["items"]]

    assert found(state="cancelled") == found(query="northw") == [first]
    assert len(found(template="tiny")) == 2 and found(template="other") == []
    problem_of(ada.get("/executions?state=lost"), 422, "invalid_request")


def test_a_bad_cursor_is_refused(ada: Caller) -> None:
    strange = encode_cursor(now(), "exec_1")
    for cursor in ("x", "e30", strange, encode_cursor(now(), "a'b")):
        assert ada.get("/executions", params={"cursor": cursor}).status_code in (404, 422), cursor
        assert ada.get("/deployments", params={"cursor": cursor}).status_code in (404, 422), cursor


def test_what_nobody_works_on_is_cancelled_at_once_and_can_be_retried(ada: Caller) -> None:
    made = ada.post("/executions", json=LAUNCH).json()["id"]
    assert ada.post(f"/executions/{made}/cancel").json()["state"] == "cancelled"
    problem_of(ada.post(f"/executions/{made}/cancel"), 409, "already_ended")
    again = ada.post(f"/executions/{made}/retry")
    assert (again.status_code, again.json()["state"], again.json()["id"]) == (202, "queued", made)
    problem_of(ada.post(f"/executions/{made}/retry"), 409, "not_retryable")


def test_a_revoked_key_opens_no_stream_any_more(ada: Caller) -> None:
    path = f"/executions/{ada.post('/executions', json=LAUNCH).json()['id']}/events?from=1"
    assert ada.get(path).status_code == 200
    with transaction() as session:
        [row] = keys.list_keys(session, ada.actor)
        keys.revoke_key(session, ada.actor, row.id)
    problem_of(ada.get(path), 401, "bad_key")
