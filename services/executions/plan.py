"""What a retry would do again and what it would keep: said before anybody decides, and then done exactly so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from models.errors import Conflict, InvalidInput
from models.executions import STEP_NAMES, Execution, State, Step
from models.templates import TemplateVersion
from services import environments
from services.accounts import Actor
from services.catalog import validate_config
from services.executions.progress import list_steps
from services.executions.requests import find_execution
from services.steps.inputs import SHARED, Inputs, input_hash


@dataclass(frozen=True, slots=True)
class Plan:
    """One retry: from which step, with which options, and what that means for each step, in their order."""

    from_step: str
    config: dict[str, Any]
    changed: list[str]
    runs: list[str]
    reused: list[str]

    @property
    def sentence(self) -> str:
        """Say it to a person."""
        again = f"{listed(self.runs)} {'runs' if len(self.runs) == 1 else 'run'} again"
        if not self.reused:
            return f"{again}; nothing is reused."
        return f"{again}; {listed(self.reused)} {'is' if len(self.reused) == 1 else 'are'} reused."


def plan_retry(
    session: Session,
    actor: Actor,
    execution_id: str,
    *,
    from_step: str = "",
    changes: Mapping[str, Any] | None = None,
    branch: bool = False,
) -> Plan:
    """Return what a retry would do, or with `branch` a branch, without doing it.

    Raises:
        NotFound: there is none with this id in the actor's teams.
        InvalidInput: no such step, or options that do not fit; `fields` names each.
    """
    execution = find_execution(session, actor, execution_id)
    if branch:
        refuse_other_way(execution, "An upgrade cannot be branched.")
    found = plan(session, execution, list_steps(session, execution_id), from_step, changes or {})
    return elsewhere(found) if branch else found


def elsewhere(found: Plan) -> Plan:
    """Return the plan for another execution: it takes over only what may be shared."""
    runs = [name for name in STEP_NAMES if name in found.runs or name not in SHARED]
    return replace(found, runs=runs, reused=[name for name in STEP_NAMES if name not in runs])


def plan(
    session: Session, execution: Execution, steps: Sequence[Step], from_step: str, changes: Mapping[str, Any]
) -> Plan:
    """Return the plan for an execution with these steps.

    The named step is done anew, whatever is known of it. Of the others those are, whose inputs differ from what they
    were made of, and those that have no result.
    """
    known_step(from_step, [step.name for step in steps])
    version = session.get(TemplateVersion, execution.template_version_id)
    if version is None:
        raise Conflict("The template of this execution is gone.", "template_gone")
    if changes:
        refuse_other_way(execution, "An upgrade keeps the options of its application.")
    config = merged(version, execution.config, changes)
    runs = affected(inputs_of(execution, version, config), steps, from_step)
    return Plan(
        from_step=from_step or runs[0],
        config=config,
        changed=[name for name in config if config[name] != execution.config.get(name)],
        runs=runs,
        reused=[step.name for step in steps if step.name not in runs],
    )


def inputs_of(execution: Execution, version: TemplateVersion, config: Mapping[str, Any]) -> Inputs:
    """Return what an execution would start from, as far as the tables know it."""
    return Inputs(
        execution.id,
        version.content_hash,
        environments.key_of(version.lock_hash),
        tuple(version.manifest["app"]["test"]),
        config,
    )


def affected(inputs: Inputs, steps: Sequence[Step], from_step: str) -> list[str]:
    """Return the steps that have to be done again. What has no hash, as starting an application, always is."""
    results: dict[str, Mapping[str, Any]] = {}
    again: list[str] = []
    for step in steps:
        known = step.state == State.SUCCEEDED and bool(step.input_hash)
        same = known and step.input_hash == input_hash(step.name, inputs, results)
        if not same or step.name == from_step:
            again.append(step.name)
        if same and (step.name != from_step or step.name in ("render", "install")):
            # Written again from the same inputs these two give the same result, so what follows is not affected.
            results[step.name] = step.result
    return again


def merged(version: TemplateVersion, before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options with changes, checked against the template that was launched."""
    return validate_config(version.config_schema, {**before, **changes}) if changes else dict(before)


def known_step(name: str, names: Sequence[str] = STEP_NAMES) -> None:
    """Refuse a step that there is not."""
    if name and name not in names:
        raise InvalidInput(
            f"There is no step {name[:40]!r}. Choose one of: {', '.join(names)}.", "unknown_step"
        )


def refuse_other_way(execution: Execution, words: str) -> None:
    """Refuse what cannot be done with an upgrade: it belongs to its deployment, and to the options that this has."""
    if execution.upgrade:
        raise Conflict(f"{words} Start another upgrade from its deployment.", "is_upgrade")


def listed(names: Sequence[str]) -> str:
    """Return names as in a sentence."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
