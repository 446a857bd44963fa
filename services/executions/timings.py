"""How long each test of an execution took, while its test step knows it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from models.executions import Step
from services.accounts import Actor
from services.executions.requests import find_execution

TIMINGS = "tests"  # in the result of the step


@dataclass(frozen=True, slots=True)
class Timing:
    """One test: its name as the log has it, passed, failed, error or skipped, and its time with what it was set up."""

    name: str
    outcome: str
    ms: int


def list_timings(session: Session, actor: Actor, execution_id: str) -> list[Timing]:
    """Return every test of an execution in the order in which they ran, 2,000 at most.

    Empty: none has run yet, or the run is older than this record, or its tests have written none.

    Raises:
        NotFound: there is none with this id in the actor's teams.
    """
    find_execution(session, actor, execution_id)
    kept = session.scalar(
        select(col(Step.result)[TIMINGS]).where(
            col(Step.execution_id) == execution_id, col(Step.name) == "test"
        )
    )
    return [Timing(str(name), str(outcome), int(ms)) for name, outcome, ms in kept or []]
