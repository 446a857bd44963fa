"""Starting an upgrade: an execution whose steps merge, try and release the new version."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from models.deployments import Wanted
from models.errors import Conflict
from models.executions import ENDED, UPGRADE_STEP_NAMES, Execution, Step
from models.templates import Template
from services import audit, queue
from services.accounts import Actor, require
from services.deployments.views import find_deployment
from services.executions import turns
from services.executions.naming import name_of
from services.upgrades.preview import (
    Target,
    changed_options,
    find_target,
    merge_trees,
    options_for,
    undecided,
)


def upgrade(
    session: Session,
    actor: Actor,
    deployment_id: str,
    *,
    take: Mapping[str, str] | None = None,
    head: str = "",
    options: Mapping[str, Any] | None = None,
    to_version: str = "",
) -> Execution:
    """Start the upgrade of a deployment to the version that a launch takes now.

    `take` decides conflicts, `options` get other values; `head` and `to_version` are the commit and the version for
    which that was decided, the present ones when they are empty.

    Raises:
        NotFound: no such deployment, or of another team.
        Conflict: nothing to upgrade; one is on its way; files are in conflict; the repository or the template went on.
        InvalidInput: the new version does not take the options; `take` names a file that is in no conflict.
    """
    target = locked_target(session, actor, deployment_id)
    if target.up_to_date:
        version = target.version.version
        raise Conflict(f"Version {version} is the newest there is. Nothing to upgrade.", "up_to_date")
    if to_version not in ("", target.version.version):
        raise Conflict(
            f"The template went on to {target.version.version} since this upgrade was looked at. Look at it again.",
            "moved_on",
        )
    return start(session, actor, target, take or {}, head, options)


def merge_release(session: Session, actor: Actor, deployment_id: str) -> Execution:
    """Release what the owner has pushed, merged with the version that a launch takes now, also when that is the same.

    Raises:
        As `upgrade`, but for the newest version.
    """
    return start(session, actor, locked_target(session, actor, deployment_id), {}, "")


def locked_target(session: Session, actor: Actor, deployment_id: str) -> Target:
    """Return what is upgraded, its row held until the execution is written."""
    row = find_deployment(session, actor, "deployments:write", deployment_id, locked=True)
    require(actor, "executions:write", row.team_id)
    if row.wanted == Wanted.DELETED:
        raise Conflict("This deployment is being deleted.", "deployment_deleted")
    return find_target(session, actor, deployment_id, "deployments:write")


def start(
    session: Session,
    actor: Actor,
    target: Target,
    take: Mapping[str, str],
    head: str,
    options: Mapping[str, Any] | None = None,
) -> Execution:
    """Write the execution, unless it could only be refused."""
    refuse(session, target, head)
    config = options_for(target, options)
    if refusal := undecided(merge_trees(target.origin, target.version, config, take).merged.open):
        raise Conflict(refusal, "upgrade_conflict")
    execution = write(session, actor, target, config, ordered(target, take))
    data = {
        "execution": execution.id, "from": target.origin.version.version, "to": target.version.version,
        "taken": dict(take), "options": [one.name for one in changed_options(target.origin.config, config)],
    }  # fmt: skip
    origin = target.origin
    audit.record(session, actor, "deployment.upgrade_started", origin.deployment_id, origin.team_id, data)
    return execution


def refuse(session: Session, target: Target, head: str) -> None:
    """Refuse what is under way, or was decided for another state of the code."""
    if head and head != target.origin.head:
        raise Conflict(
            "The repository went on since this upgrade was looked at. Look at it again, then decide.",
            "moved_on",
        )
    going = select(Execution.id).where(
        col(Execution.deployment_id) == target.origin.deployment_id, col(Execution.state).not_in(tuple(ENDED))
    )
    if session.scalars(going.limit(1)).one_or_none():
        raise Conflict("Something is being released here just now. Wait for its end.", "release_under_way")


def ordered(target: Target, take: Mapping[str, str]) -> dict[str, Any]:
    """Return what the steps have to know, as the execution's row keeps it."""
    return {
        "from_version_id": target.origin.version.id,
        "from_version": target.origin.version.version,
        "from_content_sha256": target.origin.version.content_hash,
        "to_version": target.version.version,
        "take": dict(take),
        # What was decided for one state of the code is not decided for another.
        "head": target.origin.head if take else "",
    }


def write(
    session: Session, actor: Actor, target: Target, config: dict[str, Any], ordered: dict[str, Any]
) -> Execution:
    """Store the execution, its steps and its promise to the queue."""
    origin = target.origin
    template = session.get_one(Template, target.version.template_id)
    execution = Execution(
        team_id=origin.team_id,
        user_id=actor.user_id,
        template_version_id=target.version.id,
        template_slug=origin.slug,
        template_name=template.name,
        name=name_of(config, template.name),
        config=config,
        deployment_id=origin.deployment_id,
        upgrade=ordered,
    )
    session.add(execution)
    session.flush()
    session.add_all(
        Step(execution_id=execution.id, team_id=origin.team_id, position=position, name=name)
        for position, name in enumerate(UPGRADE_STEP_NAMES)
    )
    turns.join_in(session, [actor.user_id])
    data = {"template": origin.slug, "version": target.version.version, "deployment_id": origin.deployment_id}
    audit.record(session, actor, "execution.launched", execution.id, origin.team_id, data)
    queue.enqueue(session, "advance", {"execution_id": execution.id})
    return execution
