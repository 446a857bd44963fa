"""The live log: what a follower gets is the stored log, each event once and in order, whatever goes wrong between."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlmodel import Session, select

from models.clock import now
from models.db import transaction
from models.executions import Event, Execution, State
from services.accounts import Actor
from services.events import END, REWIND, Cursor, EventHub, EventView, EventWriter, append_events, read_events
from services.events import follower as follower_module
from services.events import hub as hub_module
from services.events import writer as writer_module
from services.events.asking import Asking
from services.events.reader import last_seq, read_behind
from services.events.stream import STREAM, push, tail
from services.events.view import PARTIAL
from services.executions import lease, progress
from services.redaction import MASK
from tests.note import launch, person, tiny_catalogue

# Planted keys, put together here so that no scanner takes this file for a leak.
PLANTED = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "ghp_" + "16C7e42F292c6912E7710c838347Ae178B4a",
    "ism_" + "Zk3vQ9xT0pLw8rYb2NcMfA",
    "sk-ant-" + "api03-abcdefghijklmnopqrstuvwxyz",
    "xoxb-" + "123456789012-abcdefghijkl",
]


@pytest.fixture
def execution_id(clean: object, tmp_path: Path) -> Iterator[str]:
    """An execution that somebody owns."""
    with tiny_catalogue(tmp_path / "templates"):
        actor: Actor = person("ada@example.com")
        yield launch(actor)


class Pen:
    """An owner of an execution, as a worker is one."""

    def __init__(self, execution_id: str) -> None:
        with transaction() as session:
            execution = session.get_one(Execution, execution_id)
            execution.lease_until = None
            self.team_id = execution.team_id
        with transaction() as session:
            claim = lease.claim(session, execution_id, "test")
            assert claim is not None
            self.claim = claim
            self.base = len(read_events(session, execution_id, limit=1000))
        self.execution_id = execution_id

    def transaction(self) -> AbstractContextManager[Session]:
        return fenced(self)

    def writer(self) -> EventWriter:
        return EventWriter(self.execution_id, self.team_id, self.claim.epoch, self.base, self.transaction)

    def end(self, writer: EventWriter) -> None:
        """End the execution with its terminal event, in one transaction."""
        with writer.transaction() as session:
            progress.finish(session, session.get_one(Execution, self.execution_id), State.SUCCEEDED)
            writer.say("execution.succeeded", "Live")


class fenced(AbstractContextManager[Session]):
    """A transaction that has passed the fence."""

    def __init__(self, pen: Pen) -> None:
        self.pen = pen

    def __enter__(self) -> Session:
        self.opened = transaction()
        session = self.opened.__enter__()
        try:
            lease.fence(session, self.pen.claim)
        except BaseException as error:
            self.opened.__exit__(type(error), error, error.__traceback__)
            raise
        return session

    def __exit__(self, *error: object) -> None:
        self.opened.__exit__(*error)  # type: ignore[arg-type]


def stored(execution_id: str) -> list[tuple[int, str]]:
    with transaction() as session:
        return [(event.seq, event.text) for event in read_events(session, execution_id, limit=1000)]


def numbers(events: list[EventView]) -> list[int]:
    return [event.seq for event in events if event.kind not in (END, REWIND)]


async def follow_to_end(hub: EventHub, execution_id: str, after: int = 0, epoch: int = 0) -> list[EventView]:
    async with asyncio.timeout(15):
        return [event async for event in hub.follow(execution_id, after, epoch)]


def with_hub(scene: Callable[[EventHub], object]) -> None:
    """Play a scene with a hub of its own."""

    async def play() -> None:
        hub = EventHub()
        try:
            async with asyncio.timeout(30):
                await scene(hub)  # type: ignore[misc]
        finally:
            await hub.close()

    asyncio.run(play())


# Writing


def test_lines_are_numbered_without_gaps_and_stored_in_order(execution_id: str) -> None:
    pen = Pen(execution_id)
    with pen.writer() as writer:
        threads = [
            threading.Thread(target=lambda name=name: [writer.line(name, f"{name} {n}") for n in range(200)])
            for name in ("one", "two", "three")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    rows = stored(execution_id)
    assert [seq for seq, _ in rows] == list(range(1, 601))
    for name in ("one", "two", "three"):
        assert [text for _, text in rows if text.startswith(name)] == [f"{name} {n}" for n in range(200)]


def test_lines_before_a_state_change_are_stored_with_it(execution_id: str) -> None:
    pen = Pen(execution_id)
    with pen.writer() as writer:
        writer.line("test", "first")
        with writer.transaction() as session:
            writer.say("step.finished", "second", span="test")
            session.get_one(Execution, execution_id).error_code = "seen"
        assert [text for _, text in stored(execution_id)] == ["first", "second"]


def test_what_a_failed_transaction_said_is_neither_stored_nor_shown(execution_id: str) -> None:
    pen = Pen(execution_id)
    with pen.writer() as writer:
        writer.line("test", "kept")
        with pytest.raises(RuntimeError), writer.transaction():
            writer.say("step.finished", "never happened", span="test")
            other = threading.Thread(target=writer.line, args=("test", "said meanwhile"))
            other.start()
            other.join()
            raise RuntimeError("the step's transaction failed")
        writer.line("test", "afterwards")
    assert stored(execution_id) == [(1, "kept"), (2, "said meanwhile"), (3, "afterwards")]
    shown = [entry[b"v"] for _, entry in tail().xrange(STREAM)]
    assert not any(b"never happened" in body for body in shown)


def test_an_endless_output_is_cut_and_says_so(execution_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.events.writer.MOST_LINES", 10)
    pen = Pen(execution_id)
    with pen.writer() as writer:
        for number in range(50):
            writer.line("test", f"line {number}")
        writer.say("step.finished", "Said.", span="test")
    rows = [words for _, words in stored(execution_id)]
    assert rows[9:] == ["More than 10 lines: the rest is not kept.", "41 lines were not kept.", "Said."]


def test_a_step_that_says_more_than_can_be_stored_waits_and_loses_nothing(
    execution_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.events.writer.MOST_UNSAVED", 20)
    # It does not wait for ever; a slow machine is no reason to let go here.
    monkeypatch.setattr("services.events.writer.PATIENCE_S", 30.0)
    pen = Pen(execution_id)
    most = 0
    with pen.writer() as writer:
        for number in range(500):
            writer.line("test", f"line {number}")
            most = max(most, len(writer._unsaved))
        with writer.transaction():  # who holds the commit does not wait for it
            for number in range(30):
                writer.line("test", f"more {number}")
    assert [seq for seq, _ in stored(execution_id)] == list(range(1, 531)) and most <= 20


# Lines without an end


def test_the_state_of_an_open_line_is_shown_now_and_then_and_is_no_event(execution_id: str) -> None:
    pen = Pen(execution_id)
    secret = PLANTED[1]

    async def scene(hub: EventHub) -> None:
        seen: list[EventView] = []
        begun = asyncio.Event()

        async def read() -> None:
            async for batch in hub.follow_batches(execution_id):
                seen.extend(batch.events)
                begun.set()

        reader = asyncio.create_task(read())
        with pen.writer() as writer:
            writer.line("test", "collected 3 items")
            await begun.wait()
            for percent in range(60):
                writer.open_line("test", f"{percent} % of {secret}")
                await asyncio.sleep(0.01)
            await asyncio.sleep(2 * writer_module.OPEN_S)
            writer.line("test", "100 %")
            await asyncio.to_thread(pen.end, writer)
        await asyncio.wait_for(reader, 10)
        states = [event for event in seen if event.kind == PARTIAL]
        assert {state.seq for state in states} == {1} and states[-1].text == f"59 % of {MASK}"
        assert 2 <= len(states) <= 6  # five a second at the most
        assert [event.text for event in seen if event not in states][:3] == [
            "collected 3 items",
            "100 %",
            "Live",
        ]

    with_hub(scene)
    assert [seq for seq, _ in stored(execution_id)] == [1, 2, 3]


# Secrets


@pytest.mark.parametrize("secret", PLANTED)
def test_a_planted_key_never_reaches_the_log(execution_id: str, secret: str) -> None:
    pen = Pen(execution_id)
    with pen.writer() as writer:
        writer.line("test", f"config = {{'key': '{secret}'}} and again {secret}.")
        writer.say("step.finished", "done", data={"deep": [{"key": f"x {secret}"}]})
    with transaction() as session:
        rows = session.scalars(select(Event)).all()
    shown = b" ".join(entry[b"v"] for _, entry in tail().xrange(STREAM)).decode()
    for text in [shown, *(row.text for row in rows), *(str(row.data) for row in rows)]:
        assert secret not in text
    assert MASK in rows[0].text


# Following


def test_a_late_joiner_gets_the_whole_log_and_the_end(execution_id: str) -> None:
    pen = Pen(execution_id)
    with pen.writer() as writer:
        for number in range(1_200):
            writer.line("test", f"line {number}")
        pen.end(writer)

    async def scene(hub: EventHub) -> None:
        events = await follow_to_end(hub, execution_id)
        assert numbers(events) == list(range(1, 1_202))
        assert events[-1].kind == END
        assert numbers(await follow_to_end(hub, execution_id, after=1_000)) == list(range(1_001, 1_202))

    with_hub(scene)


def test_live_followers_get_every_event_once_and_soon(execution_id: str) -> None:
    pen = Pen(execution_id)

    async def scene(hub: EventHub) -> None:
        followers = [asyncio.create_task(follow_to_end(hub, execution_id)) for _ in range(20)]
        with pen.writer() as writer:
            for number in range(500):
                writer.line("test", f"line {number}")
                await asyncio.sleep(0.001)
            await asyncio.to_thread(pen.end, writer)
        for events in await asyncio.gather(*followers):
            assert numbers(events) == list(range(1, 502))

    with_hub(scene)


def test_two_hundred_who_come_at_once_are_answered_by_one_reading(
    execution_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pen = Pen(execution_id)
    with pen.writer() as writer:
        for number in range(100):
            writer.line("test", f"line {number}")
        pen.end(writer)
    read: list[Cursor] = []

    def counted(session: Session, execution_id: str, cursor: Cursor, limit: int) -> object:
        read.append(cursor)
        return read_behind(session, execution_id, cursor, limit)

    monkeypatch.setattr(hub_module, "read_behind", counted)

    async def scene(hub: EventHub) -> None:
        followers = [asyncio.create_task(follow_to_end(hub, execution_id)) for _ in range(200)]
        for events in await asyncio.gather(*followers):
            assert numbers(events) == list(range(1, 102))

    with_hub(scene)
    # One from the beginning, and one for who came while it was read: never one each.
    assert 1 <= len(read) <= 4


def test_a_reading_is_never_older_than_who_asks_for_it(execution_id: str) -> None:
    pen = Pen(execution_id)
    answers: list[int] = []

    async def scene() -> None:
        asking = Asking(1)
        gate = threading.Event()

        def slow(session: Session) -> int:
            seq = last_seq(session, execution_id)
            gate.wait(5)
            return seq

        first = asyncio.create_task(asking.ask("x", slow))
        await asyncio.sleep(0.1)
        with pen.writer() as writer:
            writer.line("test", "said while the first is answered")
        others = [asyncio.create_task(asking.ask("x", slow)) for _ in range(5)]
        others[0].cancel()  # who leaves takes the answer from nobody
        gate.set()
        answers.extend([await first, *await asyncio.gather(*others[1:])])

    asyncio.run(scene())
    assert answers == [0, 1, 1, 1, 1]


def test_resuming_anywhere_loses_and_doubles_nothing(execution_id: str) -> None:
    pen = Pen(execution_id)

    async def interrupted(hub: EventHub, every: int) -> list[int]:
        seen: list[int] = []
        cursor = Cursor()
        while True:
            count = 0
            follower = hub.follow(execution_id, cursor.seq, cursor.epoch)
            async for event in follower:
                if event.kind == END:
                    return seen
                seen.append(event.seq)
                # What a browser sends back after it lost the line.
                cursor = Cursor.parse(str(Cursor(event.seq, event.epoch)))
                count += 1
                if count == every:
                    break
            await follower.aclose()

    async def scene(hub: EventHub) -> None:
        readers = [asyncio.create_task(interrupted(hub, every)) for every in (3, 20)]
        with pen.writer() as writer:
            for number in range(150):
                writer.line("test", f"line {number}")
                await asyncio.sleep(0.002)
            await asyncio.to_thread(pen.end, writer)
        for seen in await asyncio.wait_for(asyncio.gather(*readers), 20):
            assert seen == list(range(1, 152))

    with_hub(scene)


def test_with_redis_away_followers_read_what_is_stored(
    execution_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pen = Pen(execution_id)
    monkeypatch.setattr(
        "services.events.hub.settings", lambda: type("S", (), {"redis_url": "redis://127.0.0.1:1"})
    )

    async def scene(hub: EventHub) -> None:
        following = asyncio.create_task(follow_to_end(hub, execution_id))
        with pen.writer() as writer:
            for number in range(100):
                writer.line("test", f"line {number}")
                await asyncio.sleep(0.005)
            await asyncio.to_thread(pen.end, writer)
        assert numbers(await following) == list(range(1, 102))

    with_hub(scene)


def test_wiping_redis_in_mid_stream_costs_a_follower_nothing(execution_id: str) -> None:
    pen = Pen(execution_id)

    async def scene(hub: EventHub) -> None:
        following = asyncio.create_task(follow_to_end(hub, execution_id))
        with pen.writer() as writer:
            for number in range(200):
                writer.line("test", f"line {number}")
                if number % 60 == 30:
                    tail().flushall()
                await asyncio.sleep(0.002)
            await asyncio.to_thread(pen.end, writer)
        assert numbers(await following) == list(range(1, 202))

    with_hub(scene)


def test_a_slow_follower_falls_back_to_the_stored_log(
    execution_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower_module, "QUEUED_EVENTS", 5)
    pen = Pen(execution_id)

    async def slow(hub: EventHub) -> list[EventView]:
        seen = []
        async for event in hub.follow(execution_id):
            seen.append(event)
            await asyncio.sleep(0.005)
        return seen

    async def scene(hub: EventHub) -> None:
        following = asyncio.create_task(slow(hub))
        with pen.writer() as writer:
            for number in range(200):
                writer.line("test", f"line {number}")
                await asyncio.sleep(0.0005)
            await asyncio.to_thread(pen.end, writer)
        assert numbers(await asyncio.wait_for(following, 20)) == list(range(1, 202))

    with_hub(scene)


def test_a_reader_who_saw_what_was_never_stored_is_told_to_go_back(execution_id: str) -> None:
    first = Pen(execution_id)
    with first.writer() as writer:
        for number in range(10):
            writer.line("test", f"stored {number}")

    async def scene(hub: EventHub) -> None:
        seen: list[EventView] = []

        async def read() -> None:
            async for event in hub.follow(execution_id):
                seen.append(event)

        reader = asyncio.create_task(read())
        # The first owner shows five more and dies before they are stored.
        at = now()
        lost = [EventView(seq, at, "test", "log.line", "info", f"lost {seq}", {}, 1) for seq in range(11, 16)]
        while len(seen) < 15:
            push(
                tail(), execution_id, 0, lost
            )  # again until the hub listens: a doubled entry is no doubled event
            await asyncio.sleep(0.02)
        second = await asyncio.to_thread(Pen, execution_id)
        assert second.base == 10
        with second.writer() as writer:
            for number in range(3):
                writer.line("test", f"new {number}")
            await asyncio.to_thread(second.end, writer)
        await asyncio.wait_for(reader, 10)
        rewind = next(event for event in seen if event.kind == REWIND)
        after = seen[seen.index(rewind) + 1 :]
        assert rewind.seq == 10
        assert [event.text for event in after][:3] == ["new 0", "new 1", "new 2"]
        assert numbers(after) == [11, 12, 13, 14]
        # The same reader, had it lost its line just before: its place names the owner that it saw.
        resumed = await follow_to_end(hub, execution_id, 15, 1)
        assert (resumed[0].kind, resumed[0].seq) == (REWIND, 10) and numbers(resumed) == [11, 12, 13, 14]
        # And one who stands at what is stored is not sent back.
        assert numbers(await follow_to_end(hub, execution_id, 10, 1)) == [11, 12, 13, 14]

    with_hub(scene)


def test_an_event_without_an_owner_reaches_followers(execution_id: str) -> None:
    async def scene(hub: EventHub) -> None:
        following = asyncio.create_task(follow_to_end(hub, execution_id))
        await asyncio.sleep(0.2)

        def cancel() -> None:
            with transaction() as session:
                execution = session.get_one(Execution, execution_id)
                progress.finish(session, execution, State.CANCELLED)
                append_events(session, [execution], "execution.cancelled", "Cancelled.")

        await asyncio.to_thread(cancel)
        assert [event.kind for event in await following] == ["execution.cancelled", END]

    with_hub(scene)


def test_a_place_in_the_log_survives_its_way_through_text() -> None:
    for cursor, text in ((Cursor(57, 1), "57"), (Cursor(57, 3), "57-3"), (Cursor(0, 1), "0")):
        assert str(cursor) == text and Cursor.parse(text) == cursor
