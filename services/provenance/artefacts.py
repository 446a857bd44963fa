"""The documents about an execution, kept as they were written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from models.clock import now
from models.executions import Execution
from models.provenance import Artefact, ArtefactName
from services.provenance.encoding import sha256


@dataclass(frozen=True, slots=True)
class Document:
    """One stored document. `sha256` is what was stored beside it."""

    content: bytes
    sha256: str
    created_at: datetime


def keep(session: Session, execution: Execution, documents: Mapping[ArtefactName, bytes]) -> None:
    """Store documents in the place of those that an earlier attempt has made. Doing it again changes nothing."""
    keep_all(session, [(execution, documents)])


def keep_all(session: Session, documents: Sequence[tuple[Execution, Mapping[ArtefactName, bytes]]]) -> None:
    """Store documents of several executions in one statement."""
    rows = [
        {
            "execution_id": execution.id,
            "name": name.value,
            "team_id": execution.team_id,
            "sha256": sha256(content),
            "size_bytes": len(content),
            "content": content,
            "created_at": now(),
        }
        for execution, named in documents
        for name, content in named.items()
    ]
    if not rows:
        return
    statement = insert(Artefact).values(rows)
    replaced = {name: statement.excluded[name] for name in ("sha256", "size_bytes", "content", "created_at")}
    changed = col(Artefact.sha256) != statement.excluded.sha256
    session.execute(
        statement.on_conflict_do_update(index_elements=["execution_id", "name"], set_=replaced, where=changed)
    )


def read_all(session: Session, execution_id: str) -> dict[ArtefactName, Document]:
    """Return every document about an execution."""
    statement = select(Artefact).where(col(Artefact.execution_id) == execution_id)
    rows = session.scalars(statement.execution_options(populate_existing=True))
    return {ArtefactName(row.name): Document(row.content, row.sha256, row.created_at) for row in rows}
