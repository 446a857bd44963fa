"""A state of an application that nobody has looked at for ten seconds is unknown, wherever one is shown.

What a browser still shows when no server answers any more is in tests/app/pages/test_seen.py.
"""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import Session

from app.components.seen import age_told
from app.metrics import exposition
from app.pages.deployment_rows import head_of
from app.pages.deployments import row_of
from models.clock import now
from models.db import transaction
from models.deployments import Deployment, Observed
from services import deployments
from services.deployments.views import STALE_S
from services.operations.queues import applications
from tests.app.api.conftest import Caller, deployed
from tests.app.cli.conftest import Said
from tests.app.cli.test_commands import machine

Say = Callable[..., Said]
Screen = Callable[[Session, Caller, Say], str]


def counted(session: Session) -> str:
    """The state that the numbers for Prometheus count the application under."""
    lines = exposition(session)
    return " ".join(re.findall(r'^ideasmith_deployments\{state="(\w+)"\} 1$', lines, re.MULTILINE))


def exported(caller: Caller) -> str:
    """The state in the table that is downloaded."""
    [row] = csv.DictReader(io.StringIO(caller.get("/deployments.csv").text.removeprefix("\ufeff")))
    return str(row["seen"])


def view(session: Session, caller: Caller) -> deployments.DeploymentView:
    return deployments.list_deployments(session, caller.actor).items[0]


def words(said: Said) -> str:
    """The state in a table or a headline of the command."""
    return " ".join(word for word in said.out.split() if word in set(Observed))


SCREENS: dict[str, Screen] = {
    "one by the API": lambda session, ada, say: ada.get(f"/deployments/{view(session, ada).id}").json()[
        "state"
    ],
    "all by the API": lambda session, ada, say: ada.get("/deployments").json()["items"][0]["state"],
    "one by the command": lambda session, ada, say: words(say("deployments show northwind")),
    "all by the command": lambda session, ada, say: words(say("deployments list")),
    "the exported table": lambda session, ada, say: exported(ada),
    "the list of deployments": lambda session, ada, say: row_of(view(session, ada)).state,
    "the page of one": lambda session, ada, say: head_of(view(session, ada)).state,
    "the metrics": lambda session, ada, say: counted(session),
    "the operations page": lambda session, ada, say: " ".join(
        name for name, count in applications(session).states.items() if count
    ),
}


def look(age_s: float | None, state: Observed) -> None:
    """Have the last look be so old; None: nobody has looked yet."""
    at = None if age_s is None else now() - timedelta(seconds=age_s)
    with transaction() as session:
        session.execute(update(Deployment).values(observed=state, observed_at=at))


@pytest.fixture
def ada(here: Path) -> Caller:
    """This machine's account, with one application."""
    caller = machine(here)
    deployed(caller)
    return caller


@pytest.mark.parametrize("state", [Observed.RUNNING, Observed.SLEEPING, Observed.CRASHED])
def test_every_screen_says_unknown_when_the_last_look_is_old(ada: Caller, say: Say, state: Observed) -> None:
    for age_s, expected in ((1.0, state), (STALE_S + 1, Observed.UNKNOWN), (None, Observed.UNKNOWN)):
        look(age_s, state)
        shown = {}
        for name, screen in SCREENS.items():
            with transaction() as session:
                shown[name] = screen(session, ada, say)
        wrong = {name: found for name, found in shown.items() if found.split()[:1] != [expected]}
        assert wrong == {}, f"{age_s} s after {state}"


def test_a_browser_is_told_how_old_a_look_was_and_counts_on(ada: Caller) -> None:
    look(3, Observed.RUNNING)
    with transaction() as session:
        one = view(session, ada)
    assert 3 <= row_of(one).age_s < STALE_S and 3 <= head_of(one).age_s < STALE_S
    assert (age_told("deleting", 60.0), age_told("unknown", 60.0), age_told("unknown", None)) == (-1, -1, -1)
