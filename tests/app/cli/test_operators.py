"""`ideasmith operators`, on the server's own machine."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.db import transaction


def test_operators_are_added_listed_and_removed(here: Path, say: Callable[..., Any], make_user: Any) -> None:
    with transaction() as session:
        make_user(session)
        make_user(session, "bob@example.com")
    assert say("operators list --json").document["items"][0]["email"] == "ada@example.com"
    assert "runs this installation now" in say("operators add bob@example.com").err
    assert "bob@example.com" in say("operators list").out
    refused = say("operators add nobody@example.com")
    assert refused.code == 1 and "signs up first" in refused.err
    assert say("operators remove ada@example.com --json").document == {"email": "ada@example.com"}
    last = say("operators remove bob@example.com")
    assert last.code == 1 and "only operator" in last.err
