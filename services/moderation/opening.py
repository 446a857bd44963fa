"""The row of a case: opened once, joined by every further sign. Here nothing is known of what a subject is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col

from models.clock import now
from models.ids import new_id
from models.moderation import Case, CaseState, Source
from services import audit
from services.moderation.rules import SLA


@dataclass(frozen=True, slots=True)
class Answered:
    """A subject, who answers for it, and the team whose audit trail its cases belong to."""

    id: str
    user_id: str
    team_id: str


def open_for(
    session: Session, source: Source, subject: Answered, data: Mapping[str, Any] | None = None
) -> str:
    """Open a case about a subject that is known, or join the one that is open; return its id."""
    moment = now()
    told = {str(source): dict(data or {})}
    made = insert(Case).values(
        id=new_id("case"),
        subject_id=subject.id, subject_user_id=subject.user_id, state=CaseState.OPEN, sources=[str(source)], data=told,
        created_at=moment, due_at=moment + SLA[source],
    )  # fmt: skip
    joined = made.on_conflict_do_update(
        index_elements=[col(Case.subject_id)],
        index_where=text("state = 'open'"),
        set_={
            # Each source once, in the order in which they came.
            "sources": func.array_cat(
                func.array_remove(col(Case.sources), str(source)), made.excluded.sources
            ),
            "data": col(Case.data).op("||")(made.excluded.data),
            "due_at": func.least(col(Case.due_at), made.excluded.due_at),
        },
    )
    row = session.execute(joined.returning(col(Case.id), col(Case.created_at))).one()
    if row.created_at == moment:
        audit.record(
            session, None, "case.opened", row.id, subject.team_id, {"source": source, "subject": subject.id}
        )
    return str(row.id)
