"""Works on a proof: owns its lease, proves the rows that are missing, stores each as soon as it is done."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import DBAPIError

from models.db import transaction
from models.errors import IdeasmithError
from services.catalog import TemplateFolder, load_folder, templates_folder
from services.crashpoints import AFTER_CLAIM, AFTER_COMMIT, AFTER_EFFECT, crashpoint
from services.proving import keeping
from services.proving.keeping import Claim, TakenOver
from services.proving.prove import prove
from services.proving.rows import rows_of
from services.proving.tools import tools
from workers import horse

log = structlog.get_logger()

JOBS = 2
CHANGED = "The template has changed since this proof was asked for. Start a new one."


def work_on(proof_id: str) -> bool:
    """Prove what is left of a proof. False: there was nothing to do, because it has ended or has an owner."""
    with transaction() as session:
        claim = keeping.claim(session, proof_id)
    if claim is None:
        return False
    crashpoint(AFTER_CLAIM, "proof")
    try:
        with holding(claim):
            run(claim)
    except TakenOver:
        log.warning("prover.taken_over", proof_id=proof_id, epoch=claim.epoch)
    except IdeasmithError as problem:
        with transaction() as session:
            keeping.finish(session, claim, problem.message)
    return True


def run(claim: Claim) -> None:
    """Prove row after row, and end the proof, or hand it back when this process is told to stop."""
    template = load_folder(templates_folder.get() / claim.slug)
    if template.content_hash != claim.content_hash:
        raise IdeasmithError(CHANGED, "template_changed")
    if prove_missing(claim, template):
        with transaction() as session:
            keeping.finish(session, claim)
    else:
        with transaction() as session:
            keeping.hand_back(session, claim)


def prove_missing(claim: Claim, template: TemplateFolder) -> bool:
    """Prove the rows that have no result. False when this process was told to stop before the last."""
    rows = rows_of(template)
    with transaction() as session:
        keeping.begin(session, claim, rows, tools())
    missing = [row for row in rows.rows if row.number not in claim.done]
    done = 0
    for result in prove(template, missing, jobs=JOBS, stopped=horse.stopping.is_set):
        crashpoint(AFTER_EFFECT, "proof")
        with transaction() as session:
            keeping.keep_row(session, claim, result)
        crashpoint(AFTER_COMMIT, "proof")
        done += 1
    return done == len(missing)


@contextmanager
def holding(claim: Claim) -> Iterator[None]:
    """Keep the lease alive while rows are proven."""
    left = threading.Event()

    def beat() -> None:
        while not left.wait(keeping.BEAT_S):
            try:
                with transaction() as session:
                    keeping.change(session, claim)
            except DBAPIError as problem:
                log.warning("prover.database_away", error=str(problem.orig))
            except TakenOver:
                return

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        left.set()
        thread.join(timeout=5)
