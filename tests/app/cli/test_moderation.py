"""The moderators' queue from a terminal."""

from collections.abc import Callable
from pathlib import Path

from models.db import transaction
from services.moderation.reporting import report
from tests import market
from tests.app.cli.conftest import Said
from tests.app.cli.test_ideas import somebody

Say = Callable[..., Said]
REASON = "It lists private addresses, which our rules forbid."


def case_in(say: Say) -> str:
    """Publish an idea, have it reported, and return its case."""
    author, reporter = somebody("author@example.com"), somebody("bob@example.com")
    with transaction() as session:
        idea = market.publish(session, author, "Tide table")
        report(session, reporter, idea.id, "private", "It lists my address.")
    return str(say("moderation list --json").document["items"][0]["id"])


def test_a_case_is_listed_shown_decided_and_undone(here: Path, say: Say) -> None:
    assert say("moderation list").out == "Nothing waits for a moderator.\n"
    case = case_in(say)
    assert "Tide table" in say("moderation list").out
    shown = say("moderation", "show", case).out
    assert "It lists my address." in shown and "keep, hide, warn, close" in shown and market.PROBLEM in shown
    assert market.canary("Tide table") not in shown
    made = say(
        "moderation", "decide", case, "hide", "--rule", "private", "--reason", REASON, "--json"
    ).document
    assert "Tide table" in say("moderation list --decided").out
    assert "open again" in say("moderation", "undo", made["id"]).out
    assert "Tide table" in say("moderation list").out


def test_a_reason_that_says_nothing_is_wrong_usage_and_a_machine_closes_nobody(here: Path, say: Say) -> None:
    case = case_in(say)
    said = say("moderation", "decide", case, "hide", "--rule", "spam", "--reason", "bad")
    assert said.code == 2 and "at least 10 characters" in said.err
    said = say("moderation", "decide", case, "close", "--rule", "spam", "--reason", REASON)
    assert said.code == 3 and "takes two people" in said.err
