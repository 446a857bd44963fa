"""Reports, cases, decisions and appeals over the API."""

from collections.abc import Callable

import pytest

from models.accounts import User
from models.db import transaction
from services import keys
from services.accounts import actor_for_user
from tests import market
from tests.app.api.conftest import Caller, problem_of
from tests.app.api.test_ideas import submitted

People = Callable[..., Caller]
REASON = "It lists private addresses, which our rules forbid."
DECISION = {"action": "hide", "rule": "private", "reason": REASON}


@pytest.fixture
def bob(caller: People) -> Caller:
    """Somebody who runs nothing."""
    return as_nobody(caller("bob@example.com"))


@pytest.fixture
def author(caller: People) -> Caller:
    """Somebody who writes."""
    return as_nobody(caller("author@example.com"))


def as_nobody(caller: Caller) -> Caller:
    """The same person, without an operator's rights."""
    with transaction() as session:
        user = session.get_one(User, caller.actor.user_id)
        user.is_operator = False
        session.flush()
        actor = actor_for_user(session, user, via="session")
        scopes = ["ideas:read", "ideas:write", "ideas:vote", "account:read"]
        _, token = keys.create_key(session, actor, "weaker", scopes)
    return Caller(caller.http, token, actor)


def case_of(operator: Caller, bob: Caller, idea: str) -> str:
    """Report an idea and return its case."""
    answer = bob.post("/reports", json={"subject_id": idea, "reason": "private"})
    assert answer.status_code == 201, answer.text
    return str(operator.get("/moderation/cases").json()["items"][0]["id"])


def test_from_a_report_to_an_appeal(ada: Caller, bob: Caller, author: Caller, caller: People) -> None:
    idea = submitted(author)
    case = case_of(ada, bob, idea)
    problem_of(bob.post("/reports", json={"subject_id": idea, "reason": "spam"}), 409, "reported_already")
    shown = ada.get(f"/moderation/cases/{case}").json()
    assert shown["actions"] == ["keep", "hide", "warn", "close"] and shown["reports"][0]["by"] == "bob"
    problem_of(bob.get(f"/moderation/cases/{case}"), 403, "operator_only")
    made = ada.post(f"/moderation/cases/{case}/decisions", json=DECISION).json()
    assert made["state"] == "final"
    problem_of(bob.get(f"/ideas/{idea}"), 404, "not_found")
    [told] = author.get("/decisions").json()["items"]
    assert (told["reason"], told["rule"], told["means"].startswith("It was reported")) == (
        REASON,
        "Private data",
        True,
    )
    assert bob.get("/reports").json()["items"][0]["outcome"] == "agreed"
    words = {"words": "The addresses are those of my own shops."}
    appeal = author.post(f"/decisions/{told['id']}/appeal", json=words).json()
    grace = caller("grace@example.com")
    answer = {"outcome": "overturned", "answer": "They are your own shops: we were wrong."}
    problem_of(ada.post(f"/moderation/appeals/{appeal['id']}/answer", json=answer), 403, "own_decision")
    assert (
        grace.post(f"/moderation/appeals/{appeal['id']}/answer", json=answer).json()["outcome"]
        == "overturned"
    )
    assert bob.get(f"/ideas/{idea}").json()["state"] == "published"


def test_a_decision_is_undone_and_closing_takes_two(
    ada: Caller, bob: Caller, author: Caller, caller: People
) -> None:
    case = case_of(ada, bob, submitted(author))
    made = ada.post(f"/moderation/cases/{case}/decisions", json=DECISION).json()
    assert ada.post(f"/moderation/decisions/{made['id']}/undo").json()["state"] == "undone"
    closing = ada.post(f"/moderation/cases/{case}/decisions", json={**DECISION, "action": "close"}).json()
    assert closing["state"] == "proposed"
    problem_of(ada.post(f"/moderation/decisions/{closing['id']}/confirm"), 409, "second_needed")
    grace = caller("grace@example.com")
    assert grace.post(f"/moderation/decisions/{closing['id']}/confirm").json()["state"] == "final"
    assert author.get("/me").status_code == 401


def test_a_repeated_decision_is_answered_once(ada: Caller, bob: Caller, author: Caller) -> None:
    case = case_of(ada, bob, submitted(author))
    headers = {"Idempotency-Key": "once"}
    answers = [
        ada.post(f"/moderation/cases/{case}/decisions", json=DECISION, headers=headers).json()["id"]
        for _ in range(2)
    ]
    assert answers[0] == answers[1]


def test_what_is_sold_is_read_for_a_case_alone(ada: Caller, bob: Caller, author: Caller) -> None:
    idea = submitted(author)
    problem_of(ada.get(f"/ideas/{idea}/paid"), 403, "not_bought")
    case = case_of(ada, bob, idea)
    assert market.canary("Menu translator") not in ada.get(f"/moderation/cases/{case}").text
    read = ada.post(f"/moderation/cases/{case}/paid-readings")
    assert market.canary("Menu translator") in read.json()["solution"]
    assert "no-store" in read.headers["cache-control"]
    problem_of(bob.post(f"/moderation/cases/{case}/paid-readings"), 403, "operator_only")


def test_an_account_reads_its_trust(author: Caller) -> None:
    trust = author.get("/account/trust").json()
    assert (trust["level"], trust["weight"], trust["limits"]["ideas"]) == (0, 0.1, 3)
    assert {step["name"] for step in trust["steps"]} == {"confirmed", "age_days", "ideas_read"}
