"""The hash chain of a log: nothing of it can be changed unseen, whoever wrote it and whatever was removed since."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update
from sqlmodel import Session, col

from models.db import transaction
from models.executions import Event, Execution, State
from services import retention
from services.accounts import Actor
from services.events.chain import START, ChainEnd, chain_hash, chained, settled
from services.events.reader import chain_end
from services.events.view import EventView
from services.events.writer import EventWriter
from services.executions import cancel, lease, retry
from services.provenance.checks import Check, Outcome
from services.provenance.evidence import expected_log, stored_log
from services.provenance.log import Expected, check_log
from services.retention import logs
from tests import aged
from tests.note import launch, person, tiny_catalogue
from workers.hold import Hold

AT = datetime(2026, 11, 28, 12, 0, 0, 1, tzinfo=UTC)
EVENT = EventView(1, AT, "test", "log.line", "info", "41 passed", {"n": 1.5}, 1)
ID = "exec_01k0v4m6c7e8wbr2t9xqz3n5ah"

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**70), max_value=2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('abü"\\', max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.fixture
def ada(clean: object, tmp_path: Path) -> Iterator[Actor]:
    """Somebody who can launch the tiny template."""
    with tiny_catalogue(tmp_path / "templates"):
        yield person("ada@example.com")


@contextmanager
def owned(execution_id: str) -> Iterator[EventWriter]:
    """A new owner of an execution, with its pen."""
    with transaction() as session:
        session.execute(update(Execution).where(col(Execution.id) == execution_id).values(lease_until=None))
    with transaction() as session:
        claim = lease.claim(session, execution_id, "test")
        assert claim is not None
        base = chain_end(session, execution_id).seq
    hold = Hold(claim)
    with EventWriter(execution_id, claim.team_id, claim.epoch, base, hold.transaction) as writer:
        yield writer


def check(execution_id: str, **more: Any) -> Check:
    """Verify a stored log."""
    with transaction() as session:
        return check_log(stored_log(session, execution_id), Expected(execution_id, **more))


def end_of(execution_id: str) -> ChainEnd:
    with transaction() as session:
        return chain_end(session, execution_id)


def test_each_event_carries_a_hash_over_itself_and_the_one_before(ada: Actor) -> None:
    execution_id = launch(ada)
    with owned(execution_id) as writer:
        for number in range(250):
            writer.line("test", f"line {number}")
    with transaction() as session:
        rows = list(stored_log(session, execution_id))
    before = START
    for event, stored in rows:
        assert stored == chain_hash(before, execution_id, event)
        before = stored
    assert len(rows) == 250 and end_of(execution_id) == ChainEnd(250, before)
    assert check(execution_id, signed=ChainEnd(250, before)).outcome is Outcome.OK


def test_another_owner_goes_on_at_the_last_stored_event(ada: Actor) -> None:
    execution_id = launch(ada)
    for owner in range(3):
        with owned(execution_id) as writer:
            writer.line("test", f"owner {owner}")
            with pytest.raises(RuntimeError), writer.transaction():
                writer.say("step.finished", "never happened", span="test")
                raise RuntimeError("the step's transaction failed")
            with writer.transaction():
                writer.say("step.finished", "done", span="test", data={"duration_s": 2.0, "attempt": owner})
    assert check(execution_id).outcome is Outcome.OK
    assert end_of(execution_id).seq == 6


def test_a_seal_is_given_the_end_that_its_own_transaction_writes(ada: Actor) -> None:
    execution_id = launch(ada)
    ends: list[ChainEnd] = []
    with owned(execution_id) as writer:
        writer.line("test", "before")
        with writer.transaction():
            writer.seal(lambda session, end: ends.append(end))
            writer.say("execution.succeeded", "Live")
        with writer.transaction():
            writer.say("log.line", "not sealed")
    assert ends[0].seq == 2 and len(ends) == 1
    assert check(execution_id, signed=ends[0], ended=False).outcome is Outcome.OK
    assert "1 events follow" in check(execution_id, signed=ends[0]).reason


def test_what_a_person_does_to_an_execution_without_owner_is_chained_too(ada: Actor) -> None:
    execution_id = launch(ada)
    with owned(execution_id) as writer:
        writer.line("test", "one")
    with transaction() as session:
        session.execute(update(Execution).values(lease_until=None))
        cancel(session, ada, execution_id)
        retry(session, ada, execution_id)
    with owned(execution_id) as writer:
        writer.line("test", "again")
    assert check(execution_id).outcome is Outcome.OK and end_of(execution_id).seq == 3


@given(json_values, st.text('a{}\n"ü', max_size=5))
@settings(deadline=None, max_examples=200, database=None)
def test_the_hash_is_that_of_what_the_database_gives_back(database: object, value: Any, words: str) -> None:
    data = {"value": value}
    with transaction() as session:
        statement = text("SELECT CAST(:data AS jsonb)").bindparams(data=json.dumps(data))
        back = session.scalar(statement)
    event = replace(EVENT, text=words, data=data)
    assert chain_hash(START, ID, event) == chain_hash(START, ID, replace(event, data=back))
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    assert chain_hash(START, ID, event) == chain_hash(START, ID, replace(event, at=elsewhere))


def test_numbers_that_are_equal_are_written_alike() -> None:
    assert settled({"a": 1.0, "b": 1e20, "c": -0.0, "d": 0.1, "e": (1, 2)}) == {
        "a": 1, "b": 10**20, "c": 0, "d": 0.1, "e": [1, 2],
    }  # fmt: skip
    assert math.isclose(settled({"x": 1.5e-9})["x"], 1.5e-9)


CHANGES = {
    "seq": 2,
    "at": AT + timedelta(microseconds=1),
    "span": "tesu",
    "kind": "log.lind",
    "level": "inf",
    "text": "42 passed",
    "data": {"n": 1.25},
    "epoch": 2,
}


@pytest.mark.parametrize("field", CHANGES)
def test_every_field_of_an_event_counts(field: str) -> None:
    other = replace(EVENT, **{field: CHANGES[field]})
    assert chain_hash(START, ID, other) != chain_hash(START, ID, EVENT)
    assert chain_hash(START, ID.replace("7", "8"), EVENT) != chain_hash(START, ID, EVENT)
    assert chain_hash("1" + START[1:], ID, EVENT) != chain_hash(START, ID, EVENT)


def log(count: int, start: str = START, first: int = 1) -> list[tuple[EventView, str | None]]:
    events = [replace(EVENT, seq=number, text=f"line {number}") for number in range(first, first + count)]
    return [(event, end.hash) for event, end in chained(ID, ChainEnd(first - 1, start), events)]


@given(st.data())
@settings(max_examples=150, database=None, deadline=None)
def test_whatever_is_done_to_a_log_is_seen(data: st.DataObject) -> None:
    rows = log(12)
    signed = ChainEnd(12, rows[-1][1] or "")
    assert check_log(rows, Expected(ID, signed=signed)).outcome is Outcome.OK
    place = data.draw(st.integers(0, 11))
    event, stored = rows[place]
    changed = data.draw(
        st.sampled_from(
            [
                [*rows[:place], *rows[place + 1 :]],  # removed, also from the end
                [*rows[:place], (replace(event, text=event.text + "!"), stored), *rows[place + 1 :]],
                [*rows[:place], (event, None), *rows[place + 1 :]],
                [*rows[:place], (event, (stored or "")[:-1] + "x"), *rows[place + 1 :]],
                [*rows, *log(1, rows[-1][1] or "", 13)],  # added, correctly chained
                # rewritten from here on, with every hash made anew
                [*rows[:place], *log(12 - place, "0" * 63 + "1", place + 1)],
                [(one, None) for one, _ in rows],
            ]
        )
    )
    assert check_log(changed, Expected(ID, signed=signed)).outcome is Outcome.FAILED


def test_events_from_before_the_chain_are_said_so() -> None:
    rows: list[tuple[EventView, str | None]] = [(replace(EVENT, seq=number), None) for number in (1, 2, 3)]
    assert check_log(rows, Expected(ID)).outcome is Outcome.NOT_CHECKED
    joined = [*rows, *log(2, START, 4)]
    found = check_log(joined, Expected(ID, signed=ChainEnd(5, joined[-1][1] or "")))
    assert found.outcome is Outcome.OK and "from event 4 on" in found.reason


def test_a_cleaned_log_keeps_its_end_and_verifies_as_cleaned(
    clean: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "CHUNK", 10)
    old = aged.ended(aged.person(), days_ago=100, events=0, state=State.FAILED)
    with transaction() as session:
        write(session, old, 25)
        signed = chain_end(session, old)
    for outcome in (retention.Outcome.MORE, retention.Outcome.MORE, retention.Outcome.REMOVED):
        with transaction() as session:
            assert logs.remove(session, old) == outcome
        found = verified(old, signed)
        assert found.outcome is Outcome.OK and found.reason.startswith("Log cleaned: 25 events")
    with transaction() as session:
        session.execute(text("UPDATE events SET text = 'another reason'"))
    assert verified(old, signed).outcome is Outcome.FAILED
    with transaction() as session:
        session.execute(text("UPDATE log_ends SET end_seq = 24"))
    assert verified(old, signed).outcome is Outcome.FAILED


def test_a_log_that_was_cleaned_and_went_on_verifies_from_there(clean: object) -> None:
    old = aged.ended(aged.person(), days_ago=100, events=0, state=State.FAILED)
    with transaction() as session:
        write(session, old, 5)
    with transaction() as session:
        logs.remove(session, old)
    with transaction() as session:
        write(session, old, 5)
        signed = chain_end(session, old)
        session.get_one(Execution, old).finished_at = aged.now()
    assert signed.seq == 6 and verified(old, signed).outcome is Outcome.OK
    with aged.days_later(91), transaction() as session:
        assert logs.remove(session, old) == retention.Outcome.REMOVED
    assert verified(old, signed).reason.startswith("Log cleaned: 6 events")


def write(session: Session, execution_id: str, count: int) -> None:
    """Store events as an owner does."""
    team_id = session.get_one(Execution, execution_id).team_id
    before = chain_end(session, execution_id)
    events = [replace(EVENT, seq=before.seq + number, data={}) for number in range(1, count + 1)]
    for event, end in chained(execution_id, before, events):
        session.add(
            Event(execution_id=execution_id, seq=event.seq, team_id=team_id, epoch=1, at=AT, span="test",
                  kind=event.kind, text=event.text, chain_hash=end.hash)
        )  # fmt: skip
    session.flush()


def verified(execution_id: str, signed: ChainEnd) -> Check:
    """Verify a stored log against a signed end, with what the retention has left."""
    with transaction() as session:
        expected = expected_log(session, session.get_one(Execution, execution_id), signed)
        return check_log(stored_log(session, execution_id), expected)


def test_the_columns_of_an_event_that_are_hashed_are_all_but_the_owner() -> None:
    """A new column has to be hashed, or named here with the reason why not."""
    hashed = {"execution_id", "seq", "epoch", "at", "span", "kind", "level", "text", "data"}
    assert set(Event.model_fields) == hashed | {
        "team_id",  # says whose it is, which a transfer may change
        "chain_hash",
        "plain",  # made from the text, for the search
    }
