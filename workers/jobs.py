"""What RQ calls: one thin function a job. Each may run twice, late, or at the same moment as its double."""

from services.crashpoints import AFTER_ENQUEUE, crashpoint
from workers.walk import walk


def advance(execution_id: str) -> bool:
    """Take an execution as far as it goes. False when another worker has it or it has ended."""
    crashpoint(AFTER_ENQUEUE)
    return walk(execution_id)


def prove(proof_id: str) -> bool:
    """Prove what is left of a proof. False when another worker has it or it has ended."""
    from workers import prover  # seldom, and all the checks with it

    return prover.work_on(proof_id)
