"""Everything that a verification looks at, gathered from the database and from this machine's disk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from models.deployments import Deployment, Release
from models.executions import ENDED, Event, Execution, Step
from models.provenance import ArtefactName, LogEnd
from models.settings import settings
from services.deployments.places import repository_folder
from services.events.chain import START, ChainEnd
from services.events.view import EventView
from services.provenance.artefacts import Document, read_all
from services.provenance.dsse import Verify
from services.provenance.keys import list_keys, verifiers
from services.provenance.log import Expected, Stored

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Gone:
    """Why something is not there, or an empty sentence where nobody knows."""

    archive: str = ""
    repository: str = ""
    statement: str = ""
    documents: str = ""


@dataclass(frozen=True)
class Evidence:
    """What is known of one execution. `commit` is a raw commit object, for where there is no repository."""

    execution_id: str
    documents: Mapping[ArtefactName, Document]
    keys: Mapping[str, Verify]
    expected: Expected
    archive: bytes | None = None
    repositories: tuple[Path, ...] = ()
    commit: bytes | None = None
    gone: Gone = field(default_factory=Gone)


def gather(session: Session, execution: Execution) -> Evidence:
    """Return what there is about an execution; its events are read by `stored_log`."""
    archive = settings().data / "workspaces" / execution.id / "app.zip"
    return Evidence(
        execution_id=execution.id,
        documents=read_all(session, execution.id),
        keys=verifiers(one.public_key for one in list_keys(session)),
        expected=expected_log(session, execution, None),
        archive=archive.read_bytes() if archive.is_file() else None,
        repositories=repositories_of(session, execution),
        gone=gone(session, execution),
    )


# Columns rather than rows, in the order of an EventView: a log may have a million of them.
COLUMNS = (
    col(Event.seq),
    col(Event.at),
    col(Event.span),
    col(Event.kind),
    col(Event.level),
    col(Event.text),
    col(Event.data),
    col(Event.epoch),
)


def stored_log(session: Session, execution_id: str) -> Iterator[Stored]:
    """Yield every stored event with its hash, some hundred at a time."""
    statement = select_columns(*COLUMNS, col(Event.chain_hash)).where(col(Event.execution_id) == execution_id)
    ordered = statement.order_by(col(Event.seq)).execution_options(yield_per=AT_ONCE)
    for *fields, stored in session.execute(ordered):
        yield EventView(*fields), stored


def expected_log(session: Session, execution: Execution, signed: ChainEnd | None) -> Expected:
    """Return what the log has to be, with the end that a statement names."""
    kept = session.get(LogEnd, execution.id, populate_existing=True)
    return Expected(
        execution_id=execution.id,
        start=(kept.start_hash or START) if kept else START,
        signed=signed,
        removed=ChainEnd(kept.end_seq, kept.end_hash or START) if kept else None,
        ended=execution.state in ENDED,
    )


def repositories_of(session: Session, execution: Execution) -> tuple[Path, ...]:
    """Return the repositories that may hold what an execution made: that of its deployment, and its own."""
    released = select(Release.deployment_id).where(col(Release.execution_id) == execution.id)
    deployment_id = session.scalar(released)
    places = [settings().data / "workspaces" / execution.id / "repository.git"]
    if deployment_id is not None:
        places.insert(0, repository_folder(deployment_id))
    return tuple(place for place in places if place.is_dir())


def gone(session: Session, execution: Execution) -> Gone:
    """Return why things are not there that once were: only what somebody or the retention removed may be missing."""
    cleaned = "Its working folder was cleaned up." if execution.files_cleaned_at is not None else ""
    deployment = session.get(Deployment, execution.deployment_id) if execution.deployment_id else None
    serves = deployment is not None and deployment.deleted_at is None
    deleted = "Its deployment was deleted." if execution.deployment_id and not serves else ""
    return Gone(
        archive=cleaned,
        repository="" if serves else cleaned and (deleted or cleaned),
        statement=unsigned(session, execution),
        documents=unmade(session, execution),
    )


def unsigned(session: Session, execution: Execution) -> str:
    """Return why there need not be a statement."""
    if execution.example:
        return "A recorded example. It was not made here."
    if execution.state not in ENDED:
        return "It has not come so far yet."
    chained = select(Event.seq).where(
        col(Event.execution_id) == execution.id, col(Event.chain_hash).is_not(None)
    )
    if session.scalar(chained.limit(1)) is None:
        return "It ended before executions were signed."
    return ""


def unmade(session: Session, execution: Execution) -> str:
    """Return why there need not be a lock file and the rest."""
    packed = select(Step.result).where(col(Step.execution_id) == execution.id, col(Step.name) == "package")
    result = session.scalar(packed) or {}
    if "lock_sha256" in result:
        return ""
    return "It has made no code." if not result.get("commit") else "It was made before lock files were kept."
