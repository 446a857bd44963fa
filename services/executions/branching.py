"""Branching: another execution from a step of this one, with other options, to lay the two side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.executions import Execution, Step
from services import audit
from services.accounts import Actor, require
from services.events.appending import Said, append_all
from services.executions.plan import known_step, refuse_other_way
from services.executions.requests import find_execution, launch
from services.executions.titles import TITLES


@dataclass(frozen=True, slots=True)
class Relative:
    """An execution that this one branched from, or that branched from this one, and at which step."""

    id: str
    name: str
    state: str
    from_step: str


def branch(
    session: Session,
    actor: Actor,
    execution_id: str,
    *,
    from_step: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Execution:
    """Start a new execution that goes another way than this one from `from_step` on; both keep running on their own.

    It makes a deployment of its own. What this one has found already and what the change does not touch is reused.
    The template is taken as it is now.

    Raises:
        NotFound: there is none with this id in the actor's teams, or its template was withdrawn.
        Conflict: it is an upgrade, which belongs to its deployment.
        InvalidInput: no such step, or options that do not fit; `fields` names each.
    """
    source = find_execution(session, actor, execution_id)
    refuse_other_way(source, "An upgrade cannot be branched.")
    known_step(from_step)
    require(actor, "executions:write", source.team_id)
    options = {**source.config, **(changes or {})}
    row = launch(session, actor, source.template_slug, options, team_id=source.team_id)
    row.from_execution_id, row.from_step = source.id, from_step
    if from_step:
        named = (col(Step.execution_id) == row.id, col(Step.name) == from_step)
        session.execute(update(Step).where(*named).values(fresh=True))
    append_all(session, row, [said_of(source, from_step)])
    data = {"branch": row.id, "from_step": from_step}
    audit.record(session, actor, "execution.branched", source.id, source.team_id, data)
    session.flush()
    return row


def said_of(source: Execution, from_step: str) -> Said:
    """Say where a branch comes from. The log of the source is signed at its end, so nothing is added there."""
    there = f" at the step {TITLES.get(from_step, from_step)}" if from_step else ""
    data = {"from_execution_id": source.id, "from_step": from_step}
    return Said("execution.branched", f"Branched from {source.name} (…{source.id[-6:]}){there}.", data=data)


def parent_of(session: Session, row: Execution) -> Relative | None:
    """Return the execution that `row` branched from. None: from none, or it is gone."""
    source = session.get(Execution, row.from_execution_id) if row.from_execution_id else None
    return Relative(source.id, source.name, source.state, row.from_step) if source else None


def branches_of(session: Session, row: Execution) -> list[Relative]:
    """Return the executions that branched from `row`, oldest first."""
    statement = (
        select(Execution)
        .where(col(Execution.from_execution_id) == row.id, col(Execution.team_id) == row.team_id)
        .order_by(col(Execution.created_at), col(Execution.id))
        .limit(50)
    )
    return [Relative(one.id, one.name, one.state, one.from_step) for one in session.scalars(statement)]
