"""Turns: nobody waits behind another's hundred, nobody has more at work than the limit, and the index is used."""

import threading
from collections import Counter

import pytest
from sqlalchemy import event, text
from sqlmodel import select

from models.clock import now
from models.db import engine, transaction
from models.executions import Execution, State
from models.settings import settings
from services import executions
from services.accounts import Actor
from services.executions import progress, turns
from services.executions.lease import Claim
from tests.note import launch, person
from workers.walk import take_next


@pytest.fixture(autouse=True)
def _two_places(ada: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two executions of each person at a time."""
    monkeypatch.setattr(settings(), "user_executions", 2)


def claimed() -> str:
    """Take the next execution and return its id, empty when there is none."""
    with transaction() as session:
        claim = turns.claim_next(session, "worker")
    return claim.execution_id if claim else ""


def end(execution_id: str) -> None:
    with transaction() as session:
        progress.finish(session, session.get_one(Execution, execution_id), State.SUCCEEDED)


def launched(actor: Actor, count: int) -> list[str]:
    return [launch(actor) for _ in range(count)]


def test_another_waits_for_at_most_one_of_a_hundred(ada: Actor, bob: Actor) -> None:
    many = launched(ada, 100)
    first = claimed()
    mine = launch(bob)
    assert claimed() == mine  # a second worker takes it at once
    end(first)
    later = launch(bob)
    end(mine)
    assert many.index(claimed()) == 1
    # One worker is left: it has to end what it has, and then it is bob's turn.
    assert claimed() == later


def test_one_worker_serves_two_people_in_turns(ada: Actor, bob: Actor) -> None:
    hers, his = launched(ada, 4), launched(bob, 4)
    served = []
    for _ in range(8):
        served.append(claimed())
        end(served[-1])
    assert [one in hers for one in served] in ([True, False] * 4, [False, True] * 4)
    assert [one for one in served if one in hers] == hers and [one for one in served if one in his] == his


def test_nobody_has_more_at_work_than_the_limit(ada: Actor) -> None:
    launched(ada, 3)
    assert claimed() and claimed() and not claimed()


def test_what_was_begun_goes_on_before_anything_new(ada: Actor, bob: Actor) -> None:
    begun = launch(ada)
    assert claimed() == begun
    launch(bob)
    with transaction() as session:
        session.get_one(Execution, begun).lease_until = None
    assert claimed() == begun


def test_many_workers_at_once_take_each_execution_once_and_keep_the_limit(ada: Actor, bob: Actor) -> None:
    launched(ada, 5), launched(bob, 5)
    taken: list[Claim] = []

    def work() -> None:
        found = take_next()
        if found is not None:
            taken.append(found.claim)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({claim.execution_id for claim in taken}) == len(taken) == 4
    with transaction() as session:
        rows = session.scalars(select(Execution).where(Execution.state == State.RUNNING))
        assert Counter(row.user_id for row in rows) == {ada.user_id: 2, bob.user_id: 2}


def test_the_page_says_where_one_stands(ada: Actor, bob: Actor) -> None:
    hers = launched(ada, 4)
    assert claimed() and claimed()
    his = launch(bob)
    with transaction() as session:
        assert executions.get_execution(session, ada, hers[0]).place is None
        third = executions.get_execution(session, ada, hers[3]).place
        first = executions.get_execution(session, bob, his).place
    assert third is not None and first is not None
    assert third.sentence == "3rd in line; 2 of your 2 places are in use."
    assert first.sentence == "Next in line; 0 of your 2 places are in use."


def test_the_line_is_the_order_in_which_they_are_served(ada: Actor, bob: Actor) -> None:
    ids = [*launched(ada, 3), *launched(bob, 2), *launched(person("eve@example.com"), 1)]
    owners = {one: ada if one in ids[:3] else bob if one in ids[3:5] else None for one in ids}
    with transaction() as session:
        places = {one: turns.place_of(session, session.get_one(Execution, one)) for one in ids}
    promised = sorted(ids, key=lambda one: places[one].position)  # type: ignore[union-attr]
    served = []
    while one := claimed():
        served.append(one)
        end(one)
    # Whoever was served goes behind the others, so each round holds everybody who still waits once.
    assert {owners[one] is ada for one in served[:3]} == {True, False}
    assert set(promised[:3]) == set(served[:3]) and set(promised[3:5]) == set(served[3:5])


def test_the_end_of_one_rings_for_the_next_of_the_same_person(ada: Actor) -> None:
    ids = launched(ada, 3)
    assert claimed() and claimed()
    end(ids[0])
    with transaction() as session:
        turns.ring_next(session, ada.user_id)
        rung = session.execute(
            text("SELECT payload->>'execution_id' FROM outbox ORDER BY created_at DESC LIMIT 1")
        ).scalar_one()
    assert rung == ids[2]


def test_the_reaper_rings_only_for_what_fits_into_the_places(ada: Actor, bob: Actor) -> None:
    launched(ada, 5), launched(bob, 1)
    with transaction() as session:
        session.execute(text("UPDATE outbox SET created_at = created_at - interval '1 minute'"))
    with transaction() as session:
        assert turns.reap(session) == 3
    with transaction() as session:
        assert turns.reap(session) == 0  # they were rung a moment ago


def test_rows_that_came_from_elsewhere_get_their_turn(ada: Actor) -> None:
    execution_id = launch(ada)
    with transaction() as session:
        session.execute(text("DELETE FROM turns"))
    assert claimed() == ""
    with transaction() as session:
        turns.reap(session)
    assert claimed() == execution_id


def test_the_open_ones_are_found_by_their_index(ada: Actor) -> None:
    launch(ada)
    with transaction() as session:
        done = session.get_one(Execution, launch(ada))
        done.state, done.finished_at = State.SUCCEEDED, now()
        session.flush()
        session.execute(text("SET LOCAL enable_seqscan = off"))
        # On three rows the planner takes either of the two that hold only what is open.
        session.execute(text("DROP INDEX ix_executions_lease"))
        statement = turns.whose_turn().compile(session.connection(), compile_kwargs={"literal_binds": True})
        lines = session.execute(text(f"EXPLAIN {statement}")).scalars()
        assert "ix_executions_turn" in "\n".join(lines)
        session.rollback()


def test_a_thousand_pages_that_wait_ask_once_a_second(ada: Actor) -> None:
    first, second = launched(ada, 2)
    moment, asked = 100.0, []
    line = turns.Line(lambda: moment)

    def note(*told: object) -> None:
        asked.append(told)

    event.listen(engine(), "before_cursor_execute", note)
    with transaction() as session:
        assert [line.position_of(session, one) for one in (first, second) * 500] == [1, 2] * 500
    event.remove(engine(), "before_cursor_execute", note)
    assert len(asked) == 1
    third = launch(ada)
    assert claimed() == first
    with transaction() as session:
        # Whoever has just come is looked for at once; the others read what was true a second ago.
        assert line.position_of(session, second) == 2
        assert [line.position_of(session, one) for one in (third, second)] == [2, 1]
        end(second)
        assert line.position_of(session, third) == 2
        moment += turns.LINE_S
        assert line.position_of(session, third) == 1
