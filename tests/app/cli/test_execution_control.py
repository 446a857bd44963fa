"""Going on differently, from a terminal."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import update

from models.db import transaction
from models.executions import Execution, State
from tests.app.cli.conftest import Said

Say = Callable[..., Said]


def ended(say: Say) -> str:
    """Launch, and let it have ended."""
    made = str(say("launch tiny --set days=3 --json").document["id"])
    with transaction() as session:
        session.execute(update(Execution).where(Execution.id == made).values(state=State.SUCCEEDED))
    return made


def test_pause_and_resume(here: Path, say: Say) -> None:
    made = say("launch tiny --json").document["id"]
    assert say("executions pause last").out == f"{made} is paused.\n"
    assert say("executions pause last").code == 1
    assert say("executions resume last --json").document["state"] == "queued"


def test_a_retry_can_be_planned_before(here: Path, say: Say) -> None:
    made = ended(say)
    planned = say("executions retry last --from test --set days=5 --plan")
    assert planned.out == (
        "Validate, render, install, test, scan, package, deploy and verify run again; nothing is reused.\n"
    )
    assert planned.err == "Changed: days\n"
    assert say("executions attempts last").out == "This is its first attempt.\n"
    again = say("executions retry last --from test --set days=5 --json")
    assert (again.code, again.document["id"], again.document["state"]) == (0, made, "queued")
    assert say("executions show last --json").document["config"]["days"] == 5
    assert [one["number"] for one in say("executions attempts last --json").document["items"]] == [1]


def test_a_branch_is_another_execution(here: Path, say: Say) -> None:
    made = ended(say)
    branch = say("executions branch last --from render --set days=6 --json").document["id"]
    shown = say(f"executions show {branch}").out
    assert branch != made and f"Branch of  {made}" in shown and "Next in line" in shown


def test_a_step_that_there_is_not_is_wrong_usage(here: Path, say: Say) -> None:
    ended(say)
    refused = say("executions retry last --from paint")
    assert refused.code == 2 and "no step 'paint'" in refused.err
