"""Teams from a shell, and `--team`."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.db import transaction
from services import accounts, executions
from tests.app.cli.conftest import Said
from tests.services.teams.people import mails_to

Say = Callable[..., Said]


@pytest.fixture
def team(here: Path, say: Say) -> str:
    """A team that the machine's own account has made."""
    made = say("teams", "create", "Tea Corner", "--json").document
    return str(made["id"])


def test_a_team_is_made_listed_and_shown(say: Say, team: str) -> None:
    listed = say("teams list --json").document["items"]
    assert [(one["name"], one["chosen"]) for one in listed] == [("This machine", True), ("Tea Corner", False)]
    assert say("teams", "show", "tea corner", "--json").document["members"][0]["role"] == "owner"
    assert "This machine" in say("teams", "members", team).out
    assert say("teams list").out.splitlines()[0].split()[:2] == ["TEAM", "NAME"]


def test_a_launch_is_made_in_the_team_that_is_named_and_listed_there(say: Say, team: str) -> None:
    launched = say("launch", "tiny", "--team", "Tea Corner", "--json")
    assert launched.code == 0
    assert say("executions list --json").document == {"items": []}
    listed = say("executions", "list", "--team", team, "--json").document["items"]
    assert [one["id"] for one in listed] == [launched.document["id"]]
    key = say("keys", "create", "CI", "--scope", "executions:read", "--team", team, "--json").document
    assert [one["id"] for one in say("keys", "list", "--team", team, "--json").document["items"]] == [
        key["id"]
    ]
    assert say("deployments", "list", "--team", team, "--json").document == {"items": []}


def test_a_team_that_is_not_ones_own_is_refused_with_the_names_of_those_that_are(say: Say, team: str) -> None:
    refused = say("executions list --team Nowhere --json")
    assert (refused.code, refused.document["code"]) == (3, "wrong_team")
    assert "This machine, Tea Corner" in refused.err


def test_somebody_is_invited_by_name_of_the_team(say: Say, team: str) -> None:
    said = say("teams", "invite", "Tea Corner", "bob@example.com", "--role", "viewer")
    assert said.out.strip() == "Invited bob@example.com as viewer."
    with transaction() as session:
        assert "Tea Corner" in mails_to(session, "bob@example.com")[0].subject
    assert say("teams", "invite", "Tea Corner", "bob@example.com", "--role", "king").code == 2


def test_what_a_shell_makes_is_on_the_operators_screen(here: Path, say: Say) -> None:
    with transaction() as session:
        user = accounts.sign_up(session, email="ada@example.com", password="a long enough password")
        actor = accounts.actor_for_user(session, user, via="session")
    launched = say("launch tiny --json").document["id"]
    with transaction() as session:
        assert [one.id for one in executions.list_executions(session, actor).items] == [launched]
