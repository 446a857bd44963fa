"""What is left of deleted teams: removed bit by bit, once nothing of them runs any more."""

import shutil

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from models.accounts import ApiKey, Team
from models.clock import now
from models.db import after_commit
from models.deployments import Deployment, Release
from models.executions import ENDED, Execution
from models.messages import Message
from models.settings import settings
from models.teams import Invitation

# Each may have thousands of events: a transaction of a second rather than of a minute.
EXECUTIONS_AT_ONCE = 50


def empty_teams(session: Session) -> int:
    """Remove a piece of what deleted teams have left, and return how many rows that were."""
    statement = (
        select(Team)
        .where(col(Team.deleted_at).is_not(None), col(Team.emptied_at).is_(None))
        .order_by(col(Team.deleted_at))
        .with_for_update(skip_locked=True)
    )
    return sum(
        empty_team(session, team) for team in session.scalars(statement).all() if is_still(session, team)
    )


def is_still(session: Session, team: Team) -> bool:
    """Whether nothing of a team runs: the keeper has removed its applications, and its executions have ended."""
    live = select(func.count()).where(Deployment.team_id == team.id, col(Deployment.deleted_at).is_(None))
    at_work = select(func.count()).where(Execution.team_id == team.id, col(Execution.state).not_in(ENDED))
    return not session.scalar(live) and not session.scalar(at_work)


def empty_team(session: Session, team: Team) -> int:
    """Remove some executions of a team with all that hangs on them, and after the last the rest."""
    mine = select(Execution.id).where(Execution.team_id == team.id).limit(EXECUTIONS_AT_ONCE)
    found = list(session.scalars(mine))
    session.execute(delete(Release).where(col(Release.execution_id).in_(found)))
    session.execute(delete(Execution).where(col(Execution.id).in_(found)))
    after_commit(session, lambda: remove_files(found))
    if len(found) < EXECUTIONS_AT_ONCE:
        for table in (Deployment, ApiKey, Invitation, Message):
            session.execute(delete(table).where(col(table.team_id) == team.id))
        team.emptied_at = now()
    session.flush()
    return max(1, len(found))


def remove_files(execution_ids: list[str]) -> None:
    """Remove what executions have written on this machine."""
    for execution_id in execution_ids:
        shutil.rmtree(settings().data / "workspaces" / execution_id, ignore_errors=True)
