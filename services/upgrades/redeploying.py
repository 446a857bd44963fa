"""Building an application again: rendered anew, or merged where its owner has edited it."""

from sqlmodel import Session

from models.deployments import Deployment
from models.executions import Execution
from services import executions
from services.accounts import Actor
from services.deployments.views import find_deployment
from services.upgrades.edits import is_edited
from services.upgrades.order import merge_release


def redeploy(session: Session, actor: Actor, deployment_id: str) -> Execution:
    """Build what runs there again with the same options, from the template as it is now. Edits of its owner are kept.

    Raises:
        NotFound: no such deployment, or of another team.
        Conflict: nothing was released there yet; it is being deleted; an edit is in conflict with the template.
    """
    row: Deployment = find_deployment(session, actor, "deployments:write", deployment_id)
    if is_edited(session, row):
        return merge_release(session, actor, deployment_id)
    return executions.redeploy(session, actor, deployment_id)
