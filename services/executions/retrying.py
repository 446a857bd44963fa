"""Starting what has ended again: where it failed, or from any step with the same or other options."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from models.errors import Conflict, IdeasmithError
from models.executions import ENDED, Execution, State
from services import audit, queue
from services.accounts import Actor
from services.bulk import BulkResult, named
from services.events.appending import Said, append_all
from services.executions import progress, turns
from services.executions.attempts import keep_attempts
from services.executions.naming import name_of
from services.executions.plan import Plan, plan
from services.executions.requests import find_execution
from services.executions.stopping import lock_all
from services.executions.titles import UNCHANGED


def retry(
    session: Session,
    actor: Actor,
    execution_id: str,
    *,
    from_step: str = "",
    changes: Mapping[str, Any] | None = None,
) -> Execution:
    """Start an execution again: where it did not succeed, or from `from_step`, or with `changes` of its options.

    What does not depend on the change is kept, and the log says so; what was there before stays readable.

    Raises:
        NotFound: there is none with this id in the actor's teams.
        Conflict: it has not ended; or it succeeded, and neither a step nor other options are named.
        InvalidInput: no such step, or options that do not fit; `fields` names each.
    """
    if not from_step and not changes:
        retry_all(session, actor, [execution_id]).one()
        return find_execution(session, actor, execution_id)
    rows, refused = lock_all(session, actor, [execution_id], ended)
    if refused:
        raise refused[0].error
    row, steps = rows[0], progress.list_steps(session, execution_id)
    chosen = plan(session, row, steps, from_step, changes or {})
    keep_attempts(session, rows)
    if any(step.name == "package" and step.name in chosen.runs and step.finished_at for step in steps):
        row.build += 1
    row.config, row.name = chosen.config, name_of(chosen.config, row.template_name)
    progress.rewind_named(session, execution_id, chosen.runs, fresh=from_step)
    progress.keep_named(session, execution_id, chosen.reused)
    begin_again(session, actor, rows, {execution_id: chosen.from_step})
    append_all(session, row, [said_of(row, chosen), *kept_of(row, chosen)])
    return row


def retry_all(session: Session, actor: Actor, ids: Iterable[str]) -> BulkResult:
    """Start many failed or cancelled executions again, each at the step that did not succeed."""
    rows, refused = lock_all(session, actor, named(ids), retryable)
    keep_attempts(session, rows)
    begin_again(session, actor, rows, progress.rewind_all(session, [row.id for row in rows]))
    return BulkResult([(row.id, row.name) for row in rows], refused)


def begin_again(session: Session, actor: Actor, rows: Sequence[Execution], first: Mapping[str, str]) -> None:
    """Let executions be queued once more; `first` names the step of each that is done first."""
    for row in rows:
        row.state = State.QUEUED
        row.cancel_requested_at = row.pause_requested_at = row.lease_until = None
        row.started_at = row.finished_at = None
        row.error_code = row.error_message = row.next_action = ""
        data = {"from_step": first.get(row.id, ""), "attempt": row.attempt}
        audit.record(session, actor, "execution.retried", row.id, row.team_id, data)
    turns.join_in(session, (row.user_id for row in rows))
    queue.enqueue_all(session, "advance", [{"execution_id": row.id} for row in rows])


def said_of(row: Execution, chosen: Plan) -> Said:
    """Say what this attempt is about."""
    other = f" Changed: {', '.join(chosen.changed)}." if chosen.changed else ""
    data = {
        "attempt": row.attempt,
        "from_step": chosen.from_step,
        "runs": chosen.runs,
        "changed": chosen.changed,
    }
    return Said(
        "execution.retried", f"Attempt {row.attempt}.{other} {chosen.sentence.capitalize()}", data=data
    )


def kept_of(row: Execution, chosen: Plan) -> list[Said]:
    """Say of each step that is kept why it is."""
    words = f"Reused from attempt {row.attempt - 1}: {UNCHANGED}."
    return [
        Said("step.reused", words, span=name, data={"reused_from": row.id, "duration_s": 0.0})
        for name in chosen.reused
    ]


def ended(row: Execution) -> IdeasmithError | None:
    """Refuse what goes on."""
    if row.state in ENDED:
        return None
    return Conflict("Only an execution that has ended can be retried. Wait for its end.", "not_retryable")


def retryable(row: Execution) -> IdeasmithError | None:
    """Refuse what goes on, and what succeeded."""
    if row.state in (State.FAILED, State.CANCELLED):
        return None
    succeeded = row.state == State.SUCCEEDED
    hint = "Launch the template again, or name a step or other options." if succeeded else "Wait for its end."
    return Conflict(f"Only a failed or cancelled execution can be retried. {hint}", "not_retryable")
