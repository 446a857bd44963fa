"""The options that a team has launched a template with before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models.executions import Execution
from services.accounts import Actor, require

LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class RecentConfig:
    """One set of options: what the application was called, and when it was launched last."""

    name: str
    config: dict[str, Any]
    launched_at: datetime


def recent_configs(session: Session, actor: Actor, slug: str, most: int = 5) -> list[RecentConfig]:
    """Return the last different options of a template that the actor's team has launched, newest first."""
    require(actor, "executions:read", actor.team_id)
    statement = (
        select(Execution)
        .where(
            col(Execution.team_id) == actor.team_id,
            col(Execution.template_slug) == slug,
            col(Execution.example).is_(False),
        )
        .order_by(col(Execution.created_at).desc(), col(Execution.id).desc())
        .limit(LOOKED_AT)
    )
    found: list[RecentConfig] = []
    for row in session.scalars(statement):
        if all(row.config != known.config for known in found):
            found.append(RecentConfig(row.name, row.config, row.created_at))
    return found[:most]
