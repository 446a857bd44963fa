"""Executions as people see them: a page of them costs two queries, whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.clock import now
from models.errors import InvalidInput
from models.executions import ENDED, Execution, State, Step
from models.paging import Page
from services.accounts import Actor, require
from services.executions.branching import Relative, branches_of, parent_of
from services.executions.requests import find_execution
from services.executions.timings import TIMINGS
from services.executions.titles import TITLES, UNCHANGED
from services.executions.turns import Place, place_of
from services.keyset import read_page
from services.steps.limits import limit_s


@dataclass(frozen=True, slots=True)
class StepView:
    """One step. `duration_s` counts on while it runs; None before."""

    name: str
    title: str
    state: str
    attempt: int
    started_at: datetime | None
    finished_at: datetime | None
    duration_s: float | None
    summary: str
    error_message: str
    data: dict[str, Any]
    limit_s: int = 0  # it is ended when it takes longer
    reused_from: str = (
        ""  # the execution whose result this is; an earlier attempt of this one when it is its own id
    )


@dataclass(frozen=True, slots=True)
class ExecutionView:
    """One execution with its steps. `url` is where its application answers, empty until it does."""

    id: str
    name: str
    template_slug: str
    template_name: str
    state: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    duration_s: float | None
    error_code: str
    error_message: str
    next_action: str
    url: str
    deployment_id: str | None
    config: dict[str, Any]
    cost_cents: int
    steps: list[StepView]
    cancel_requested: bool = False
    example: bool = False  # recorded elsewhere, for newcomers
    files_cleaned: bool = False  # its folder is gone, and with it the archive
    attempt: int = 1
    pausing: bool = False  # it pauses before its next step, or has
    place: Place | None = (
        None  # where it stands in line, while it is queued; only of one that is looked at alone
    )
    branched_from: Relative | None = None
    branches: list[Relative] = field(default_factory=list)


def get_execution(session: Session, actor: Actor, execution_id: str) -> ExecutionView:
    """Return one execution.

    Raises:
        NotFound: there is none with this id in the actor's teams.
    """
    execution = find_execution(session, actor, execution_id)
    view = with_steps(session, [execution])[0]
    return replace(
        view,
        place=place_of(session, execution),
        branched_from=parent_of(session, execution),
        branches=branches_of(session, execution),
    )


def list_executions(
    session: Session,
    actor: Actor,
    *,
    state: str = "",
    template: str = "",
    query: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str = "",
    limit: int = 25,
    most: int = 0,
    running_only: bool = False,
) -> Page[ExecutionView]:
    """Return the executions of the team that the actor works in, newest first.

    `since` and `until` are about their launch. For screens, `most` lifts the limit of 100, and with `running_only` the
    steps are only those that run now.
    """
    require(actor, "executions:read", actor.team_id)
    statement = matching(actor, state=state, template=template, query=query, since=since, until=until)
    page = read_page(session, statement, Execution, cursor, limit, most)
    return Page(with_steps(session, page.items, running_only=running_only), page.next_cursor)


def matching(
    actor: Actor,
    *,
    state: str = "",
    template: str = "",
    query: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> SelectOfScalar[Execution]:
    """Return the statement for the executions of the actor's team that fit."""
    statement = select(Execution).where(col(Execution.team_id) == actor.team_id)
    if state:
        statement = statement.where(col(Execution.state) == known_state(state))
    if template:
        statement = statement.where(col(Execution.template_slug) == template.replace("\x00", ""))
    if since is not None:
        statement = statement.where(col(Execution.created_at) >= since)
    if until is not None:
        statement = statement.where(col(Execution.created_at) < until)
    if words := query.replace("\x00", "").strip():
        statement = statement.where(func.strpos(func.lower(Execution.name), words.lower()) > 0)
    return statement


def known_state(state: str) -> State:
    """Return the state of that name, or say which there are."""
    try:
        return State(state)
    except ValueError:
        words = ", ".join(State)
        raise InvalidInput(
            f"There is no state {state[:30]!r}. Choose one of: {words}.", "unknown_state"
        ) from None


# Columns rather than rows: a page has eight of them an execution, and only shows them.
STEP_COLUMNS = (
    col(Step.execution_id),
    col(Step.name),
    col(Step.state),
    col(Step.attempt),
    col(Step.started_at),
    col(Step.finished_at),
    col(Step.summary),
    col(Step.error_message),
    # Without the times of single tests, which are many (services/executions/timings.py).
    col(Step.result).op("-")(TIMINGS).label("result"),
    col(Step.reused_from),
)


def with_steps(
    session: Session, executions: Sequence[Execution], *, running_only: bool = False
) -> list[ExecutionView]:
    """Return the views of executions, with all their steps, or those that run now, read in one query."""
    statement = select_columns(*STEP_COLUMNS).where(
        col(Step.execution_id).in_([row.id for row in executions])
    )
    if running_only:
        statement = statement.where(col(Step.state) == State.RUNNING)
    steps: dict[str, list[StepView]] = {row.id: [] for row in executions}
    for step in session.execute(statement.order_by(col(Step.position))) if executions else ():
        steps[step.execution_id].append(step_view(step))
    return [execution_view(row, steps[row.id]) for row in executions]


def execution_view(row: Execution, steps: list[StepView]) -> ExecutionView:
    """Return one execution as people see it."""
    return ExecutionView(
        id=row.id,
        name=row.name,
        template_slug=row.template_slug,
        template_name=row.template_name,
        state=row.state,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        duration_s=elapsed_s(row.started_at, row.finished_at),
        error_code=row.error_code,
        error_message=row.error_message,
        next_action=row.next_action,
        url=row.url,
        deployment_id=row.deployment_id,
        config=row.config,
        cost_cents=-(-row.cost_micros // 10_000),
        steps=steps,
        cancel_requested=row.cancel_requested_at is not None,
        example=row.example,
        files_cleaned=files_cleaned(row, steps),
        attempt=row.attempt,
        pausing=row.pause_requested_at is not None and row.state not in ENDED,
    )


def files_cleaned(row: Execution, steps: list[StepView]) -> bool:
    """Whether what its package step made was removed since. A retry that makes it again puts that right."""
    made_at = next((step.finished_at for step in steps if step.name == "package"), None)
    return row.files_cleaned_at is not None and made_at is not None and made_at < row.files_cleaned_at


def step_view(row: Row[Any]) -> StepView:
    """Return one step as people see it."""
    kept = row.reused_from is not None and row.reused_from == row.execution_id
    return StepView(
        name=row.name,
        title=TITLES.get(row.name, row.name),
        state=row.state,
        attempt=row.attempt,
        started_at=row.started_at,
        finished_at=row.finished_at,
        # What an earlier attempt did has cost this one no time.
        duration_s=0.0 if kept else elapsed_s(row.started_at, row.finished_at),
        summary=f"{row.summary}. Reused: {UNCHANGED}."
        if kept and "Reused" not in row.summary
        else row.summary,
        error_message=row.error_message,
        data=row.result,
        limit_s=limit_s(row.name),
        reused_from=row.reused_from or "",
    )


def elapsed_s(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from `start` to `end`, or to now; None before the start."""
    return None if start is None else max(0.0, round(((end or now()) - start).total_seconds(), 3))
