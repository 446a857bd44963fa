"""What a person may launch. Each is one transaction, and the work starts after its commit."""

from typing import Any

from sqlmodel import Session

from models.deployments import Deployment, Wanted
from models.errors import Conflict, NotFound
from models.executions import STEP_NAMES, Execution, Step
from services import audit, catalog, queue
from services.accounts import Actor, require
from services.deployments import get_deployment
from services.executions import turns
from services.executions.naming import name_of
from services.idea_templates.builds import record_build
from services.upgrades.edits import refuse_edited

NO_SUCH = "There is no execution with that id, or it belongs to another team."


def launch(
    session: Session,
    actor: Actor,
    slug: str,
    config: dict[str, Any],
    *,
    deployment_id: str | None = None,
    team_id: str = "",
    idea_template_id: str = "",
) -> Execution:
    """Start an execution of a template: its rows and its promise to the queue, in the transaction of `session`.

    With `deployment_id` the result replaces what runs there; its data folder stays. Without, it belongs to the team
    that the actor works in, or to `team_id`. `idea_template_id` names what an idea's author has made of the template.

    Raises:
        InvalidInput: the config does not fit the template; `fields` names every bad option.
        NotFound: no such template, no such deployment of the actor's teams, or no such template of an idea.
        Conflict: the deployment is being deleted, or holds edits of its owner.
    """
    team_id = team_id or actor.team_id
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
        name=name_of(options, template.name),
        config=options,
        deployment_id=deployment_id,
    )
    session.add(execution)
    session.flush()
    session.add_all(
        Step(execution_id=execution.id, team_id=team_id, position=position, name=name)
        for position, name in enumerate(STEP_NAMES)
    )
    if idea_template_id:
        record_build(session, actor, execution, idea_template_id)
    turns.join_in(session, [actor.user_id])
    data = {"template": template.slug, "version": template.version, "deployment_id": deployment_id}
    data |= {"idea_template_id": idea_template_id} if idea_template_id else {}
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
    refuse_edited(session, deployment)
    if deployment.wanted == Wanted.DELETED:
        raise Conflict("This deployment is being deleted.", "deployment_deleted")
    return deployment.team_id


def find_execution(
    session: Session, actor: Actor, execution_id: str, permission: str = "executions:read"
) -> Execution:
    """Return an execution that the actor may see, or raise NotFound."""
    execution = session.get(Execution, execution_id)
    if execution is None or execution.team_id not in actor.roles:
        raise NotFound(NO_SUCH)
    require(actor, permission, execution.team_id)
    return execution
