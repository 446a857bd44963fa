"""Whatever people and workers do in whatever order: no run is lost, none is worked on twice, the limits hold."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, text, update
from sqlmodel import col, select

from models.db import transaction
from models.errors import Conflict
from models.executions import ENDED, Event, Execution, State
from models.settings import settings as product_settings
from services import executions
from services.accounts import Actor
from services.executions import lease, pausing, progress, turns
from services.executions.lease import Claim, Fenced
from tests.note import launch

LIMIT = 2


class Work(RuleBasedStateMachine):
    """Two people, any number of workers. `held` is what workers believe to hold, also those that are too late."""

    people: tuple[Actor, ...] = ()
    runs: Bundle[str] = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        with transaction() as session:
            session.execute(text("DELETE FROM executions"))
            session.execute(text("UPDATE turns SET served_at = NULL"))
        self.owner: dict[str, Actor] = {}
        self.held: list[Claim] = []
        self.epochs: dict[str, int] = {}

    @rule(target=runs, who=st.integers(0, 1))
    def launches(self, who: int) -> str:
        execution_id = launch(self.people[who])
        self.owner[execution_id] = self.people[who]
        return execution_id

    @rule(one=runs, what=st.sampled_from(["cancel", "retry", "pause", "resume", "retry_from"]))
    def person(self, one: str, what: str) -> None:
        ask = {
            "cancel": executions.cancel,
            "retry": executions.retry,
            "pause": executions.pause,
            "resume": executions.resume,
            "retry_from": lambda *args: executions.retry(*args, from_step="test"),
        }[what]
        try:
            with transaction() as session:
                ask(session, self.owner[one], one)  # type: ignore[operator]
        except Conflict:
            pass  # said to the person; nothing has changed

    @rule()
    def worker_claims(self) -> None:
        with transaction() as session:
            claim = turns.claim_next(session, "worker")
        if claim is not None:
            assert claim.epoch > self.epochs.get(claim.execution_id, 0), "two owners of one epoch"
            self.epochs[claim.execution_id] = claim.epoch
            self.held.append(claim)

    @rule(chance=st.integers(0, 9), state=st.sampled_from([State.SUCCEEDED, State.FAILED]))
    def worker_ends(self, chance: int, state: State) -> None:
        if self.held:
            self.leave(self.held.pop(chance % len(self.held)), state)

    @rule(chance=st.integers(0, 9))
    def lease_runs_out(self, chance: int) -> None:
        if self.held:
            claim = self.held[chance % len(self.held)]
            with transaction() as session:
                held = (col(Execution.id) == claim.execution_id, col(Execution.epoch) == claim.epoch)
                session.execute(
                    update(Execution)
                    .where(*held, col(Execution.lease_until).is_not(None))
                    .values(lease_until=func.clock_timestamp() - lease.seconds(1))
                )

    @rule()
    def clock_rings(self) -> None:
        with transaction() as session:
            turns.reap(session)

    def leave(self, claim: Claim, state: State) -> None:
        """Come to the next safe point as a worker does: end, cancel, pause, or find that another has it."""
        try:
            with transaction() as session:
                row = lease.fence(session, claim)
                if row.cancel_requested_at is not None:
                    progress.finish(session, row, State.CANCELLED)
                elif row.pause_requested_at is not None:
                    pausing.come_to_rest(session, row)
                else:
                    progress.finish(session, row, state)
        except Fenced:
            pass  # nothing of a late owner is kept

    @invariant()
    def nobody_has_more_at_work_than_the_limit(self) -> None:
        with transaction() as session:
            alive = select(Execution.user_id).where(col(Execution.state).in_(lease.OPEN), ~lease.free())
            assert all(count <= LIMIT for count in Counter(session.scalars(alive)).values())

    @invariant()
    def what_waits_for_a_person_or_has_ended_holds_nothing(self) -> None:
        with transaction() as session:
            resting = col(Execution.state).not_in(lease.OPEN), col(Execution.lease_until).is_not(None)
            assert session.scalars(select(Execution).where(*resting)).all() == []

    def teardown(self) -> None:
        """Let every worker come to its end, and take what is left: all that nobody has paused ends."""
        for claim in self.held:
            self.leave(claim, State.SUCCEEDED)
        with transaction() as session:
            session.execute(
                text("UPDATE executions SET lease_until = NULL WHERE state IN ('queued', 'running')")
            )
        for _ in range(4 * len(self.owner) + 1):
            with transaction() as session:
                claim = turns.claim_next(session, "last")
            if claim is not None:
                self.leave(claim, State.SUCCEEDED)
        with transaction() as session:
            for row in session.scalars(select(Execution)):
                assert row.state in ENDED or (row.state == State.WAITING and row.pause_requested_at), (
                    row.state
                )
            rows = session.execute(
                select(Event.execution_id, Event.seq).order_by(Event.execution_id, Event.seq)
            )
            seqs: dict[str, list[int]] = {}
            for execution_id, seq in rows:
                seqs.setdefault(execution_id, []).append(seq)
        assert all(found == list(range(1, len(found) + 1)) for found in seqs.values())


def test_any_order_of_people_and_workers(ada: Actor, bob: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(product_settings(), "user_executions", LIMIT)
    monkeypatch.setattr(Work, "people", (ada, bob))
    run_state_machine_as_test(
        Work,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
