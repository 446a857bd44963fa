"""What is kept about an execution, as people see it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from models.errors import NotFound
from models.executions import ENDED, Execution
from models.provenance import ArtefactName
from services.accounts import Actor
from services.executions.requests import find_execution
from services.provenance.artefacts import Document, read_all
from services.provenance.code import files_of
from services.provenance.evidence import gather, unsigned
from services.provenance.lock import read_lock
from services.provenance.rerun import Rerun, rerun
from services.provenance.sealing import made_of

NOT_MADE = {
    ArtefactName.LOCK: "This execution has no lock file: its package step has not succeeded, or it is from before.",
    ArtefactName.SBOM: "This execution has no bill of materials: its package step has not succeeded, or it is from "
    "before.",
    ArtefactName.STATEMENT: "This execution is not signed: it has not come so far, or it is from before.",
}


@dataclass(frozen=True, slots=True)
class ArtefactView:
    """One thing that an execution has made: what it is called, its hash, its size where there is one."""

    name: str
    digest: str
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class ProvenanceView:
    """What an execution has made, and the key that signed it; empty before, and `missing` says why if it stays so."""

    artefacts: list[ArtefactView]
    key_id: str
    files_cleaned: bool
    missing: str = ""


def get_document(session: Session, actor: Actor, execution_id: str, name: ArtefactName) -> bytes:
    """Return one document as it was written.

    Raises:
        NotFound: there is no such execution in the actor's teams, or it has none.
    """
    execution = find_execution(session, actor, execution_id)
    document = read_all(session, execution.id).get(name)
    if document is None:
        raise NotFound(NOT_MADE[name], "no_such_document")
    return document.content


def get_provenance(session: Session, actor: Actor, execution_id: str) -> ProvenanceView:
    """Return everything that is kept, with its hashes."""
    execution = find_execution(session, actor, execution_id)
    documents = read_all(session, execution.id)
    return ProvenanceView(
        artefacts=[
            *code(session, execution),
            *(view(name, documents[name]) for name in ArtefactName if name in documents),
        ],
        key_id=key_of(documents),
        files_cleaned=execution.files_cleaned_at is not None,
        missing=unsigned(session, execution) if execution.state in ENDED else "",
    )


def code(session: Session, execution: Execution) -> list[ArtefactView]:
    """Return the code itself, in its three forms."""
    made = made_of(session, [execution.id])[execution.id]
    named = (
        ("Commit", made.commit, None),
        ("Files", made.tree_sha256, None),
        ("app.zip", made.archive_sha256, made.archive_bytes),
    )
    return [ArtefactView(name, digest, size_bytes) for name, digest, size_bytes in named if digest]


def view(name: ArtefactName, document: Document) -> ArtefactView:
    """Return a document as it is listed."""
    return ArtefactView(name, document.sha256, len(document.content))


def key_of(documents: Mapping[ArtefactName, Document]) -> str:
    """Return the key that a statement names. Whether it signed is said by a verification."""
    document = documents.get(ArtefactName.STATEMENT)
    try:
        found: Any = json.loads(document.content)["signatures"][0]["keyid"] if document else ""
    except (ValueError, KeyError, TypeError, IndexError):
        return ""
    return str(found)


def rerun_execution(session: Session, actor: Actor, execution_id: str) -> Rerun:
    """Make an execution's code again from its lock file, and name the files that differ where the first are here.

    Raises:
        NotFound: there is no such execution, it has no lock file, or its template is not here.
        Conflict: the template is not the one that was locked.
    """
    lock = read_lock(get_document(session, actor, execution_id, ArtefactName.LOCK))
    archive = gather(session, find_execution(session, actor, execution_id)).archive
    return rerun(lock, files_of(archive) if archive else None)
