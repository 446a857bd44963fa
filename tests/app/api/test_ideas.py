"""Ideas, drafts, votes and purchases over the API."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from models.db import transaction
from services import votes
from tests import market
from tests.app.api.conftest import Caller, problem_of

People = Callable[..., Caller]
NOWHERE = "idea_01k0v5a2c3d4e5f6g7h8j9k0mn"


@pytest.fixture
def bob(caller: People) -> Caller:
    """Somebody else."""
    return caller("bob@example.com")


def submitted(author: Caller, title: str = "Menu translator", **changed: object) -> str:
    """The id of an idea whose paid part holds its canary."""
    solution = f"{market.SOLUTION * 3} {market.canary(title)}"
    answer = author.post("/ideas", json=market.fields(title, solution=solution, **changed))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_what_is_submitted_everybody_reads_and_what_it_sells_only_its_author(
    http: TestClient, ada: Caller, bob: Caller
) -> None:
    made = submitted(ada)
    for answer in (http.get(f"/api/v1/ideas/{made}"), bob.get(f"/ideas/{made}")):
        shown = answer.json()
        assert (shown["title"], shown["owns"], shown["mine"]) == ("Menu translator", False, False)
        assert market.canary("Menu translator") not in answer.text
    assert market.canary("Menu translator") in ada.get(f"/ideas/{made}/paid").json()["solution"]
    problem_of(bob.get(f"/ideas/{made}/paid"), 403, "not_bought")
    problem_of(http.get(f"/api/v1/ideas/{made}/paid"), 401, "not_signed_in")


def test_every_bad_field_is_named_at_once(ada: Caller) -> None:
    body = market.fields("No", promise="", price_cents=5_000, category="nothing", solution="Short.")
    problem = problem_of(ada.post("/ideas", json=body), 422, "invalid_idea")
    assert [one["path"] for one in problem["errors"]] == [
        "/title", "/promise", "/solution", "/category", "/price_cents",
    ]  # fmt: skip
    wrong = problem_of(
        ada.post("/ideas", json={"title": 7, "tags": "x", "colour": "red"}), 422, "invalid_request"
    )
    assert {one["path"] for one in wrong["errors"]} == {"/title", "/tags", "/colour"}


def test_a_repeated_submission_is_one_idea(ada: Caller) -> None:
    again = {"Idempotency-Key": "once"}
    first, second = (ada.post("/ideas", json=market.fields(), headers=again) for _ in "ab")
    assert first.json() == second.json() and second.headers["Idempotency-Replayed"] == "true"
    assert first.headers["Location"] == f"/api/v1/ideas/{first.json()['id']}"
    assert len(ada.get("/ideas").json()["items"]) == 1


def test_a_change_names_only_what_is_different_and_makes_a_version(ada: Caller, bob: Caller) -> None:
    made = submitted(ada)
    changed = ada.call("PATCH", f"/ideas/{made}", json={"price_cents": 400, "note": "Dearer."}).json()
    assert (changed["price_cents"], changed["version_number"], changed["title"]) == (
        400,
        2,
        "Menu translator",
    )
    assert market.canary("Menu translator") in ada.get(f"/ideas/{made}/paid").json()["solution"]
    versions = bob.get(f"/ideas/{made}/versions").json()["items"]
    assert [(one["number"], one["note"]) for one in versions] == [(2, "Dearer."), (1, "")]
    again = ada.call("PATCH", f"/ideas/{made}", json={"price_cents": 400}).json()
    assert again["version_number"] == 2
    problem_of(bob.call("PATCH", f"/ideas/{made}", json={"price_cents": 100}), 404, "not_found")
    problem_of(ada.call("PATCH", f"/ideas/{NOWHERE}", json={}), 404, "not_found")


def test_an_unpublished_idea_is_gone_for_others_until_it_is_published_again(
    http: TestClient, ada: Caller
) -> None:
    made = submitted(ada)
    assert ada.post(f"/ideas/{made}/unpublish").json()["state"] == "unpublished"
    problem_of(http.get(f"/api/v1/ideas/{made}"), 404, "not_found")
    assert http.get("/api/v1/ideas").json()["items"] == []
    assert ada.post(f"/ideas/{made}/publish").json()["state"] == "published"
    assert http.get(f"/api/v1/ideas/{made}").status_code == 200


def test_a_list_comes_in_pages_narrowed_by_shelf_tag_author_and_words(
    http: TestClient, ada: Caller, bob: Caller
) -> None:
    for title in ("First one", "Second one", "Third one"):
        submitted(ada, title)
    submitted(bob, "Fourth harbour", category="travel", tags=["trains"])
    first = bob.get("/ideas", params={"limit": 3, "tab": "new"}).json()
    rest = bob.get("/ideas", params={"limit": 3, "tab": "new", "cursor": first["next_cursor"]}).json()
    titles = [one["title"] for one in first["items"] + rest["items"]]
    assert (
        titles == ["Fourth harbour", "Third one", "Second one", "First one"] and rest["next_cursor"] is None
    )
    mine = {"tab": "mine", "mine": "written"}
    for query in ({"category": "travel"}, {"tag": "trains"}, {"author": bob.actor.user_id}, {"q": "harbour"}):
        assert [one["title"] for one in ada.get("/ideas", params=query).json()["items"]] == ["Fourth harbour"]
    assert [one["title"] for one in bob.get("/ideas", params=mine).json()["items"]] == ["Fourth harbour"]
    problem_of(http.get("/api/v1/ideas", params=mine), 401, "not_signed_in")
    problem_of(bob.get("/ideas", params={"cursor": "x"}), 422, "bad_cursor")
    problem = problem_of(bob.get("/ideas", params={"category": "none", "least": "x"}), 422, "invalid_list")
    assert {one["path"] for one in problem["errors"]} == {"/category", "/least"}


def test_who_has_an_answer_is_not_sent_it_twice(http: TestClient, ada: Caller, bob: Caller) -> None:
    made = submitted(ada)
    for path in (f"/api/v1/ideas/{made}", "/api/v1/ideas"):
        first = http.get(path)
        assert first.headers["Cache-Control"].startswith("public")
        again = http.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    tag = bob.get(f"/ideas/{made}").headers["ETag"]
    bob.call("PUT", f"/ideas/{made}/vote")
    answer = bob.get(f"/ideas/{made}", headers={"If-None-Match": tag})
    assert answer.status_code == 200 and answer.headers["Cache-Control"].startswith("private")


def test_a_vote_is_cast_once_taken_back_once_and_listed(ada: Caller, bob: Caller) -> None:
    made = submitted(ada)
    for _ in "ab":
        assert bob.call("PUT", f"/ideas/{made}/vote").json() == {"count": 1, "voted": True}
    assert [one["idea_id"] for one in bob.get("/votes").json()["items"]] == [made]
    with transaction() as session:
        votes.fold(session)
    assert bob.get(f"/ideas/{made}").json()["votes"] == 1
    for _ in "ab":
        assert bob.delete(f"/ideas/{made}/vote").json() == {"count": 0, "voted": False}
    assert bob.get("/votes").json()["items"] == []
    problem_of(ada.call("PUT", f"/ideas/{made}/vote"), 403, "own_idea")


def test_my_votes_come_in_pages(ada: Caller, bob: Caller) -> None:
    made = [submitted(ada, f"Idea number {number}") for number in range(5)]
    for one in made:
        bob.call("PUT", f"/ideas/{one}/vote")
    first = bob.get("/votes", params={"limit": 3}).json()
    rest = bob.get("/votes", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [one["idea_id"] for one in first["items"] + rest["items"]] == made[::-1]


def test_a_draft_is_kept_as_it_is_and_published_by_its_author(ada: Caller, bob: Caller) -> None:
    draft = ada.post("/idea-drafts", json={"fields": {"title": "Menu translator", "price_cents": "?"}}).json()
    assert (draft["title"], draft["revision"]) == ("Menu translator", 1) and "fields" not in draft
    problem_of(bob.get(f"/idea-drafts/{draft['id']}"), 404, "not_found")
    path = f"/idea-drafts/{draft['id']}"
    problem_of(ada.post(f"{path}/publish"), 422, "invalid_idea")
    saved = ada.call("PUT", path, json={"fields": market.fields(), "revision": 1}).json()
    assert saved["revision"] == 2 and ada.get(path).json()["fields"]["title"] == "Menu translator"
    problem_of(ada.call("PUT", path, json={"fields": {}, "revision": 1}), 409, "draft_changed")
    made = ada.post(f"{path}/publish")
    assert made.json()["title"] == "Menu translator" and ada.get("/idea-drafts").json()["items"] == []
    problem_of(ada.post(f"{path}/publish"), 404, "not_found")
    assert len(ada.get("/ideas").json()["items"]) == 1


def test_a_draft_of_a_change_becomes_the_next_version(ada: Caller) -> None:
    made = submitted(ada)
    draft = ada.post(f"/ideas/{made}/draft").json()
    assert ada.post(f"/ideas/{made}/draft").json()["id"] == draft["id"] and draft["idea_id"] == made
    fields = ada.get(f"/idea-drafts/{draft['id']}").json()["fields"] | {"title": "Menu translator, again"}
    ada.call("PUT", f"/idea-drafts/{draft['id']}", json={"fields": fields})
    assert ada.post(f"/idea-drafts/{draft['id']}/publish").json()["version_number"] == 2
    assert ada.get(f"/ideas/{made}").json()["title"] == "Menu translator, again"


def test_what_the_operator_gives_away_is_read_and_listed(ada: Caller, bob: Caller) -> None:
    made = submitted(ada)
    body = {"idea_id": made, "user_id": bob.actor.user_id}
    first, second = (ada.post("/purchases/grants", json=body) for _ in "ab")
    assert first.status_code == 201 and first.json()["id"] == second.json()["id"]
    assert market.canary("Menu translator") in bob.get(f"/ideas/{made}/paid").text
    [listed] = bob.get("/purchases").json()["items"]
    assert (listed["idea_id"], listed["state"], listed["price_cents"]) == (made, "paid", 0)
    assert "mark" not in listed and ada.get("/purchases").json()["items"] == []
    problem_of(ada.post("/purchases/grants", json=body | {"user_id": ada.actor.user_id}), 403, "own_idea")
    problem_of(ada.post("/purchases/grants", json=body | {"idea_id": "x"}), 404, "not_found")


def test_a_key_uses_a_purchase_only_with_its_scope(ada: Caller, caller: People) -> None:
    made = submitted(ada)
    weak = caller("eve@example.com", scopes=["templates:read"])
    ada.post("/purchases/grants", json={"idea_id": made, "user_id": weak.actor.user_id})
    problem_of(weak.get(f"/ideas/{made}/paid"), 403, "not_bought")
    assert weak.get(f"/ideas/{made}").json()["owns"] is False
    problem_of(weak.get("/purchases"), 403, "missing_scope")
    problem_of(weak.get("/votes"), 403, "missing_scope")
