"""No figure counts the example: all of them are walked, and a new one that forgets it is found."""

import ast
import inspect
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from app.metrics import exposition
from models.accounts import User
from models.clock import now
from models.executions import Execution, State, Step
from services import catalog, operations
from services.accounts import Actor
from services.catalog.estimate import template_durations, version_durations
from services.operations import failures, queues
from tests.test_house import MODULES, TREES
from tests.tiny_app import add_execution

Who = tuple[User, Actor]
Figure = Callable[[Session, Actor, str], Any]


def overview_figures(session: Session, actor: Actor, _: str) -> Any:
    seen = operations.look(session, actor)
    return seen.work.states, seen.work.oldest_queued_s is None, len(seen.failures), len(seen.findings)


# Every function that turns executions into figures. What `counting_functions` finds must be reached from here.
FIGURES: dict[str, Figure] = {
    "gallery": lambda session, actor, version: catalog.list_templates(session),
    "template page": lambda session, actor, version: catalog.find_template(session, "tiny").median_s,
    "estimate": lambda session, actor, version: catalog.estimate(session, version, {}),
    "of a version": lambda session, actor, version: version_durations(session, version),
    "of a template": lambda session, actor, version: template_durations(session, version),
    "metrics": lambda session, actor, version: exposition(session).partition("ideasmith_http")[0],
    "work": lambda session, actor, version: queues.work(session),
    "failures": lambda session, actor, version: len(failures.recent_failures(session, actor)),
    "overview": overview_figures,
}


@pytest.fixture
def ada(session: Session, make_user: Callable[..., Who]) -> Who:
    return make_user(session)


def end(session: Session, who: Who, state: State, seconds: float, **more: Any) -> Execution:
    """Store an execution with one step that ended so."""
    row = add_execution(session, *who, **more)
    row.state, row.finished_at, row.started_at = state, now(), now() - timedelta(seconds=seconds)
    session.add(Step(execution_id=row.id, team_id=row.team_id, position=0, name="test", state=state))
    session.flush()
    return row


def wait(session: Session, who: Who, **more: Any) -> Execution:
    """Store an execution that has been queued for long."""
    row = add_execution(session, *who, **more)
    row.state, row.created_at = State.QUEUED, now() - timedelta(hours=1)
    session.flush()
    return row


@pytest.mark.parametrize("name", FIGURES)
def test_an_example_changes_no_figure_and_a_real_execution_like_it_would(
    session: Session, ada: Who, name: str
) -> None:
    first = end(session, ada, State.SUCCEEDED, 3)
    figure = FIGURES[name]

    def read() -> Any:
        session.expire_all()
        return figure(session, ada[1], first.template_version_id)

    before = read()
    rows = [
        end(session, ada, State.SUCCEEDED, 900, example=True),
        end(session, ada, State.FAILED, 900, example=True),
        wait(session, ada, example=True),
    ]
    assert read() == before
    # The same rows, without the mark: were this figure blind, the line above would have shown nothing.
    for row in rows:
        row.example = False
    session.flush()
    assert read() != before


COUNTS = {"count", "sum", "avg", "min", "max", "percentile_cont", "extract"}
COUNTED = {"Execution", "Step"}
# No figures: the highest number of a release, the last event of a log, and what the retention may remove.
NO_FIGURES = {
    "services.deployments.releases.add_release",
    "services.events.reader.read_heads",
    # What is done to rows, and what a person is told of their own.
    "services.executions.progress.rewind_all",
    # Who waits for a place: an example never does.
    "services.executions.turns.at_work",
    "services.executions.turns.running_of",
    "services.privacy.erasing.farewell",
    "services.privacy.remains.is_still",
    "services.teams.making.fate",
    "services.retention.logs.find",
    "services.retention.logs.remove",
}


def counting_functions(trees: dict[str, ast.Module]) -> dict[str, ast.FunctionDef]:
    """Return every function that aggregates executions or steps in SQL."""
    found = {}
    for module, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
                calls = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
                if names & COUNTED and {f"func.{word}" for word in COUNTS} & calls:
                    found[f"{module}.{node.name}"] = node
    return found


def forgetful(trees: dict[str, ast.Module]) -> list[str]:
    """Return the functions that count executions and do not say `real()`."""
    return [
        name
        for name, node in counting_functions(trees).items()
        if name not in NO_FIGURES
        and not any(isinstance(one, ast.Call) and ast.unparse(one.func) == "real" for one in ast.walk(node))
    ]


def test_every_function_that_counts_executions_leaves_examples_out() -> None:
    assert forgetful(TREES) == []
    assert len(counting_functions(TREES)) >= 5


@pytest.mark.parametrize(
    "module",
    ["services.catalog.gallery", "services.catalog.estimate", "services.operations.queues", "app.metrics"],
)
def test_a_figure_that_forgets_would_be_found(module: str) -> None:
    source = MODULES[module].read_text(encoding="utf-8").replace("real(), ", "").replace(", real()", "")
    source = source.replace("            real(),\n", "")
    assert forgetful({module: ast.parse(source)}) != []


def test_the_list_of_failures_leaves_examples_out_too() -> None:
    """It counts nothing, so the walk over the sources does not see it."""
    assert "real()" in inspect.getsource(failures) and Path(inspect.getfile(failures)).is_file()
