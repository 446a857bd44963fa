"""An execution that was really rendered and packed; what costs time in between only leaves traces."""

import sys
from pathlib import Path

from models.db import transaction
from models.executions import Execution
from services import catalog
from services.accounts import Actor
from services.provenance.checks import Outcome
from services.provenance.evidence import gather, stored_log
from services.provenance.verifying import Verification, verify_evidence
from services.steps import package, render, validate
from tests.note import launch, traces
from workers.walk import walk

REAL = {"validate": validate.run, "render": render.run, "package": package.run}


def executed(actor: Actor, folder: Path, *, fails: str = "", **options: str) -> str:
    """Launch the tiny template and walk it to its end."""
    folder.mkdir(exist_ok=True)
    execution_id = launch(actor, **options)
    walk(execution_id, {**traces(folder, fails=fails), **REAL})
    return execution_id


def verified(execution_id: str) -> Verification:
    """Verify an execution as it is stored."""
    with transaction() as session:
        evidence = gather(session, session.get_one(Execution, execution_id))
        return verify_evidence(evidence, stored_log(session, execution_id))


def outcomes(found: Verification) -> dict[str, str]:
    """Return the outcome of each check."""
    return {check.name: check.outcome.value for check in found.checks}


def broken(found: Verification) -> set[str]:
    """Return the names of the checks that failed."""
    return {check.name for check in found.checks if check.outcome is Outcome.FAILED}


if __name__ == "__main__":
    # A worker of its own, to be killed: `python -m tests.services.provenance.made EXECUTION FOLDER TEMPLATES`.
    catalog.templates_folder.set(Path(sys.argv[3]))
    sys.exit(0 if walk(sys.argv[1], {**traces(Path(sys.argv[2])), **REAL}) else 7)
