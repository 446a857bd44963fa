"""The durable walk: one owner takes an execution from step to step, and every write of it passes the fence.

A step is three parts: a transaction that marks it as running, its effect, a transaction that stores the result with
all its events. Killed anywhere, the next owner begins the step that has no result again; its effect is written to be
made twice without harm.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from models.db import transaction
from models.errors import IdeasmithError
from models.executions import Execution, State, Step
from services.crashpoints import AFTER_BEGIN, AFTER_CLAIM, AFTER_COMMIT, AFTER_EFFECT, crashpoint
from services.events import EventWriter
from services.events.chain import ChainEnd
from services.events.reader import last_seq
from services.executions import lease, pausing, progress, reuse, turns
from services.executions.lease import Claim, Fenced
from services.executions.progress import Failure
from services.idea_templates.builds import earn
from services.provenance.sealing import seal
from services.redaction import presentable, tidy
from services.steps import (
    before,
    deploy,
    install,
    merge,
    migrate,
    package,
    render,
    scan,
    test,
    validate,
    verify,
)
from services.steps.base import StepContext, StepFailed, StepResult, StepStopped
from services.steps.drafts import clear_drafts
from services.steps.limits import limit_s, overdue
from workers.hold import Hold
from workers.owners import owner

log = structlog.get_logger()

RunStep = Callable[[StepContext], StepResult]
RUN: Mapping[str, RunStep] = {
    "validate": validate.run,
    "render": render.run,
    "merge": merge.run,
    "install": install.run,
    "before": before.run,
    "test": test.run,
    "scan": scan.run,
    "migrate": migrate.run,
    "package": package.run,
    "deploy": deploy.run,
    "verify": verify.run,
}
# A step that took so many owners with it is not tried by another.
MOST_ATTEMPTS = 10
MOST_RACES, RACE_S = 200, 0.005
RELEASING = ("deploy", "verify")


@dataclass(frozen=True, slots=True)
class Taken:
    """What the new owner has found."""

    claim: Claim
    execution: Execution
    steps: list[Step]
    base: int


def walk(execution_id: str, run: Mapping[str, RunStep] = RUN) -> bool:
    """Work on an execution until it ends. False: there was nothing to do, because it has ended or has an owner."""
    taken = take(execution_id)
    return taken is not None and work_on(taken, run)


def walk_next(run: Mapping[str, RunStep] = RUN) -> bool:
    """Work on the execution whose turn it is until it ends. False: nobody has one that may begin now."""
    taken = take_next()
    if taken is None:
        return False
    work_on(taken, run)
    with transaction() as session:
        turns.ring_next(session, taken.execution.user_id)
    return True


def work_on(taken: Taken, run: Mapping[str, RunStep]) -> bool:
    """Work on a claimed execution until it ends, pauses, or belongs to another."""
    crashpoint(AFTER_CLAIM)
    claim = taken.claim
    with (
        structlog.contextvars.bound_contextvars(execution_id=claim.execution_id),
        Hold(claim) as hold,
        EventWriter(claim.execution_id, claim.team_id, claim.epoch, taken.base, hold.transaction) as writer,
    ):
        try:
            Walk(taken, hold, writer, run).run()
        except Fenced:
            log.warning("walk.fenced", epoch=claim.epoch)
    return True


def take(execution_id: str) -> Taken | None:
    """Claim the lease and read where the last owner stopped."""
    with transaction() as session:
        return found(session, lease.claim(session, execution_id, owner()))


def take_next() -> Taken | None:
    """Claim the lease of the execution whose turn it is. None when none may begin."""
    for _ in range(MOST_RACES):
        with transaction() as session:
            taken = found(session, turns.claim_next(session, owner()))
            if taken is not None or not turns.somebody_waits(session):
                return taken
        # Another worker decides for the same person just now. It takes milliseconds.
        time.sleep(RACE_S)
    return None


def found(session: Session, claim: Claim | None) -> Taken | None:
    """Return what is known of a claimed execution."""
    if claim is None:
        return None
    execution = session.get_one(Execution, claim.execution_id)
    steps = progress.list_steps(session, claim.execution_id)
    return Taken(claim, execution, steps, last_seq(session, claim.execution_id))


class Walk:
    """One owner's way through the steps."""

    def __init__(self, taken: Taken, hold: Hold, writer: EventWriter, table: Mapping[str, RunStep]) -> None:
        self.claim, self.steps = taken.claim, taken.steps
        self.hold, self.writer, self.table = hold, writer, table
        self.context = context_of(taken, hold, writer, lambda text: writer.line(self.at, text))
        self.context.open_line = lambda text: writer.open_line(self.at, text)
        self.at = ""  # the name of the step that runs
        self.step: Step | None = None  # the same as its row
        hold.abandon = self.abandon

    def run(self) -> None:
        """Do the steps that have no result yet, then end the execution."""
        if self.claim.epoch > 1:
            clear_drafts(self.context.workspace)
        self.rewind_if_gone()
        self.writer.say("execution.started", started_sentence(self.claim), data={"epoch": self.claim.epoch})
        for index, step in enumerate(self.steps):
            if step.state == State.SUCCEEDED:
                self.context.results[step.name] = step.result
            elif not self.do(step, last=index == len(self.steps) - 1):
                return

    def do(self, step: Step, *, last: bool) -> bool:
        """Do one step. False when the walk ends with it."""
        self.at = step.name
        tried_too_often = step.state == State.RUNNING and step.attempt >= MOST_ATTEMPTS
        if self.hold.stopped():
            return self.stop(step)
        begun = self.begin(step)
        if begun is None:
            return False
        crashpoint(AFTER_BEGIN, step.name)
        start = time.monotonic()
        try:
            result, hash_ = self.work(begun, tried_too_often=tried_too_often)
        except (DBAPIError, Fenced):
            raise  # the database is away, or somebody else's: another owner goes on
        except Exception as error:
            if self.hold.ending():
                return self.stop(begun)
            return self.fail(begun, error)
        crashpoint(AFTER_EFFECT, step.name)
        self.context.results[step.name] = tidy(result.data)
        self.complete(begun, result, hash_, time.monotonic() - start, last=last)
        crashpoint(AFTER_COMMIT, step.name)
        return True

    def work(self, step: Step, *, tried_too_often: bool) -> tuple[StepResult, str]:
        """Return a step's result and the hash of its inputs, or raise why there is none. It is held to its limit."""
        self.step = step
        with self.hold.limited(step.name, limit_s(step.name), step.spent_s):
            try:
                hash_ = reuse.hash_of(self.context, step.name)
                return gave_up(step) if tried_too_often else self.result_of(step, hash_), hash_
            except Exception as error:
                if self.hold.overdue.is_set() and not self.hold.ending():
                    raise overdue(step) from error
                raise

    def result_of(self, step: Step, hash_: str) -> StepResult:
        """Return what is known already of the same inputs, unless it shall be fresh; else do the step."""
        known = None if step.fresh else reuse.find(self.context, step.name, hash_)
        return known or self.table[step.name](self.context)

    def begin(self, step: Step) -> Step | None:
        """Mark a step as running. None: a person wants it to pause, and here is a safe point."""
        with self.writer.transaction() as session:
            execution = session.get_one(Execution, self.claim.execution_id)  # locked by the fence
            if execution.pause_requested_at is not None and execution.cancel_requested_at is None:
                self.writer.say(
                    "execution.paused", pausing.come_to_rest(session, execution, step.name), level="warning"
                )
                return None
            step = progress.begin_step(session, step, self.claim.epoch)
            self.writer.say("step.started", span=step.name, data={"attempt": step.attempt})
        return step

    def complete(self, step: Step, result: StepResult, hash_: str, seconds: float, *, last: bool) -> None:
        """Store a step's result, and with the last one the end of the execution."""
        with self.writer.transaction() as session:
            summary, source = presentable(result.summary), result.reused_from
            progress.complete_step(
                session, step, summary, tidy(result.data), input_hash=hash_, reused_from=source
            )
            data: dict[str, object] = {"duration_s": round(seconds, 3), "attempt": step.attempt}
            if source is not None:
                data["reused_from"] = source
            self.writer.say("step.finished", result.summary, span=step.name, data=data)
            if step.name == "package":
                self.writer.seal(self.sign)
            if last:
                url = self.context.results["deploy"]["url"]
                self.end(session, State.SUCCEEDED).url = url
                earn(session, self.claim.execution_id)
                self.writer.say("execution.succeeded", f"Live at {url}", data={"url": url})

    def abandon(self) -> None:
        """Fail a step that does not come back, and leave this process with it."""
        if self.step is not None:
            self.fail(self.step, overdue(self.step))
            self.writer.__exit__()
        os._exit(1)

    def fail(self, step: Step, error: Exception) -> bool:
        """Store why a step could not do its work, and end the execution."""
        failure = failure_of(error)
        if failure.code == "internal_error":
            log.exception("step.crashed", step=step.name)
        with self.writer.transaction() as session:
            data = error.data if isinstance(error, StepFailed) else {}
            progress.fail_step(session, step, failure, tidy(data))
            told = {"code": failure.code, "next_action": failure.next_action}
            self.writer.say("step.failed", failure.message, span=step.name, level="error", data=told)
            if step.name in RELEASING:
                deploy.step_back(session, self.claim.execution_id, cancelled=False)
            self.end(session, State.FAILED, failure)
            self.writer.say("execution.failed", failure.message, level="error", data=told)
        return False

    def stop(self, step: Step) -> bool:
        """End early: cancelled by a person, or handed back because this process is told to go."""
        if self.hold.lost.is_set():
            raise Fenced("The lease was lost. Another worker goes on.")
        with self.writer.transaction() as session:
            if self.hold.cancelled.is_set():
                if step.name in RELEASING:
                    deploy.step_back(session, self.claim.execution_id, cancelled=True)
                self.end(session, State.CANCELLED)
                self.writer.say("execution.cancelled", "Cancelled.", level="warning")
            else:
                lease.hand_back(session, self.claim)
        return False

    def end(self, session: Session, state: State, failure: Failure | None = None) -> Execution:
        """End the execution."""
        execution = session.get_one(Execution, self.claim.execution_id)
        progress.finish(session, execution, state, failure)
        self.writer.seal(self.sign)
        return execution

    def sign(self, session: Session, end: ChainEnd) -> None:
        """Sign what is known by now, in the transaction that stores it (services/provenance/sealing.py)."""
        seal(session, self.claim.execution_id, end)

    def rewind_if_gone(self) -> None:
        """Make the code again when the folder of an earlier attempt is not here: another host, or cleaned up since."""
        done = {step.name: step for step in self.steps if step.state == State.SUCCEEDED}
        maker = done.get("merge") or done.get("render")
        if maker is None or self.context.tree.is_dir() or "deploy" in done:
            return
        with self.writer.transaction() as session:
            progress.rewind_steps(session, self.claim.execution_id, maker.position)
            session.expire_all()
            self.steps = progress.list_steps(session, self.claim.execution_id)


