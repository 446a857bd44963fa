"""The end of what an app wrote, as plain lines; what its keeper says of it begins with a star."""

from sqlmodel import Session

from services.accounts import Actor
from services.deployments.app_logs.reading import last_lines
from services.deployments.views import find_deployment

MOST_LINES = 5_000


def read_logs(session: Session, actor: Actor, deployment_id: str, *, lines: int = 200) -> list[str]:
    """Return the last lines of an app's log, oldest first, over its restarts.

    Raises:
        NotFound: no such deployment, or of another team.
    """
    row = find_deployment(session, actor, "deployments:read", deployment_id)
    found = last_lines(row.id, max(1, min(lines, MOST_LINES)))
    return [one.shown if one.kind == "log.line" else f"* {one.shown}" for one in found]
