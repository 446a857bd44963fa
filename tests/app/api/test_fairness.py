"""What the operator is told of copies and of rings over the API: numbers, never words, never who."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from models.db import transaction
from models.ids import new_id
from models.rings import RingState, VoteRing
from services import votes
from services.ideas.likeness.cases import compare_idea
from services.ideas.rings import nightly
from tests import market
from tests.app.api.conftest import Caller, problem_of
from tests.labelled.texts import HAND_WRITTEN

People = Callable[..., Caller]
COPY = HAND_WRITTEN[0]


@pytest.fixture
def bob(caller: People) -> Caller:
    """Somebody else."""
    return caller("bob@example.com")


def submitted(author: Caller, title: str) -> str:
    """The id of an idea that sells a text, compared as its job does it."""
    made = str(author.post("/ideas", json=market.fields(title, solution=COPY)).json()["id"])
    with transaction() as session:
        compare_idea(session, made)
    return made


def ring_about(idea_id: str, *people: Caller) -> str:
    """The id of a ring of people who voted for an idea."""
    with transaction() as session:
        ring = VoteRing(state=RingState.SUSPECTED, accounts=len(people), signs={"same_ideas": len(people)})
        session.add(ring)
        session.flush()
        nightly.add_votes(session, ring.id, [(idea_id, one.actor.user_id) for one in people])
        return ring.id


def test_the_operator_reads_how_like_an_idea_is_and_none_of_its_words(ada: Caller, bob: Caller) -> None:
    first, copy = submitted(ada, "Bread by the page"), submitted(bob, "My trays of bread")
    answer = ada.get(f"/ideas/{copy}/likeness")
    [one] = answer.json()["items"]
    assert (one["other_id"], one["other_title"], one["bought"]) == (first, "Bread by the page", False)
    assert one["score"] > 0.95 and one["words"] > 100
    assert "trays" not in answer.text and ada.get(f"/ideas/{first}/likeness").json()["items"] == []
    problem_of(ada.get(f"/ideas/{new_id('idea')}/likeness"), 404, "not_found")
    assert bob.get(f"/ideas/{copy}").json()["state"] == "held"


def test_the_operator_stops_a_ring_and_counts_its_votes_again(
    ada: Caller, bob: Caller, caller: People, http: TestClient
) -> None:
    made = submitted(ada, "Bread by the page")
    assert bob.call("PUT", f"/ideas/{made}/vote").json()["count"] == 1
    ring = ring_about(made, bob)
    [listed] = ada.get("/vote-rings").json()["items"]
    assert (listed["id"], listed["state"], listed["ideas"][0]["votes"]) == (ring, "suspected", 1)
    assert bob.actor.user_id not in ada.get("/vote-rings").text
    for act, state, count in (("stop", "stopped", 0), ("stop", "stopped", 0), ("clear", "cleared", 1)):
        assert ada.post(f"/vote-rings/{ring}/{act}").json()["state"] == state
        with transaction() as session:
            votes.fold(session)
        assert http.get(f"/api/v1/ideas/{made}").json()["votes"] == count
    problem_of(ada.post(f"/vote-rings/{new_id('ring')}/stop"), 404, "not_found")
    weak = caller("weak@example.com", scopes=["ideas:read", "ideas:vote"])
    problem_of(weak.get("/vote-rings"), 403, "missing_scope")
