"""Notifications, follows and saved searches over the API."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from models.db import transaction
from models.ids import new_id
from services.notifications import notify
from tests import market
from tests.app.api.conftest import Caller, problem_of
from tests.app.api.test_ideas import submitted


@pytest.fixture
def bob(caller: Callable[..., Caller]) -> Caller:
    """Somebody else."""
    return caller("bob@example.com")


def commented(to: Caller, idea: str, by: Caller) -> None:
    with transaction() as session:
        data = {"by": by.actor.user_id, "comment_id": new_id("comm")}
        notify(session, to.actor.user_id, "comment", idea, data)


def test_notifications_are_listed_read_and_marked_again(ada: Caller, bob: Caller) -> None:
    idea = submitted(ada)
    commented(ada, idea, bob)
    [one] = ada.get("/notifications", params={"unread": True}).json()["items"]
    assert one["text"] == "bob commented on “Menu translator”" and not one["read"]
    assert market.canary("Menu translator") not in ada.get("/notifications").text
    problem_of(bob.post(f"/notifications/{one['id']}/read"), 404, "not_found")
    assert ada.post(f"/notifications/{one['id']}/read").json()["read"]
    assert ada.get("/notifications", params={"unread": True}).json()["items"] == []
    assert not ada.delete(f"/notifications/{one['id']}/read").json()["read"]
    until = one["changed_at"]
    assert ada.post("/notifications/read", json={"until": "2020-01-01T00:00:00Z"}).json() == {"read": 0}
    assert ada.post("/notifications/read", json={"until": until}).json() == {"read": 1}
    assert ada.post("/notifications/read").json() == {"read": 0}


def test_a_key_reads_what_its_scopes_name_and_no_more(caller: Callable[..., Caller], ada: Caller) -> None:
    idea = submitted(ada)
    weak = caller("carl@example.com", scopes=["account:read"])
    problem_of(weak.get("/notifications"), 403, "missing_scope")
    reads = caller("dora@example.com", scopes=["account:read", "ideas:read"])
    commented(reads, idea, ada)
    [one] = reads.get("/notifications").json()["items"]
    problem_of(reads.post(f"/notifications/{one['id']}/read"), 403, "missing_scope")
    problem_of(reads.call("PUT", f"/authors/{ada.actor.user_id}/follow"), 403, "missing_scope")


def test_how_to_be_told_is_chosen_by_kind(ada: Caller) -> None:
    kinds = {one["kind"]: one["ways"] for one in ada.get("/notifications/settings").json()["items"]}
    assert kinds["comment"] == "mail" and kinds["published"] == "page"
    chosen = ada.call("PUT", "/notifications/settings/comment", json={"ways": "off"}).json()
    assert (chosen["kind"], chosen["ways"]) == ("comment", "off")
    problem_of(
        ada.call("PUT", "/notifications/settings/weather", json={"ways": "off"}), 422, "invalid_request"
    )


def test_an_author_is_followed_and_left(ada: Caller, bob: Caller) -> None:
    submitted(ada)
    at = f"/authors/{ada.actor.user_id}/follow"
    assert bob.call("PUT", at).json() == {"followers": 1, "following": True}
    assert bob.call("PUT", at).json() == {"followers": 1, "following": True}
    assert [one["name"] for one in bob.get("/following").json()["items"]] == ["ada"]
    assert bob.delete(at).json() == {"followers": 0, "following": False}
    problem_of(ada.call("PUT", at), 403, "own_ideas")
    problem_of(ada.call("PUT", f"/authors/{bob.actor.user_id}/follow"), 404, "not_found")


def test_a_search_is_saved_changed_and_deleted(ada: Caller, bob: Caller) -> None:
    query = {"q": "menu", "category": "food", "most": "3"}
    made = ada.post("/saved-searches", json={"name": "Menus", "query": query, "alert": True})
    assert made.status_code == 201 and made.json()["query"] == query and made.json()["alert"]
    at = f"/saved-searches/{made.json()['id']}"
    assert (
        ada.call("PATCH", at, json={"name": "Menus, cheap", "alert": False}).json()["name"] == "Menus, cheap"
    )
    assert [(one["name"], one["alert"]) for one in ada.get("/saved-searches").json()["items"]] == [
        ("Menus, cheap", False)
    ]
    problem_of(bob.call("PATCH", at, json={"alert": True}), 404, "not_found")
    problem_of(ada.post("/saved-searches", json={"name": "menus, cheap", "query": query}), 409, "name_taken")
    problem_of(ada.post("/saved-searches", json={"name": "All", "query": {}}), 422, "empty_search")
    assert ada.delete(at).status_code == 204
    problem_of(ada.delete(at), 404, "not_found")


def test_everybody_reads_why_an_idea_is_where_it_is(http: TestClient, ada: Caller) -> None:
    idea = submitted(ada)
    answer = http.get(f"/api/v1/ideas/{idea}/why", params={"slot": "exploring"})
    why = answer.json()
    assert why["slot"] == "exploring" and {one["name"] for one in why["factors"]} >= {
        "Readers",
        "Quality",
        "Heat",
    }
    assert market.canary("Menu translator") not in answer.text
    problem_of(http.get(f"/api/v1/ideas/{idea}/why", params={"slot": "best"}), 422, "invalid_request")
