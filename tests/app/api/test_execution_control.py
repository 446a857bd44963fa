"""Pausing, going on, retrying from a step and branching by API."""

from collections.abc import Callable

from sqlalchemy import update

from models.db import transaction
from models.executions import Execution, State
from tests.app.api.conftest import Caller, problem_of

LAUNCH = {"template": "tiny", "config": {"app_name": "Northwind"}}


def ended(caller: Caller) -> str:
    """Launch, and let it have ended."""
    made = str(caller.post("/executions", json=LAUNCH).json()["id"])
    with transaction() as session:
        session.execute(update(Execution).where(Execution.id == made).values(state=State.SUCCEEDED))
    return made


def test_what_is_paused_waits_until_it_is_resumed(ada: Caller) -> None:
    made = ada.post("/executions", json=LAUNCH).json()
    assert made["place"]["sentence"] == "Next in line; 0 of your 2 places are in use."
    paused = ada.post(f"/executions/{made['id']}/pause")
    assert (paused.status_code, paused.json()["state"], paused.json()["pausing"]) == (202, "waiting", True)
    problem_of(ada.post(f"/executions/{made['id']}/pause"), 409, "already_paused")
    assert ada.post(f"/executions/{made['id']}/resume").json()["state"] == "queued"
    problem_of(ada.post(f"/executions/{made['id']}/resume"), 409, "not_paused")


def test_a_retry_is_planned_then_done_and_what_was_there_is_listed(ada: Caller) -> None:
    made = ended(ada)
    asked = {"from_step": "test", "config": {"days": 9}}
    plan = ada.post(f"/executions/{made}/plan", json=asked).json()
    assert (plan["changed"], plan["config"]["days"]) == (["days"], 9) and "test" in plan["runs"]
    assert ada.get(f"/executions/{made}").json()["attempt"] == 1
    again = ada.post(f"/executions/{made}/retry", json=asked).json()
    assert (again["state"], again["attempt"], again["config"]["days"]) == ("queued", 2, 9)
    (before,) = ada.get(f"/executions/{made}/attempts").json()["items"]
    assert (before["number"], before["state"], before["config"]["days"]) == (1, "succeeded", 7)


def test_a_branch_is_another_execution_linked_both_ways(ada: Caller) -> None:
    made = ended(ada)
    branch = ada.post(f"/executions/{made}/branch", json={"from_step": "render", "config": {"days": 3}})
    body = branch.json()
    assert branch.status_code == 202 and body["id"] != made and body["config"]["days"] == 3
    assert branch.headers["location"] == f"/api/v1/executions/{body['id']}"
    assert (body["branched_from"]["id"], body["branched_from"]["from_step"]) == (made, "render")
    assert [one["id"] for one in ada.get(f"/executions/{made}").json()["branches"]] == [body["id"]]


def test_what_does_not_fit_is_refused_with_its_place(ada: Caller) -> None:
    made = ended(ada)
    for verb in ("plan", "retry", "branch"):
        found = problem_of(
            ada.post(f"/executions/{made}/{verb}", json={"config": {"days": 0}}), 422, "invalid_config"
        )
        assert [error["path"] for error in found["errors"]] == ["/config/days"]
        problem_of(ada.post(f"/executions/{made}/{verb}", json={"from_step": "paint"}), 422, "unknown_step")


def test_what_succeeded_is_retried_only_for_a_reason(ada: Caller) -> None:
    problem_of(ada.post(f"/executions/{ended(ada)}/retry"), 409, "not_retryable")


def test_another_team_finds_nothing_to_go_on_from(caller: Callable[..., Caller]) -> None:
    made = ended(caller())
    eve = caller("eve@example.com")
    for verb in ("pause", "resume", "retry", "branch", "plan"):
        problem_of(eve.post(f"/executions/{made}/{verb}", json={}), 404, "not_found")
    problem_of(eve.get(f"/executions/{made}/attempts"), 404, "not_found")
