"""The log of an application: numbered for good, kept small, searched exactly, followed as it grows."""

import asyncio
import threading

import pytest
from sqlmodel import Session

from models.deployments import Observed
from models.errors import InvalidInput
from models.settings import Settings
from services.deployments.app_logs import records, writing
from services.deployments.app_logs.following import AppLogHub
from services.deployments.app_logs.reading import REMOVED, ends_of, last_lines, read_lines, read_outline
from services.deployments.app_logs.records import segments
from services.deployments.app_logs.searching import search_app_log
from services.deployments.app_logs.writing import AppLog
from services.deployments.places import app_folder, logs_folder
from services.events.search import Query

ids = iter(range(1_000_000))


@pytest.fixture
def name(database: Settings) -> str:
    """An id that has no log yet."""
    return f"depl_test{next(ids)}"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file be full after a few lines, and three of them be kept."""
    monkeypatch.setattr(writing, "SEGMENT_BYTES", 200)
    monkeypatch.setattr(writing, "SEGMENTS_KEPT", 3)


def texts(name: str, after: int = 0, limit: int = 1000) -> list[str]:
    return [one.text for one in read_lines(name, after, limit)]


def filled(name: str, lines: int) -> AppLog:
    log = AppLog(name)
    for number in range(1, lines + 1):
        log.write(f"line {number}")
    return log


def test_every_line_has_a_number_a_moment_and_a_speaker(name: str) -> None:
    log = AppLog(name)
    log.say_start(1)
    log.write("\x1b[32mready\x1b[0m\rgo")
    log.say_state(Observed.CRASHED, "The app ended with exit code 3.")
    found = read_lines(name)
    assert [(one.seq, one.kind, one.level) for one in found] == [
        (1, "app.started", "info"),
        (2, "log.line", "info"),
        (3, "app.failed", "error"),
    ]
    assert found[1].text == "\x1b[32mready\x1b[0m\rgo" and found[1].shown == "go"
    assert found[0].at <= found[1].at <= found[2].at
    outline = read_outline(name, tail=2)
    assert [mark.seq for mark in outline.marks] == [1, 3] and outline.last_seq == 3 and not outline.ended
    assert [one.seq for one in outline.tail] == [2, 3] and outline.place == "3"


def test_numbers_go_on_after_a_kill_in_the_middle_of_a_line(name: str) -> None:
    filled(name, 3)
    [(_, path)] = segments(name)
    path.write_bytes(path.read_bytes()[:-4])
    assert ends_of(name) == (1, 2), "a line without its end is not there yet"
    again = AppLog(name)
    again.write("after")
    assert [one.seq for one in read_lines(name)] == [1, 2, 3, 4] and texts(name)[-1] == "after"


def test_a_log_is_kept_small_and_its_numbers_stay(name: str, small: None) -> None:
    filled(name, 100)
    first, last = ends_of(name)
    assert last == 100 and 50 < first < 100 and len(segments(name)) == 3
    assert texts(name, first - 1) == [f"line {number}" for number in range(first, 101)]
    assert [one.seq for one in read_lines(name, 0, 1000)] == list(range(1, 101)), "none is missing"
    assert texts(name, 10, 3) == [""] * 3
    assert [one.seq for one in read_lines(name, first - 3, 5)] == list(range(first - 2, first + 3))
    marks = read_outline(name).marks
    assert [(one.kind, one.seq, one.span) for one in marks] == [
        ("step.started", 1, REMOVED),
        ("step.cancelled", first - 1, REMOVED),
    ]
    assert [one.text for one in last_lines(name, 2)] == ["line 99", "line 100"]


def test_a_long_log_is_told_by_evenly_spread_moments(name: str) -> None:
    filled(name, 2000)
    samples = read_outline(name).samples
    assert (len(samples), samples[0][0], samples[-1][0]) == (256, 1, 2000)


def test_two_boxes_and_the_keeper_write_side_by_side(name: str, small: None) -> None:
    log = AppLog(name)
    threads = [threading.Thread(target=lambda: [log.write("x" * 20) for _ in range(200)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, last = ends_of(name)
    assert last == 600 and set(texts(name, first - 1)) == {"x" * 20}


def test_search_counts_every_hit_that_is_kept(session: Session, name: str) -> None:
    log = AppLog(name)
    for number in range(1, 301):
        log.write(f"\x1b[3{number % 8}mGET /tea/{number}\x1b[0m 200")
    log.say_state(Observed.CRASHED, "The app ended with exit code 3.")
    found = search_app_log(session, name, Query("get /tea/2"), near=100)
    assert (found.count, found.seq, found.number) == (111, 200, 12)
    assert search_app_log(session, name, Query("GET /TEA", case=True)).count == 0
    assert search_app_log(session, name, Query("tea/(7|8)\\M", regex=True)).count == 2
    assert search_app_log(session, name, Query("e", level="error")).count == 1
    log.write("GET /tea/2 again")
    assert search_app_log(session, name, Query("get /tea/2")).count == 112, "a log that grows is read on"
    with pytest.raises(InvalidInput, match="no regular expression"):
        search_app_log(session, name, Query("(", regex=True))


def test_hits_that_were_removed_count_no_more(session: Session, name: str, small: None) -> None:
    log = filled(name, 10)
    assert search_app_log(session, name, Query("line")).count == 10
    for number in range(90):
        log.write(f"line {number}")
    first, last = ends_of(name)
    assert search_app_log(session, name, Query("line")).count == last - first + 1


def test_a_follower_gets_every_line_once_and_the_end_with_the_deployment(name: str, small: None) -> None:
    log = filled(name, 5)

    async def follow() -> list[int]:
        seen: list[int] = []
        async for batch in AppLogHub().follow_batches(name, 2):
            if batch.events[-1].kind == "stream.end":
                break
            seen += [line.seq for line in batch.events]
            if seen[-1] == 5:
                for number in range(20):
                    log.write(f"more {number}")
            if seen[-1] == 25:
                for _, path in segments(name):
                    path.unlink()
                logs_folder(name).rmdir()
                app_folder(name).rmdir()
        return seen

    assert asyncio.run(follow()) == list(range(3, 26))


def test_logs_of_the_former_kind_are_taken_over_once(name: str) -> None:
    folder = logs_folder(name)
    folder.mkdir(parents=True)
    (folder / "1700000000000-r1.log.1").write_text("one\npassword=hunter2hunter2\n")
    (folder / "1700000000000-r1.log").write_text("two\n")
    AppLog(name).write("three")
    assert texts(name) == ["one", "password=[redacted]", "two", "three"]
    assert read_lines(name)[0].at.year == 2023 and len(list(folder.iterdir())) == 1


def test_a_file_is_full_at_a_megabyte_and_ten_are_kept() -> None:
    assert (records.SEGMENT_BYTES, records.SEGMENTS_KEPT) == (1_048_576, 10)
