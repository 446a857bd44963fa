"""Comments and reviews over the API."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from models.db import transaction
from models.settings import settings
from tests import market
from tests.app.api.conftest import Caller, problem_of

People = Callable[..., Caller]


@pytest.fixture
def bob(caller: People) -> Caller:
    """Somebody else."""
    return caller("bob@example.com")


@pytest.fixture
def idea(ada: Caller) -> str:
    """An idea of Ada's."""
    return str(ada.post("/ideas", json=market.fields()).json()["id"])


def bought(buyer: Caller, idea: str) -> None:
    with transaction() as session:
        market.buy(session, buyer.actor, idea)


def said(caller: Caller, idea: str, words: str, answer_to: str | None = None) -> str:
    answer = caller.post(f"/ideas/{idea}/comments", json={"words": words, "answer_to": answer_to})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_comment_and_its_answers_are_read_by_everybody(
    http: TestClient, ada: Caller, bob: Caller, idea: str
) -> None:
    top = said(bob, idea, "Does it read PDFs?")
    said(ada, idea, "It does.", top)
    answer = http.get(f"/api/v1/ideas/{idea}/comments")
    [thread] = answer.json()["items"]
    assert (thread["words"], thread["author_name"], thread["answers"]) == ("Does it read PDFs?", "bob", 1)
    assert [(one["words"], one["by_author"]) for one in thread["latest"]] == [("It does.", True)]
    again = http.get(f"/api/v1/ideas/{idea}/comments", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert http.get(f"/api/v1/comments/{top}/answers").json()["items"][0]["parent_id"] == top
    assert http.get(f"/api/v1/comments/{top}").json()["id"] == top
    assert ada.get(f"/ideas/{idea}").json()["comments"] == 2


def test_a_repeated_comment_is_one(bob: Caller, idea: str) -> None:
    body, again = {"words": "Once"}, {"Idempotency-Key": "once"}
    first, second = (bob.post(f"/ideas/{idea}/comments", json=body, headers=again) for _ in "ab")
    assert (
        first.json() == second.json()
        and first.headers["Location"] == f"/api/v1/comments/{first.json()['id']}"
    )


def test_a_comment_is_changed_deleted_and_restored_by_who_wrote_it(
    ada: Caller, bob: Caller, idea: str
) -> None:
    made = said(bob, idea, "Frist")
    assert bob.call("PATCH", f"/comments/{made}", json={"words": "First"}).json()["words"] == "First"
    problem_of(ada.call("PATCH", f"/comments/{made}", json={"words": "Mine"}), 403, "not_yours")
    problem_of(ada.delete(f"/comments/{made}"), 403, "not_yours")
    assert bob.delete(f"/comments/{made}").status_code == bob.delete(f"/comments/{made}").status_code == 204
    problem_of(ada.get(f"/comments/{made}"), 404, "not_found")
    assert bob.post(f"/comments/{made}/restore").json()["words"] == "First"


def test_what_cannot_be_said_is_named(bob: Caller, idea: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "trust_limits", True)
    empty = problem_of(bob.post(f"/ideas/{idea}/comments", json={"words": " "}), 422, "invalid_comment")
    assert empty["errors"] == [{"path": "/words", "message": "Your comment is missing."}]
    body = {"words": "Hello", "answer_to": "none_of_ours"}
    problem_of(bob.post(f"/ideas/{idea}/comments", json=body), 404, "not_found")
    for number in range(10):
        said(bob, idea, f"Number {number}")
    refused = bob.post(f"/ideas/{idea}/comments", json={"words": "One more"})
    problem_of(refused, 429, "too_many_comments")
    assert int(refused.headers["Retry-After"]) > 80_000


def test_a_key_that_does_not_name_it_says_nothing(caller: People, ada: Caller, idea: str) -> None:
    weak = caller("weak@example.com", scopes=["ideas:read"])
    problem_of(weak.post(f"/ideas/{idea}/comments", json={"words": "Hello"}), 403, "missing_scope")
    problem_of(
        weak.call("PUT", f"/ideas/{idea}/review", json={
            "clarity": 1, "novelty": 1, "feasibility": 1, "would_build": True,
        }), 403, "missing_scope",
    )  # fmt: skip


def test_a_buyer_reviews_the_author_replies_and_others_mark(
    http: TestClient, ada: Caller, bob: Caller, idea: str
) -> None:
    body = {"clarity": 5, "novelty": 3, "feasibility": 4, "would_build": True, "words": "Short."}
    problem_of(bob.call("PUT", f"/ideas/{idea}/review", json=body), 403, "not_bought")
    problem_of(bob.get(f"/ideas/{idea}/review"), 404, "not_found")
    bought(bob, idea)
    given = bob.call("PUT", f"/ideas/{idea}/review", json=body).json()
    assert given["mine"] and bob.get(f"/ideas/{idea}/review").json() == given
    replied = ada.call("PUT", f"/reviews/{given['id']}/reply", json={"words": "Thank you."}).json()
    assert replied["reply"]["words"] == "Thank you."
    problem_of(bob.call("PUT", f"/reviews/{given['id']}/reply", json={"words": "Hm."}), 403, "not_the_author")
    assert ada.call("PUT", f"/reviews/{given['id']}/helpful").json()["helpful"] == 1
    problem_of(bob.call("PUT", f"/reviews/{given['id']}/helpful"), 403, "own_review")
    listed = http.get(f"/api/v1/ideas/{idea}/reviews").json()
    assert listed["averages"] == {
        "count": 1,
        "clarity": None,
        "novelty": None,
        "feasibility": None,
        "would_build": None,
    }
    assert [(one["words"], one["helpful"], one["marked"]) for one in listed["items"]] == [
        ("Short.", 1, False)
    ]
    assert ada.call("DELETE", f"/reviews/{given['id']}/helpful").json()["helpful"] == 0
    assert ada.delete(f"/reviews/{given['id']}/reply").status_code == 204
    assert bob.delete(f"/ideas/{idea}/review").status_code == 204
    assert http.get(f"/api/v1/ideas/{idea}/reviews").json()["items"] == []
