"""Example content: one recorded launch, so that a newcomer sees what a finished execution looks like.

It belongs to this machine's own team, which the operator joins at sign-up: the ordinary rights apply, and no other
team ever sees it. It is marked wherever it is shown, counts in no figure, and is made once in the life of an
installation, so that a removed one does not come back.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from models.executions import Event, Execution, State, Step
from models.installation import FactName
from models.templates import Template, TemplateVersion
from services import audit
from services.accounts import actor_for_user
from services.events.view import parse_event
from services.facts import find_fact, keep_fact
from services.keys import ensure_local_account

# Written by `make pictures` from a real launch; the landing page plays the same one.
RECORDING = Path(__file__).parents[1] / "assets" / "recorded" / "landing.json"


def ensure_example(session: Session, recording: Path = RECORDING) -> str | None:
    """Make the example on a new installation and return its id; None where it was made before or is of no use."""
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('ideasmith.example'))"))
    if find_fact(session, FactName.EXAMPLE) is not None or not recording.is_file():
        return None
    recorded = json.loads(recording.read_text(encoding="utf-8"))
    version = current_version(session, recorded["template"])
    if version is None or "execution" not in recorded:
        return None
    is_new = session.scalars(select(Execution.id).limit(1)).first() is None
    keep_fact(session, FactName.EXAMPLE, {"made": is_new})
    return write_example(session, recorded, *version) if is_new else None


def current_version(session: Session, slug: str) -> tuple[Template, TemplateVersion] | None:
    """Return a template with its current version; None while it is withdrawn."""
    statement = (
        select(Template, TemplateVersion)
        .join(TemplateVersion, col(TemplateVersion.id) == col(Template.current_version_id))
        .where(col(Template.slug) == slug)
    )
    found = session.execute(statement).one_or_none()
    return (found[0], found[1]) if found else None


def write_example(
    session: Session, recorded: dict[str, Any], template: Template, version: TemplateVersion
) -> str:
    """Write the rows of a recorded launch. Its application does not run here, so it has no address."""
    user, _ = ensure_local_account(session)
    actor = actor_for_user(session, user, via="local")
    said = recorded["execution"]
    execution = Execution(
        team_id=actor.personal_team_id,
        user_id=user.id,
        template_version_id=version.id,
        template_slug=template.slug,
        template_name=template.name,
        name=said["name"],
        config=said["config"],
        example=True,
        state=State.SUCCEEDED,
        epoch=1,
        created_at=datetime.fromisoformat(said["created_at"]),
        started_at=datetime.fromisoformat(said["started_at"]),
        finished_at=datetime.fromisoformat(said["finished_at"]),
    )
    session.add(execution)
    session.flush()
    session.add_all(step_of(execution, position, one) for position, one in enumerate(said["steps"]))
    session.add_all(event_of(execution, one) for one in recorded["events"])
    audit.record(session, None, "example.created", execution.id, execution.team_id)
    session.flush()
    return execution.id


def step_of(execution: Execution, position: int, said: dict[str, Any]) -> Step:
    """Return the row of a recorded step."""
    return Step(
        execution_id=execution.id,
        team_id=execution.team_id,
        position=position,
        name=said["name"],
        state=said["state"],
        attempt=said["attempt"],
        epoch=1,
        result=said["data"],
        summary=said["summary"],
        started_at=datetime.fromisoformat(said["started_at"]),
        finished_at=datetime.fromisoformat(said["finished_at"]),
    )


def event_of(execution: Execution, said: dict[str, Any]) -> Event:
    """Return the row of a recorded event."""
    one = parse_event(json.dumps(said), epoch=1)
    return Event(
        execution_id=execution.id,
        seq=one.seq,
        team_id=execution.team_id,
        epoch=1,
        at=one.at,
        span=one.span,
        kind=one.kind,
        level=one.level,
        text=one.text,
        data=one.data,
    )


def remove_example(session: Session) -> int:
    """Remove the example for good and return how many executions that were. Doing it again changes nothing."""
    rows = list(
        session.execute(select(col(Execution.id), col(Execution.team_id)).where(col(Execution.example)))
    )
    for execution_id, team_id in rows:
        audit.record(session, None, "example.removed", execution_id, team_id)
    session.execute(delete(Execution).where(col(Execution.example)))
    keep_fact(session, FactName.EXAMPLE, {"made": bool(rows), "removed": True})
    return len(rows)
