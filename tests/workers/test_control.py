"""What a person may do with a walk: retry from any step, branch, pause; what is reused, and what a limit ends."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from models.db import transaction
from models.errors import Conflict, InvalidInput
from models.executions import STEP_NAMES, Event, Execution
from models.settings import settings as product_settings
from services import executions
from services.accounts import Actor
from services.executions import ExecutionView
from services.rendering import render as render_tree
from services.steps import render, validate
from services.steps.base import StepContext, StepResult, workspace_of
from services.steps.trees import tree_hash
from tests.note import launch, person, tiny_catalogue
from workers.walk import walk

Table = dict[str, Callable[[StepContext], StepResult]]
ALL = list(STEP_NAMES)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch a template whose code depends on its options."""
    with tiny_catalogue(tmp_path / "templates") as root:
        skeleton = root / "note" / "skeleton"
        (skeleton / "tone.json.jinja").write_text("<$ {'name': app_name, 'tone': tone} | json $>\n")
        with transaction() as session:
            executions.requests.catalog.sync(session)  # type: ignore[attr-defined]
        yield person("ada@example.com")


class Workshop:
    """Steps that render for real, say what real ones say, and write down that they were done."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.fails = ""
        self.during: Callable[[str, StepContext], None] = lambda name, context: None

    def table(self) -> Table:
        return {name: self.step(name) for name in STEP_NAMES}

    def step(self, name: str) -> Callable[[StepContext], StepResult]:
        real = {"validate": validate.run, "render": render.run}.get(name)
        data = {"install": {"key": "k"}, "test": {"passed": 3}, "deploy": {"url": "http://note.localhost"}}

        def run(context: StepContext) -> StepResult:
            self.done.append(name)
            self.during(name, context)
            if name == self.fails:
                raise RuntimeError("broken")
            return real(context) if real else StepResult(f"{name} done", dict(data.get(name, {})))

        return run

    def walked(self, execution_id: str) -> list[str]:
        """Walk, and return the steps that were really done."""
        self.done.clear()
        walk(execution_id, self.table())
        return list(self.done)


@pytest.fixture
def shop() -> Workshop:
    return Workshop()


def view(actor: Actor, execution_id: str) -> ExecutionView:
    with transaction() as session:
        return executions.get_execution(session, actor, execution_id)


def said(execution_id: str, kind: str) -> list[Event]:
    with transaction() as session:
        statement = select(Event).where(Event.execution_id == execution_id).order_by(Event.seq)
        rows = list(session.scalars(statement))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    return [row for row in rows if row.kind == kind]


def retried(actor: Actor, execution_id: str, from_step: str = "", **changes: str) -> executions.Plan:
    with transaction() as session:
        plan = executions.plan_retry(session, actor, execution_id, from_step=from_step, changes=changes)
        executions.retry(session, actor, execution_id, from_step=from_step, changes=changes)
    return plan


def test_a_changed_option_runs_what_depends_on_it_and_reuses_the_rest(ada: Actor, shop: Workshop) -> None:
    execution_id = launch(ada)
    assert shop.walked(execution_id) == ALL
    plan = retried(ada, execution_id, tone="loud")
    assert plan.sentence == (
        "validate, render, test, scan, package, deploy and verify run again; install is reused."
    )
    assert shop.walked(execution_id) == plan.runs
    seen = view(ada, execution_id)
    assert (seen.state, seen.attempt, seen.config["tone"]) == ("succeeded", 2, "loud")
    assert [step.name for step in seen.steps if step.reused_from == execution_id] == ["install"]
    reused = said(execution_id, "step.reused")
    assert [(row.span, row.text) for row in reused] == [
        ("install", "Reused from attempt 1: nothing it depends on has changed.")
    ]
    assert "Changed: tone." in said(execution_id, "execution.retried")[0].text


@pytest.mark.parametrize(
    ("from_step", "runs"),
    [
        ("validate", ["validate", "deploy", "verify"]),
        ("render", ["render", "deploy", "verify"]),
        ("test", ["test", "package", "deploy", "verify"]),
        ("scan", ["scan", "package", "deploy", "verify"]),
        ("package", ["package", "deploy", "verify"]),
        ("verify", ["deploy", "verify"]),
    ],
)
def test_a_retry_from_a_step_does_it_anew_and_what_depends_on_its_result(
    ada: Actor, shop: Workshop, from_step: str, runs: list[str]
) -> None:
    execution_id = launch(ada)
    shop.walked(execution_id)
    assert retried(ada, execution_id, from_step).runs == runs
    assert shop.walked(execution_id) == runs
    assert view(ada, execution_id).state == "succeeded"


def test_what_was_there_before_a_retry_stays_readable(ada: Actor, shop: Workshop) -> None:
    execution_id = launch(ada)
    shop.fails = "scan"
    shop.walked(execution_id)
    lines = len(said(execution_id, "step.started"))
    shop.fails = ""
    retried(ada, execution_id, "test", tone="loud")
    shop.walked(execution_id)
    with transaction() as session:
        (before,) = executions.list_attempts(session, ada, execution_id)
    assert (before.number, before.state, before.error_code) == (1, "failed", "internal_error")
    assert before.config["tone"] == "calm"
    assert [step["state"] for step in before.steps][3:6] == ["succeeded", "failed", "queued"]
    assert len(said(execution_id, "step.started")) > lines


def test_options_that_do_not_fit_and_unknown_steps_are_refused_before_anything_changes(
    ada: Actor, shop: Workshop
) -> None:
    execution_id = launch(ada)
    with pytest.raises(Conflict, match="has ended"):
        retried(ada, execution_id, "test")
    shop.walked(execution_id)
    with pytest.raises(InvalidInput) as refusal:
        retried(ada, execution_id, tone="shrill")
    assert [field.path for field in refusal.value.fields] == ["/tone"]
    with pytest.raises(InvalidInput, match="no step 'paint'"):
        retried(ada, execution_id, "paint")
    assert view(ada, execution_id).state == "succeeded"


def test_going_back_to_earlier_options_reuses_what_was_found_then(ada: Actor, shop: Workshop) -> None:
    execution_id = launch(ada)
    shop.walked(execution_id)
    retried(ada, execution_id, tone="loud")
    shop.walked(execution_id)
    retried(ada, execution_id, tone="calm")
    assert shop.walked(execution_id) == ["validate", "render", "package", "deploy", "verify"]
    finished = {row.span: row.text for row in said(execution_id, "step.finished")}
    assert finished["test"] == "test done. Reused from attempt 1: nothing it depends on has changed."


def test_another_launch_of_the_team_reuses_what_is_known(ada: Actor, shop: Workshop) -> None:
    first, second = launch(ada), launch(ada)
    shop.walked(first)
    assert shop.walked(second) == ["validate", "install", "package", "deploy", "verify"]
    seen = view(ada, second)
    assert [step.name for step in seen.steps if step.reused_from == first] == ["render", "test", "scan"]
    assert f"(…{first[-6:]})" in seen.steps[1].summary


def test_other_teams_reuse_nothing(ada: Actor, shop: Workshop) -> None:
    shop.walked(launch(ada))
    assert shop.walked(launch(person("bob@example.com"))) == ALL


def test_a_folder_that_is_gone_or_was_touched_is_not_reused(ada: Actor, shop: Workshop) -> None:
    first, second, third = launch(ada), launch(ada), launch(ada)
    shop.walked(first)
    (workspace_of(first) / "tree" / "serve.py").write_text("print('touched')\n")
    assert "render" in shop.walked(second)
    shutil.rmtree(workspace_of(first))
    shutil.rmtree(workspace_of(second))
    assert "render" in shop.walked(third)


def test_a_branch_goes_another_way_and_both_know_of_each_other(ada: Actor, shop: Workshop) -> None:
    source = launch(ada)
    shop.walked(source)
    with transaction() as session:
        plan = executions.plan_retry(session, ada, source, from_step="scan", branch=True)
        branch = executions.branch(session, ada, source, from_step="scan").id
    # `install` of these tests leaves no environment, so it is not found.
    assert shop.walked(branch) == ["validate", "install", "scan", "package", "deploy", "verify"]
    assert plan.reused == ["render", "install", "test"]
    there, here = view(ada, source), view(ada, branch)
    assert here.branched_from is not None and here.branched_from.id == source
    assert [(one.id, one.from_step) for one in there.branches] == [(branch, "scan")]


def test_a_retry_of_changed_code_is_a_new_build_and_of_the_same_code_is_not(
    ada: Actor, shop: Workshop
) -> None:
    execution_id = launch(ada)
    shop.walked(execution_id)

    def build() -> int:
        with transaction() as session:
            return session.get_one(Execution, execution_id).build

    retried(ada, execution_id, "deploy")
    assert build() == 1
    shop.walked(execution_id)
    retried(ada, execution_id, tone="loud")
    assert build() == 2


def test_a_walk_pauses_before_its_next_step_and_goes_on_there(ada: Actor, shop: Workshop) -> None:
    execution_id = launch(ada)

    def pause(name: str, context: StepContext) -> None:
        if name == "render":
            with transaction() as session:
                executions.pause(session, ada, execution_id)

    shop.during = pause
    assert shop.walked(execution_id) == ["validate", "render"]
    seen = view(ada, execution_id)
    assert (seen.state, seen.pausing) == ("waiting", True)
    assert "before “Prepare the environment”" in said(execution_id, "execution.paused")[0].text
    with transaction() as session:
        assert session.get_one(Execution, execution_id).lease_until is None
        executions.resume(session, ada, execution_id)
    assert shop.walked(execution_id) == ALL[2:]
    assert view(ada, execution_id).state == "succeeded"


def test_a_step_over_its_limit_is_ended_with_its_code_and_next_action(
    ada: Actor, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product_settings(), "step_limits", "test=1")
    execution_id = launch(ada)
    children: list[subprocess.Popen[bytes]] = []

    def linger(name: str, context: StepContext) -> None:
        if name == "test":
            children.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
            until(context.stopped)
            children[0].kill()
            children[0].wait()
            context.go_on()

    shop.during = linger
    started = time.monotonic()
    shop.walked(execution_id)
    assert time.monotonic() - started < 8
    seen = view(ada, execution_id)
    assert (seen.state, seen.error_code) == ("failed", "step_timeout")
    assert "limit of 1 s" in seen.error_message and "IDEASMITH_STEP_LIMITS" in seen.next_action
    assert seen.steps[3].data == {"limit_s": 1}


def test_a_limit_counts_what_an_earlier_worker_has_spent(
    ada: Actor, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product_settings(), "step_limits", "install=30")
    execution_id = launch(ada)
    with transaction() as session:
        step = executions.progress.list_steps(session, execution_id)[2]  # type: ignore[attr-defined]
        step.state, step.attempt, step.spent_s = "running", 1, 29.9

    def linger(name: str, context: StepContext) -> None:
        if name == "install":
            until(context.stopped)
            context.go_on()

    shop.during = linger
    started = time.monotonic()
    shop.walked(execution_id)
    assert view(ada, execution_id).error_code == "step_timeout"
    assert time.monotonic() - started < 10


def test_a_step_within_its_limit_does_not_carry_an_alarm_into_the_next(
    ada: Actor, shop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product_settings(), "step_limits", "render=1")
    execution_id = launch(ada)

    def slow(name: str, context: StepContext) -> None:
        if name == "render":
            threading.Event().wait(1.6)  # over its limit, but it comes back with its result

    shop.during = slow
    shop.walked(execution_id)
    assert view(ada, execution_id).state == "succeeded"


def until(met: Callable[[], bool], patience_s: float = 10.0) -> None:
    deadline = time.monotonic() + patience_s
    while not met():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)


CHOICES = st.lists(
    st.tuples(
        st.sampled_from(["", *STEP_NAMES]),
        st.fixed_dictionaries(
            {},
            optional={
                "tone": st.sampled_from(["calm", "loud"]),
                "app_name": st.sampled_from(["Note", "Menu", "Ünï"]),
            },
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(choices=CHOICES)
def test_reuse_never_changes_the_resulting_tree(
    ada: Actor, shop: Workshop, tmp_path: Path, choices: list[tuple[str, dict[str, str], bool]]
) -> None:
    execution_id = launch(ada)
    shop.walked(execution_id)
    for number, (from_step, changes, branching) in enumerate(choices):
        with transaction() as session:
            if branching:
                execution_id = executions.branch(
                    session, ada, execution_id, from_step=from_step, changes=changes
                ).id
            elif from_step or changes:
                executions.retry(session, ada, execution_id, from_step=from_step, changes=changes)
            else:
                continue
        shop.walked(execution_id)
        seen = view(ada, execution_id)
        assert seen.state == "succeeded", seen.error_message
        fresh = tmp_path / "fresh" / f"{execution_id}-{number}-{time.monotonic_ns()}"
        render_tree(
            executions.requests.catalog.load_folder(tmp_path / "templates" / "note"), seen.config, fresh
        )  # type: ignore[attr-defined]
        assert tree_hash(workspace_of(execution_id) / "tree") == tree_hash(fresh)


def test_a_step_that_never_comes_back_is_left_with_all_that_it_has_started(
    ada: Actor, tmp_path: Path
) -> None:
    execution_id, pids = launch(ada), tmp_path / "pids"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IDEASMITH_STEP_LIMITS": "render=1"}
    horse = subprocess.Popen(
        [sys.executable, "-m", "tests.workers.stuck", execution_id, str(pids)], env=environment, cwd=ROOT
    )
    try:
        until(pids.exists, 60)
        assert horse.wait(15) == 1
    finally:
        horse.kill()
    seen = view(ada, execution_id)
    assert (seen.state, seen.error_code, seen.steps[1].state) == ("failed", "step_timeout", "failed")
    assert said(execution_id, "execution.failed")
    until(
        lambda: not any(psutil.pid_exists(int(pid)) and alive(int(pid)) for pid in pids.read_text().split())
    )


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
