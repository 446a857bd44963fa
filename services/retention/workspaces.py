"""The working folders of executions that have ended. What they made lies in its repository by then."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models.clock import now
from models.executions import ENDED, Execution
from models.settings import settings
from services.folders import size_of
from services.retention.candidates import Candidate, Outcome
from services.retention.trash import throw_away

AT_ONCE = 500


def folder_of(execution_id: str) -> Path:
    """Return the working folder of an execution."""
    return settings().data / "workspaces" / execution_id


def due() -> Any:
    """Return the condition that nobody needs the folder of an execution any more."""
    cutoff = now() - timedelta(days=settings().keep_workspaces_days)
    return col(Execution.state).in_(ENDED) & (col(Execution.finished_at) < cutoff)


def find(session: Session) -> list[Candidate]:
    """Return the executions of this host whose folder goes. A folder that no execution knows is left alone."""
    names = [path.name for path in folder_of("").glob("exec_*") if path.is_dir()]
    found: list[Candidate] = []
    for at in range(0, len(names), AT_ONCE):
        statement = select(Execution.id).where(col(Execution.id).in_(names[at : at + AT_ONCE]), due())
        found += [Candidate(one, size_of(folder_of(one))) for one in session.scalars(statement)]
    return found


def remove(session: Session, execution_id: str) -> Outcome:
    """Remove the folder of an execution. A retry waits for the row, and renders anew."""
    locked = select(Execution).where(col(Execution.id) == execution_id, due())
    row = session.scalars(locked.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return Outcome.KEPT
    row.files_cleaned_at = now()
    session.flush()
    return Outcome.REMOVED if throw_away(folder_of(execution_id)) else Outcome.KEPT
