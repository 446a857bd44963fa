"""Deployments by API: what is wanted is written, what was seen is told."""

from collections.abc import Callable

import pytest

from models.db import transaction
from models.deployments import Deployment
from models.executions import Execution
from models.ids import new_id
from tests.app.api.conftest import Caller, deployed, problem_of


def test_a_deployment_tells_what_was_seen_and_when(ada: Caller) -> None:
    made = deployed(ada)
    found = ada.get(f"/deployments/{made}").json()
    assert (found["slug"], found["state"], found["release_number"]) == ("northwind", "running", 1)
    assert found["url"].startswith("http://northwind.localhost:") and 1 <= found["observed_age_s"] < 10
    assert [item["id"] for item in ada.get("/deployments?query=north").json()["items"]] == [made]


@pytest.mark.parametrize(
    ("verb", "wanted"), [("stop", "stopped"), ("start", "running"), ("restart", "running")]
)
def test_what_is_wanted_is_written(ada: Caller, verb: str, wanted: str) -> None:
    made = deployed(ada)
    answer = ada.post(f"/deployments/{made}/{verb}")
    assert (answer.status_code, answer.json()["wanted"]) == (202, wanted)


def test_going_back_and_sleep_are_written_and_the_day_is_told(ada: Caller) -> None:
    made = deployed(ada)
    problem_of(ada.post(f"/deployments/{made}/rollback", json={}), 409, "no_earlier_release")
    problem_of(ada.post(f"/deployments/{made}/rollback", json={"release": 7}), 404, "no_such_release")
    assert ada.post(f"/deployments/{made}/rollback", json={"release": 1}).status_code == 202
    assert (
        ada.call("PUT", f"/deployments/{made}/sleep", json={"after_s": 1800}).json()["sleep_after_s"] == 1800
    )
    problem_of(ada.call("PUT", f"/deployments/{made}/sleep", json={"after_s": 5}), 422, "bad_sleep")
    day = ada.get(f"/deployments/{made}/day").json()["quarters"]
    assert (len(day), {one["state"] for one in day}) == (96, {"unknown"})


def test_redeploying_launches_the_same_options_again_for_the_same_place(ada: Caller) -> None:
    made = deployed(ada)
    answer = ada.post(f"/deployments/{made}/redeploy")
    body = answer.json()
    assert (answer.status_code, body["deployment_id"], body["config"]["days"]) == (202, made, 9)
    assert answer.headers["location"] == f"/api/v1/executions/{body['id']}"


def test_redeploying_what_was_never_deployed_is_refused(ada: Caller) -> None:
    made = deployed(ada)
    with transaction() as session:
        row = session.get(Deployment, made)
        row.wanted_release_id = row.observed_release_id = None
    problem_of(ada.post(f"/deployments/{made}/redeploy"), 409, "no_release_yet")


def test_a_deleted_deployment_takes_no_more_wishes(ada: Caller) -> None:
    made = deployed(ada)
    assert ada.delete(f"/deployments/{made}").status_code == 204
    assert ada.delete(f"/deployments/{made}").status_code == 204
    assert ada.get(f"/deployments/{made}").json()["state"] == "deleting"
    for verb in ("start", "stop", "restart", "redeploy"):
        problem_of(ada.post(f"/deployments/{made}/{verb}"), 409, "deployment_deleted")


def test_the_log_of_an_app_that_wrote_nothing_is_empty(ada: Caller) -> None:
    made = deployed(ada)
    assert ada.get(f"/deployments/{made}/logs").json() == {"lines": []}
    problem_of(ada.get(f"/deployments/{made}/logs?lines=0"), 422, "invalid_request")


def test_deployments_of_another_team_look_like_none(caller: Callable[..., Caller]) -> None:
    ada, eve = caller(), caller("eve@example.com")
    made = deployed(ada)
    for answer in (
        eve.get(f"/deployments/{made}"),
        eve.get(f"/deployments/{made}/logs"),
        *(eve.post(f"/deployments/{made}/{verb}") for verb in ("start", "stop", "restart", "redeploy")),
        eve.delete(f"/deployments/{made}"),
        eve.get(f"/deployments/{new_id('depl')}"),
        eve.get("/deployments/northwind"),
    ):
        assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"
    with transaction() as session:
        assert session.get(Deployment, made).wanted == "running"


def test_a_reader_may_look_and_not_touch(caller: Callable[..., Caller]) -> None:
    ada = caller()
    made = deployed(ada)
    key = ada.post("/keys", json={"name": "look", "scopes": ["deployments:read"]}).json()["token"]
    reader = Caller(ada.http, key, ada.actor)
    assert reader.get(f"/deployments/{made}").status_code == 200
    for verb in ("start", "stop", "restart", "redeploy"):
        problem_of(reader.post(f"/deployments/{made}/{verb}"), 403, "missing_scope")
    problem_of(reader.delete(f"/deployments/{made}"), 403, "missing_scope")


def test_a_launch_may_replace_what_runs_only_in_one_s_own_team(caller: Callable[..., Caller]) -> None:
    ada, eve = caller(), caller("eve@example.com")
    body = {"template": "tiny", "deployment_id": deployed(ada)}
    problem_of(eve.post("/executions", json=body), 404, "not_found")
    assert ada.post("/executions", json=body).json()["deployment_id"] == body["deployment_id"]
    for bad in ("x", new_id("exec"), "\x00"):
        problem_of(ada.post("/executions", json={**body, "deployment_id": bad}), 404, "not_found")
    with transaction() as session:
        assert all(row.team_id == ada.actor.personal_team_id for row in session.query(Execution))
