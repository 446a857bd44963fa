"""Cancelling one execution or many: the number of statements does not grow with the rows."""

from collections.abc import Callable, Iterable, Sequence

from sqlmodel import Session, col, select

from models.clock import now
from models.errors import Conflict, IdeasmithError, NotFound
from models.executions import ENDED, Execution, State
from services import audit
from services.accounts import Actor
from services.bulk import BulkResult, Refused, named, sorted_out
from services.events.appending import append_events
from services.executions import progress
from services.executions.lease import free
from services.executions.requests import NO_SUCH, find_execution
from services.provenance.sealing import seal_all


def cancel(session: Session, actor: Actor, execution_id: str) -> Execution:
    """Ask an execution to stop. One that nobody works on has stopped when this commits, others within 2 s.

    Raises:
        NotFound: there is none with this id in the actor's teams.
        Conflict: it has ended.
    """
    cancel_all(session, actor, [execution_id]).one()
    return find_execution(session, actor, execution_id)


def cancel_all(session: Session, actor: Actor, ids: Iterable[str]) -> BulkResult:
    """Ask many executions to stop."""
    rows, refused = lock_all(session, actor, named(ids), not_ended)
    for row in rows:
        if row.cancel_requested_at is None:
            row.cancel_requested_at = now()
            audit.record(session, actor, "execution.cancel_requested", row.id, row.team_id)
    owned = owned_of(session, rows)
    idle = [row for row in rows if row.id not in owned]
    for row in idle:
        # The epoch rises, so that an owner that only seems to be gone cannot write any more.
        row.epoch += 1
    progress.end_all(session, idle, State.CANCELLED)
    ends = append_events(session, idle, "execution.cancelled", "Cancelled.", "warning")
    seal_all(session, [(row, ends[row.id]) for row in idle])
    session.flush()
    return BulkResult([(row.id, row.name) for row in rows], refused)


def lock_all(
    session: Session,
    actor: Actor,
    wanted: Sequence[str],
    refusal: Callable[[Execution], IdeasmithError | None],
) -> tuple[list[Execution], list[Refused]]:
    """Return the executions that the actor may change and `refusal` lets pass, locked and fresh."""
    statement = (
        select(Execution)
        .where(col(Execution.id).in_(wanted))
        .order_by(col(Execution.id))  # one order for all, so that two of these never wait for each other
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    found = session.scalars(statement).all()
    return sorted_out(actor, "executions:write", wanted, found, NotFound(NO_SUCH), refusal)


def owned_of(session: Session, rows: Sequence[Execution]) -> set[str]:
    """Return the ids of those whose lease a worker holds, by the database's clock."""
    statement = select(Execution.id).where(col(Execution.id).in_([row.id for row in rows]), ~free())
    return set(session.scalars(statement))


def not_ended(row: Execution) -> IdeasmithError | None:
    """Refuse what has ended."""
    if row.state in ENDED:
        return Conflict(f"This execution has already {ended_word(row.state)}.", "already_ended")
    return None


def ended_word(state: str) -> str:
    """Return how a person says that something has ended."""
    return {State.SUCCEEDED: "succeeded", State.FAILED: "failed"}.get(State(state), "been cancelled")
