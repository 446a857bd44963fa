"""Signing what is known of an execution, in the transactions that make it known.

The statement is made in the transaction that stores the result of `package`, and again in the one that ends the
execution, with the end of the log that this same transaction writes. So there is never an end without its statement,
nor a statement about what was not stored. Killed before the commit, the next owner makes the same one. Signing is not
allowed to fail an execution: when it fails, the execution ends without a statement, and a verification says so.
"""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import structlog
from sqlmodel import Session, col, select

from models.deployments import Release
from models.executions import Execution, Step
from models.provenance import Artefact, ArtefactName
from models.templates import TemplateVersion
from services.events.chain import ChainEnd
from services.provenance import dsse
from services.provenance.artefacts import keep_all
from services.provenance.keys import Signer, signer
from services.provenance.statement import Made, Run, statement

log = structlog.get_logger()


def seal(session: Session, execution_id: str, end: ChainEnd) -> None:
    """Sign what an execution has made up to the event at `end`."""
    seal_all(session, [(session.get_one(Execution, execution_id), end)])


def seal_all(session: Session, ended: Sequence[tuple[Execution, ChainEnd]]) -> None:
    """Sign the same of several: the number of statements does not grow with the rows."""
    if not ended:
        return
    try:
        session.flush()
        with session.begin_nested():
            sign_all(session, ended)
    except Exception:
        log.exception("provenance.not_signed", executions=[row.id for row, _ in ended])


def sign_all(session: Session, ended: Sequence[tuple[Execution, ChainEnd]]) -> None:
    """Write the statements."""
    key = signer(session)
    ids = [row.id for row, _ in ended]
    versions = versions_of(session, [row for row, _ in ended])
    made = made_of(session, ids)
    envelopes = [
        (row, {ArtefactName.STATEMENT: envelope(run_of(row, versions[row.id]), made[row.id], end, key)})
        for row, end in ended
    ]
    keep_all(session, envelopes)


def envelope(run: Run, made: Made, end: ChainEnd, key: Signer) -> bytes:
    """Return the signed statement."""
    builder = f"urn:ideasmith:installation:{key.key_id}"
    return dsse.seal(statement(run, made, end, builder), key.key_id, key.sign)


def versions_of(session: Session, rows: Sequence[Execution]) -> dict[str, TemplateVersion]:
    """Return the template's version of each execution."""
    wanted = {row.template_version_id for row in rows}
    statement = select(TemplateVersion).where(col(TemplateVersion.id).in_(wanted))
    found = {one.id: one for one in session.scalars(statement)}
    return {row.id: found[row.template_version_id] for row in rows}


def made_of(session: Session, ids: Sequence[str]) -> dict[str, Made]:
    """Return what each execution has made: its documents, its repository, its archive."""
    documents: dict[str, list[tuple[str, str]]] = {one: [] for one in ids}
    kept = select(Artefact.execution_id, Artefact.name, Artefact.sha256)
    kept = kept.where(col(Artefact.execution_id).in_(ids), col(Artefact.name) != ArtefactName.STATEMENT)
    for execution_id, name, digest in session.execute(kept.order_by(col(Artefact.name))):
        documents[execution_id].append((name, digest))
    packed = select(Step.execution_id, Step.result).where(
        col(Step.execution_id).in_(ids), col(Step.name) == "package"
    )
    results = {row[0]: row[1] for row in session.execute(packed)}
    # What is released may be the same code in a later commit: upon what others have released meanwhile.
    commits = select(Release.execution_id, Release.commit).where(col(Release.execution_id).in_(ids))
    released = {row[0]: row[1] for row in session.execute(commits)}
    return {one: made(results.get(one, {}), released.get(one, ""), documents[one]) for one in ids}


def made(package: dict[str, Any], released: str, documents: list[tuple[str, str]]) -> Made:
    """Return what the result of `package` and a release say. Documents of an earlier attempt do not count."""
    if not package.get("commit"):
        return Made()
    return Made(
        commit=released or package["commit"],
        git_tree=package.get("git_tree", ""),
        tree_sha256=package.get("tree_sha256", ""),
        archive_sha256=package.get("archive_sha256", ""),
        archive_bytes=package.get("archive_bytes", 0),
        documents=tuple(documents),
    )


def run_of(row: Execution, template: TemplateVersion) -> Run:
    """Return what is said about an execution."""
    return Run(
        execution_id=row.id,
        state=row.state,
        template_slug=row.template_slug,
        template_version=template.version,
        template_sha256=template.content_hash,
        lock_sha256=template.lock_hash,
        options=row.config,
        started_at=row.started_at,
        finished_at=row.finished_at,
        product_version=product_version(),
        upgrade=row.upgrade,
    )


def product_version() -> str:
    """Return this product's version."""
    try:
        return version("ideasmith")
    except PackageNotFoundError:
        return "unknown"
