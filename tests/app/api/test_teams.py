"""Teams, members and invitations by the API."""

from collections.abc import Callable
from typing import Any

import pytest

from models.accounts import Role, User
from models.db import transaction
from services import accounts, keys
from services.accounts import SCOPES, Actor
from tests.app.api.conftest import Caller, problem_of
from tests.services.teams.people import again, joined, shared
from workers import jobs

MakeCaller = Callable[..., Caller]


def key_of(http: Any, actor: Actor, scopes: list[str] | None = None) -> Caller:
    """A key of somebody in the team that they work in; whoever may make none is given one for the test."""
    with transaction() as session:
        _, token = keys.add_key(session, actor.user_id, actor.team_id, "test", scopes or sorted(SCOPES))
    return Caller(http, token, actor)


@pytest.fixture
def team(ada: Caller) -> tuple[str, Caller]:
    """A shared team and its owner's key for it."""
    with transaction() as session:
        actor, team_id = shared(session, ada.actor)
    return team_id, key_of(ada.http, actor)


def test_a_team_is_renamed_and_its_members_are_listed(team: tuple[str, Caller]) -> None:
    team_id, owner = team
    assert (
        owner.call("PATCH", f"/teams/{team_id}", json={"name": "Coffee Corner"}).json()["name"]
        == "Coffee Corner"
    )
    assert [one["name"] for one in owner.get("/teams").json()["items"]] == ["Coffee Corner"]
    members = owner.get(f"/teams/{team_id}/members").json()["items"]
    assert [(one["name"], one["role"], one["you"]) for one in members] == [("ada", "owner", True)]


def test_a_key_sees_and_changes_only_the_team_it_acts_in(ada: Caller, team: tuple[str, Caller]) -> None:
    team_id, owner = team
    problem_of(ada.get(f"/teams/{team_id}"), 404, "not_found")
    problem_of(ada.get("/executions", headers={"Ideasmith-Team": team_id}), 403, "wrong_team")
    problem_of(owner.post("/teams", json={"name": "Another"}), 403, "key_of_one_team")
    made = ada.post("/executions", json={"template": "tiny"}).json()["id"]
    assert owner.get("/executions").json()["items"] == []
    problem_of(owner.get(f"/executions/{made}"), 404, "not_found")
    problem_of(owner.call("DELETE", f"/teams/{team_id}?name=Tea+Corner"), 403, "missing_scope")


def test_the_machines_own_key_works_in_any_of_its_teams(ada: Caller) -> None:
    with transaction() as session:
        _, token = keys.ensure_local_account(session)
    machine = Caller(ada.http, token, ada.actor)
    made = machine.post("/teams", json={"name": "Tea Corner"})
    assert made.status_code == 201 and made.json()["role"] == "owner"
    there = {"Ideasmith-Team": made.json()["id"]}
    launched = machine.post("/executions", json={"template": "tiny"}, headers=there)
    assert launched.status_code == 202, launched.text
    assert machine.get("/executions").json()["items"] == []
    assert len(machine.get("/executions", headers=there).json()["items"]) == 1


def test_one_idempotency_key_in_two_teams_is_two_requests(ada: Caller) -> None:
    with transaction() as session:
        _, token = keys.ensure_local_account(session)
    machine = Caller(ada.http, token, ada.actor)
    team_id = machine.post("/teams", json={"name": "Tea Corner"}).json()["id"]
    body = {"json": {"template": "tiny"}}
    assert machine.post("/executions", headers={"Idempotency-Key": "k"}, **body).status_code == 202
    other = machine.post("/executions", headers={"Idempotency-Key": "k", "Ideasmith-Team": team_id}, **body)
    problem_of(other, 409, "idempotency_key_reused")


def test_somebody_is_invited_again_and_taken_back(team: tuple[str, Caller]) -> None:
    team_id, owner = team
    made = owner.post(f"/teams/{team_id}/invitations", json={"email": "bob@example.com", "role": "viewer"})
    assert made.status_code == 201 and "token" not in made.text
    problem_of(owner.post(f"/invitations/{made.json()['id']}/resend"), 429, "sent_just_now")
    assert [one["email"] for one in owner.get(f"/teams/{team_id}/invitations").json()["items"]] == [
        "bob@example.com"
    ]
    assert owner.delete(f"/invitations/{made.json()['id']}").status_code == 204
    problem_of(owner.delete(f"/invitations/{made.json()['id']}"), 409, "invitation_ended")


def test_a_role_is_changed_and_a_member_removed(team: tuple[str, Caller]) -> None:
    team_id, owner = team
    with transaction() as session:
        bob = joined(session, team_id, "Bob", Role.MEMBER)
    place = f"/teams/{team_id}/members/{bob.user_id}"
    assert owner.call("PATCH", place, json={"role": "admin"}).json()["role"] == "admin"
    problem_of(owner.call("PATCH", place, json={"role": "owner"}), 403, "missing_scope")
    assert owner.delete(place).status_code == 204
    problem_of(owner.delete(place), 404, "no_such_member")
    problem_of(owner.delete(f"/teams/{team_id}/members/{owner.actor.user_id}"), 409, "last_owner")


def test_an_export_is_asked_for_and_waits_for_its_worker(ada: Caller) -> None:
    problem_of(ada.get("/account/export"), 404, "no_export")
    made = ada.post("/account/export")
    assert (made.status_code, made.json()["state"]) == (202, "queued")
    assert (
        ada.get("/account/export").json()["id"]
        == made.json()["id"]
        == ada.post("/account/export").json()["id"]
    )
    problem_of(ada.get("/account/export/archive"), 404, "no_export")


def test_a_finished_export_is_downloaded_by_its_owner_alone(ada: Caller, caller: MakeCaller) -> None:
    jobs.export_account(ada.post("/account/export").json()["id"])
    taken = ada.get("/account/export/archive")
    assert (taken.headers["content-type"], taken.content[:2]) == ("application/zip", b"PK")
    assert (
        "no-store" in taken.headers["cache-control"] and "attachment" in taken.headers["content-disposition"]
    )
    problem_of(caller("eve@example.com").get("/account/export/archive"), 404, "no_export")
    limited = caller("bob@example.com", scopes=["executions:read"])
    problem_of(limited.get("/account/export/archive"), 403, "missing_scope")


def test_a_member_who_left_has_no_key_any_more(team: tuple[str, Caller]) -> None:
    team_id, owner = team
    with transaction() as session:
        bob = joined(session, team_id, "Bob", Role.ADMIN)
    key = key_of(owner.http, bob)
    assert key.get("/executions").status_code == 200
    assert owner.delete(f"/teams/{team_id}/members/{bob.user_id}").status_code == 204
    problem_of(key.get("/executions"), 401, "bad_key")
    with transaction() as session:
        assert accounts.actor_for_user(session, session.get_one(User, bob.user_id), via="session").roles
        assert again(session, bob).team_id == bob.personal_team_id
