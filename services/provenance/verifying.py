"""Hold everything about an execution against what was signed: one check each, every one with a reason.

The signature comes first: what it covers names the hashes that all else is held against.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from sqlmodel import Session

from models.provenance import ArtefactName
from services.accounts import Actor
from services.events.chain import ChainEnd
from services.events.reader import last_seq
from services.executions.requests import find_execution
from services.provenance import dsse, statement
from services.provenance.checks import Check, Outcome, failed, not_checked, ok
from services.provenance.code import check_archive, check_commit, check_repository
from services.provenance.encoding import sha256
from services.provenance.evidence import Evidence, gather, stored_log
from services.provenance.log import Expected, Stored, check_log
from services.provenance.papers import check_lock, check_sbom

SIGNATURE, STATEMENT, LOCK, SBOM, ARCHIVE, REPOSITORY = (
    "signature", "statement", "lock", "sbom", "archive", "repository",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verification:
    """The checks of one execution. `verified`: its signature fits, and nothing of it is other than what was signed."""

    execution_id: str
    checks: list[Check]
    key_id: str = ""

    @property
    def ok(self) -> bool:
        """Whether nothing failed."""
        return all(check.outcome is not Outcome.FAILED for check in self.checks)

    @property
    def verified(self) -> bool:
        """Whether nothing failed and the signature was looked at."""
        return self.ok and bool(self.key_id)


@dataclass
class Signed:
    """What a valid statement says. Subjects are by name, each the value of its one digest."""

    key_id: str = ""
    subjects: dict[str, str] = field(default_factory=dict)
    end: ChainEnd | None = None
    execution_id: str = ""


def verify(session: Session, actor: Actor, execution_id: str) -> Verification:
    """Verify an execution from what is stored here.

    Raises:
        NotFound: there is none with this id in the actor's teams.
    """
    execution = find_execution(session, actor, execution_id)
    return verify_evidence(gather(session, execution), stored_log(session, execution.id))


def prepare(session: Session, actor: Actor, execution_id: str) -> tuple[Evidence, int]:
    """Return what `judge` needs of an execution but its log, and how many events that has.

    Raises:
        NotFound: there is none with this id in the actor's teams.
    """
    execution = find_execution(session, actor, execution_id)
    return gather(session, execution), last_seq(session, execution.id)


def verify_evidence(evidence: Evidence, events: Iterable[Stored]) -> Verification:
    """Run every check."""
    return judge(evidence, lambda expected: check_log(events, expected))


def judge(evidence: Evidence, check_events: Callable[[Expected], Check]) -> Verification:
    """Run every check; `check_events` holds the log against what it has to be."""
    signature, signed = check_signature(evidence)
    checks = [signature]
    if signed is None:
        checks.append(not_checked(STATEMENT, "There is no signature that could be trusted."))
        signed = Signed()
    else:
        checks.append(check_statement(signed, evidence))
    checks.append(check_events(replace(evidence.expected, signed=signed.end)))
    checks += check_documents(evidence, signed)
    checks.append(check_archive(ARCHIVE, evidence, signed.subjects))
    checks.append(
        check_repository(REPOSITORY, evidence, signed.subjects)
        if evidence.commit is None
        else check_commit(REPOSITORY, evidence.commit, signed.subjects)
    )
    return Verification(evidence.execution_id, checks, signed.key_id)


def check_signature(evidence: Evidence) -> tuple[Check, Signed | None]:
    """Open the envelope."""
    document = evidence.documents.get(ArtefactName.STATEMENT)
    if document is None:
        missing = evidence.gone.statement
        return (
            not_checked(SIGNATURE, missing)
            if missing
            else failed(SIGNATURE, "The signed statement is missing.")
        ), None
    try:
        opened = dsse.unseal(document.content, evidence.keys)
        signed = read_statement(opened.payload, opened.key_id)
    except dsse.BadEnvelope as error:
        return failed(SIGNATURE, str(error)), None
    return ok(SIGNATURE, f"Signed with the key {opened.key_id[:16]}…, Ed25519."), signed


def read_statement(payload: bytes, key_id: str) -> Signed:
    """Return what a signed statement says, or say that it is none of ours."""
    try:
        said = json.loads(payload)
        if (said["_type"], said["predicateType"]) != (statement.STATEMENT_TYPE, statement.PREDICATE_TYPE):
            raise ValueError(said["_type"])
        subjects = {one["name"]: next(iter(one["digest"].values())) for one in said["subject"]}
        seq = next(one["annotations"]["seq"] for one in said["subject"] if one["name"] == statement.EVENTS)
        invocation = said["predicate"]["runDetails"]["metadata"]["invocationId"]
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise dsse.BadEnvelope("What was signed is no statement of ours.") from error
    return Signed(key_id, subjects, ChainEnd(seq, subjects[statement.EVENTS]), invocation)


def check_statement(signed: Signed, evidence: Evidence) -> Check:
    """Hold the statement against the execution that it is shown for."""
    if signed.execution_id != evidence.execution_id:
        return failed(STATEMENT, f"It is about another execution: {signed.execution_id[:60]}.")
    stored = evidence.documents[ArtefactName.STATEMENT]
    if sha256(stored.content) != stored.sha256:
        return failed(STATEMENT, "Its hash is not the one that is stored beside it.")
    names = ", ".join(name for name in signed.subjects if name != statement.EVENTS)
    return ok(STATEMENT, f"in-toto v1, SLSA provenance v1, about {names or 'the log alone'}.")


def check_documents(evidence: Evidence, signed: Signed) -> list[Check]:
    """Hold the lock file and the bill of materials against their hashes, and against each other."""
    checks = []
    for name, artefact in ((LOCK, ArtefactName.LOCK), (SBOM, ArtefactName.SBOM)):
        document, wanted = evidence.documents.get(artefact), signed.subjects.get(artefact)
        if document is None:
            checks.append(missing_document(name, artefact, wanted, evidence))
        elif sha256(document.content) != document.sha256:
            checks.append(failed(name, "Its hash is not the one that is stored beside it."))
        elif wanted is not None and document.sha256 != wanted:
            checks.append(failed(name, "Its hash is not the one that was signed."))
        else:
            checks.append(judged_document(name, artefact, wanted, evidence, signed.subjects))
    return checks


def missing_document(name: str, artefact: str, wanted: str | None, evidence: Evidence) -> Check:
    """Say whether a document may be missing."""
    if wanted is None and evidence.gone.documents:
        return not_checked(name, evidence.gone.documents)
    return failed(name, f"{artefact} is missing.")


def judged_document(
    name: str, artefact: ArtefactName, wanted: str | None, evidence: Evidence, subjects: dict[str, Any]
) -> Check:
    """Look into a document that is what was signed, or whose signature is still to come."""
    content = evidence.documents[artefact].content
    if name == LOCK:
        found = check_lock(name, content, subjects)
    else:
        lock = evidence.documents.get(ArtefactName.LOCK)
        found = check_sbom(name, content, lock.content if lock else None)
    if wanted is None and found.outcome is Outcome.OK:
        return not_checked(name, f"{found.reason} It is not signed yet.")
    return found