def context_of(taken: Taken, hold: Hold, writer: EventWriter, line: Callable[[str], None]) -> StepContext:
    """Return what the steps of an execution are given."""
    execution = taken.execution
    return StepContext(
        execution_id=execution.id,
        team_id=execution.team_id,
        name=execution.name,
        template_slug=execution.template_slug,
        template_version_id=execution.template_version_id,
        config=execution.config,
        deployment_id=execution.deployment_id,
        created_at=execution.created_at,
        from_execution_id=execution.from_execution_id,
        transaction=writer.transaction,
        line=line,
        stopped=hold.stopped,
        upgrade=execution.upgrade,
    )


def started_sentence(claim: Claim) -> str:
    """Say whose turn it is."""
    return "Started." if claim.epoch == 1 else "Taken up again where it was left."


def failure_of(error: Exception) -> Failure:
    """Return what a person is told about an error."""
    if isinstance(error, StepFailed):
        return Failure(error.code, presentable(error.message), error.next_action)
    if isinstance(error, IdeasmithError):
        return Failure(
            error.code, presentable(error.message), "Put right what it names, then retry the execution."
        )
    if isinstance(error, StepStopped):
        return Failure("stopped", "The step ended early.", "Retry the execution.")
    return Failure(
        "internal_error",
        "Something of ours went wrong in this step. Nothing is lost.",
        "Retry the execution. If it happens again, report its id.",
    )


def gave_up(step: Step) -> StepResult:
    """Fail a step that ends every process that tries it."""
    raise StepFailed(
        "gave_up",
        f"This step ended its worker {step.attempt - 1} times.",
        "Look into the worker's log, then retry the execution.",
    )
