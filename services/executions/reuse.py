"""Results that are known already: found by the hash of their inputs, copied, and said to be so."""

import hashlib

from sqlmodel import Session, col, select

from models.executions import Attempt, Execution, State, Step
from services import environments
from services.catalog import BrokenTemplate
from services.executions.titles import UNCHANGED
from services.steps.base import StepContext, StepResult, workspace_of
from services.steps.inputs import NEVER, SHARED, Inputs, input_hash
from services.steps.trees import copy_tree

LOOKED_AT = 3


def inputs_of(context: StepContext) -> Inputs:
    """Return what the steps of a context start from, as it lies on disk here."""
    template = context.template
    lock_hash = hashlib.sha256(context.lock.read_bytes()).hexdigest()
    return Inputs(
        context.execution_id,
        template.content_hash,
        environments.key_of(lock_hash),
        tuple(template.manifest["app"]["test"]),
        context.config,
    )


def find(context: StepContext, name: str, hash_: str) -> StepResult | None:
    """Return the result of a step with these inputs, brought here; None when there is none that can be used.

    Looked at are earlier attempts, the execution that this one branched from, then others of the team, newest first.
    """
    if name not in SHARED or not hash_:
        return None
    with context.transaction() as session:
        known = [*own(session, context, name, hash_), *others(session, context, name, hash_)]
    return next((result for result in known if brought(context, name, result)), None)


def own(session: Session, context: StepContext, name: str, hash_: str) -> list[StepResult]:
    """Return what earlier attempts of this execution have found. Their tree has been written over since."""
    if name == "render":
        return []
    statement = (
        select(Attempt)
        .where(col(Attempt.execution_id) == context.execution_id)
        .order_by(col(Attempt.number).desc())
        .limit(LOOKED_AT)
    )
    return [
        said(step["summary"], step["result"], context.execution_id, f"attempt {attempt.number}")
        for attempt in session.scalars(statement)
        for step in attempt.steps
        if step["name"] == name and step["state"] == State.SUCCEEDED and step["input_hash"] == hash_
    ]


def others(session: Session, context: StepContext, name: str, hash_: str) -> list[StepResult]:
    """Return what other executions of the team have found."""
    branched_from = col(Step.execution_id) == context.from_execution_id
    statement = (
        select(Step, Execution.name)
        .join(Execution, col(Execution.id) == Step.execution_id)
        .where(
            col(Step.team_id) == context.team_id,
            col(Step.input_hash) == hash_,
            col(Step.input_hash) != "",  # as its index says
            col(Step.name) == name,
            col(Step.state) == State.SUCCEEDED,
            col(Step.execution_id) != context.execution_id,
        )
        .order_by(branched_from.desc(), col(Step.finished_at).desc())
        .limit(LOOKED_AT)
    )
    return [
        said(step.summary, step.result, step.execution_id, f"{title} (…{step.execution_id[-6:]})")
        for step, title in session.execute(statement)
    ]


def said(summary: str, data: dict[str, object], execution_id: str, words: str) -> StepResult:
    """Return a result with the sentence that it is not new."""
    first = summary.partition(". Reused from ")[0].rstrip(".")
    return StepResult(f"{first}. Reused from {words}: {UNCHANGED}.", data, execution_id)


def brought(context: StepContext, name: str, result: StepResult) -> bool:
    """Bring here what a result consists of. False when it is gone."""
    if name == "render":
        source = workspace_of(str(result.reused_from)) / "tree"
        return copy_tree(source, context.tree, str(result.data.get("tree_hash")))
    if name == "install":
        return environments.is_whole(environments.environments_folder() / str(result.data.get("key")))
    return context.tree.is_dir()


def hash_of(context: StepContext, name: str) -> str:
    """Return the hash of what a step of this execution depends on now, "" where that cannot be said."""
    if name in NEVER:
        return ""
    try:
        inputs = inputs_of(context)
    except BrokenTemplate:
        return ""  # the step that needs the template says so itself
    return input_hash(name, inputs, context.results)
