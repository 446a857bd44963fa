"""What people see of variables: names, kinds, who changed them and when; values of the plain ones alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.accounts import User
from models.deployment_variables import DeploymentVariable, Kind
from models.deployments import Deployment, Observed, Release, Wanted
from models.executions import Execution
from models.templates import TemplateVersion
from services.accounts import Actor
from services.deployments.views import find_deployment
from services.rendering.engine import RenderFailed, holds
from services.variables.changing import rows_of, sealed_of
from services.variables.keys import VariablesKeyMissing
from services.variables.sealing import unseal


@dataclass(frozen=True, slots=True)
class VariableView:
    """One variable. `value` is None for a secret, and where the value cannot be read: `problem` says why."""

    name: str
    kind: str
    value: str | None
    changed_at: datetime
    changed_by: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A variable that the application can use and does not have."""

    name: str
    description: str
    secret: bool


@dataclass(frozen=True, slots=True)
class VariablesView:
    """The variables of a deployment. `pending` changes wait for the application to be restarted."""

    items: list[VariableView]
    pending: int
    suggestions: list[Suggestion]


def list_variables(session: Session, actor: Actor, deployment_id: str) -> VariablesView:
    """Return the variables of a deployment by name, for whoever may manage it.

    Raises:
        NotFound: no such deployment, or of another team.
        NotAllowed: the actor may not manage it.
    """
    deployment = find_deployment(session, actor, "deployments:write", deployment_id)
    rows = rows_of(session, deployment.id)
    people = select(User.id, User.name).where(col(User.id).in_({row.user_id for row in rows.values()}))
    names = {row.id: row.name for row in session.execute(people)}
    items = [view_of(row, names.get(row.user_id, "")) for row in rows.values()]
    wanted = [one for one in usable(session, deployment) if one.name not in rows]
    return VariablesView(items, pending_of(deployment), wanted)


def view_of(row: DeploymentVariable, changed_by: str) -> VariableView:
    """Return what people see of a row."""
    value, problem = None, ""
    if row.kind == Kind.PLAIN:
        try:
            value = unseal(sealed_of(row))
        except VariablesKeyMissing as error:
            problem = error.message
    return VariableView(row.name, row.kind, value, row.changed_at, changed_by, problem)


def pending_of(deployment: Deployment) -> int:
    """Return how many changes the process that serves does not know. What does not run gets them when it starts."""
    if deployment.wanted != Wanted.RUNNING or deployment.observed in (Observed.SLEEPING, Observed.STOPPED):
        return 0
    return max(0, deployment.variables_revision - deployment.observed_variables)


def usable(session: Session, deployment: Deployment) -> list[Suggestion]:
    """Return the variables that the template of the wanted release names for its options."""
    statement = (
        select(TemplateVersion.manifest, Execution.config)
        .join(Execution, col(Execution.template_version_id) == col(TemplateVersion.id))
        .join(Release, col(Release.execution_id) == col(Execution.id))
        .where(col(Release.id) == deployment.wanted_release_id)
    )
    found = session.execute(statement).one_or_none()
    if found is None:
        return []
    manifest, config = found
    return [
        Suggestion(one["name"], one["description"], bool(one.get("secret")))
        for one in manifest.get("app", {}).get("variables", [])
        if fits(one.get("when", "true"), config)
    ]


def fits(condition: str, config: Mapping[str, Any]) -> bool:
    """Whether a variable is for these options. A condition that cannot be answered hides nothing."""
    try:
        return holds(condition, config)
    except RenderFailed:
        return True
