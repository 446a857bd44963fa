"""What a person may ask for: launch, cancel, retry. Each is one transaction, and the work starts after its commit."""

from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from models.clock import now
from models.deployments import Deployment, Wanted
from models.errors import Conflict, NotFound
from models.executions import ENDED, STEP_NAMES, Execution, State, Step
from services import audit, catalog, queue
from services.accounts import Actor, require
from services.deployments import get_deployment
from services.events.writer import append_event
from services.executions import progress
from services.executions.lease import free

NAME_OPTION = "app_name"


def launch(
    session: Session, actor: Actor, slug: str, config: dict[str, Any], *, deployment_id: str | None = None
) -> Execution:
    """Start an execution of a template: its rows and its promise to the queue, in the transaction of `session`.

    With `deployment_id` the result replaces what runs there; its data folder stays.

    Raises:
        InvalidInput: the config does not fit the template; `fields` names every bad option.
        NotFound: no such template, or no such deployment of the actor's teams.
    """
    team_id = actor.team_id
    if deployment_id is not None:
        team_id = deployment_team(session, actor, deployment_id)
    require(actor, "executions:write", team_id)
    template = catalog.find_template(session, slug)
    options = catalog.validate_config(template.schema, config)
    execution = Execution(
        team_id=team_id,
        user_id=actor.user_id,
        template_version_id=template.version_id,
        template_slug=template.slug,
        template_name=template.name,
        name=str(options.get(NAME_OPTION) or template.name)[:120],
        config=options,
        deployment_id=deployment_id,
    )
    session.add(execution)
    session.flush()
    session.add_all(
        Step(execution_id=execution.id, team_id=team_id, position=position, name=name)
        for position, name in enumerate(STEP_NAMES)
    )
    data = {"template": template.slug, "version": template.version, "deployment_id": deployment_id}
    audit.record(session, actor, "execution.launched", execution.id, team_id, data)
    queue.enqueue(session, "advance", {"execution_id": execution.id})
    return execution


def redeploy(session: Session, actor: Actor, deployment_id: str) -> Execution:
    """Build what runs there again with the same options, from the template as it is now.

    Raises:
        Conflict: it is being deleted, or nothing was released there yet.
    """
    view = get_deployment(session, actor, deployment_id)
    if view.execution_id is None:
        raise Conflict("Nothing has been deployed here yet. Wait for its first release.", "no_release_yet")
    before = find_execution(session, actor, view.execution_id)
    return launch(session, actor, before.template_slug, before.config, deployment_id=deployment_id)


def deployment_team(session: Session, actor: Actor, deployment_id: str) -> str:
    """Return the team of a deployment that the actor may replace."""
    deployment = session.get(Deployment, deployment_id)
    if deployment is None or deployment.deleted_at is not None or deployment.team_id not in actor.roles:
        raise NotFound(
            "There is no deployment with that id, or it was deleted. Launch without it to make a new one."
        )
    require(actor, "deployments:write", deployment.team_id)
    if deployment.wanted == Wanted.DELETED:
        raise Conflict("This deployment is being deleted.", "deployment_deleted")
    return deployment.team_id


def find_execution(
    session: Session, actor: Actor, execution_id: str, permission: str = "executions:read"
) -> Execution:
    """Return an execution that the actor may see, or raise NotFound."""
    execution = session.get(Execution, execution_id)
    if execution is None or execution.team_id not in actor.roles:
        raise NotFound("There is no execution with that id, or it belongs to another team.")
    require(actor, permission, execution.team_id)
    return execution


def lock_execution(session: Session, actor: Actor, execution_id: str) -> Execution:
    """Return an execution that the actor may change, with its row locked and fresh."""
    find_execution(session, actor, execution_id, "executions:write")
    statement = (
        select(Execution)
        .where(col(Execution.id) == execution_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(statement).one()


def cancel(session: Session, actor: Actor, execution_id: str) -> Execution:
    """Ask an execution to stop. One that nobody works on has stopped when this commits, others within 2 s.

    Raises:
        Conflict: it has ended.
    """
    execution = lock_execution(session, actor, execution_id)
    if execution.state in ENDED:
        raise Conflict(f"This execution has already {ended_word(execution.state)}.", "already_ended")
    if execution.cancel_requested_at is None:
        execution.cancel_requested_at = now()
        audit.record(session, actor, "execution.cancel_requested", execution.id, execution.team_id)
    if not is_owned(session, execution.id):
        # The epoch rises, so that an owner that only seems to be gone cannot write any more.
        execution.epoch += 1
        progress.finish(session, execution, State.CANCELLED)
        append_event(
            session,
            execution.id,
            execution.team_id,
            execution.epoch,
            "execution.cancelled",
            "Cancelled.",
            "warning",
        )
    session.flush()
    return execution


def is_owned(session: Session, execution_id: str) -> bool:
    """Whether a worker holds the lease of an execution, by the database's clock."""
    statement = select(col(Execution.id)).where(col(Execution.id) == execution_id, ~free())
    return session.scalars(statement).one_or_none() is not None


def retry(session: Session, actor: Actor, execution_id: str) -> Execution:
    """Start a failed or cancelled execution again at the step that did not succeed.

    Raises:
        Conflict: it has not ended, or it succeeded.
    """
    execution = lock_execution(session, actor, execution_id)
    if execution.state not in (State.FAILED, State.CANCELLED):
        hint = (
            "Launch the template again instead."
            if execution.state == State.SUCCEEDED
            else "Wait for its end."
        )
        raise Conflict(f"Only a failed or cancelled execution can be retried. {hint}", "not_retryable")
    steps = progress.list_steps(session, execution.id)
    first = next(step for step in steps if step.state != State.SUCCEEDED)
    progress.rewind_steps(session, execution.id, first.position)
    reset = {
        "error_code": "",
        "error_message": "",
        "next_action": "",
        "finished_at": None,
        "started_at": None,
    }
    statement = (
        update(Execution)
        .where(col(Execution.id) == execution.id)
        .values(state=State.QUEUED, cancel_requested_at=None, lease_until=None, **reset)
    )
    session.execute(statement)
    session.refresh(execution)
    audit.record(
        session, actor, "execution.retried", execution.id, execution.team_id, {"from_step": first.name}
    )
    queue.enqueue(session, "advance", {"execution_id": execution.id})
    return execution


def ended_word(state: str) -> str:
    """Return how a person says that something has ended."""
    return {State.SUCCEEDED: "succeeded", State.FAILED: "failed"}.get(State(state), "been cancelled")
