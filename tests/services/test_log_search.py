"""Finding things in a whole log: exactly counted, in the words that a reader sees, without a step too many."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete
from sqlmodel import col, select

from models.clock import now
from models.db import transaction
from models.errors import InvalidInput
from models.executions import Event, Execution
from services.events.chain import START
from services.events.outline import read_outline, sample_places
from services.events.plain import plain_of
from services.events.rows import row_of
from services.events.search import Query, search_log
from services.events.view import EventView
from tests.long_log import WHY, make_long_log, mark
from tests.note import person, tiny_catalogue

EVENTS = 2_000


@pytest.fixture
def long_log(clean: object, tmp_path: Path) -> Iterator[str]:
    """An execution with 2,000 events, of which the 1,995th says what is wrong."""
    with tiny_catalogue(tmp_path / "templates"):
        ada = person("ada@example.com")
        with transaction() as session:
            execution_id = make_long_log(session, ada.personal_team_id, ada.user_id, EVENTS, "note")
        yield execution_id


def found(execution_id: str, query: Query, near: int = 1) -> tuple[int, int, int, int, int]:
    with transaction() as session:
        hit = search_log(session, execution_id, query, near)
    return hit.count, hit.number, hit.previous, hit.seq, hit.next


def test_every_hit_is_counted_and_the_next_is_found_from_any_place(long_log: str) -> None:
    assert found(long_log, Query("case 19 ")) == (1, 1, 19, 19, 19)
    with transaction() as session:
        rows = session.scalars(select(Event).order_by(col(Event.seq)))
        lines = [row.seq for row in rows if "on worker gw1" in row.text]
    count, number, previous, seq, following = found(long_log, Query("ON WORKER GW1"), near=1_002)
    assert count == len(lines) and lines[number - 2 : number + 1] == [previous, seq, following]
    assert previous < 1_002 <= seq
    last = found(long_log, Query("on worker gw1"), near=EVENTS)
    assert (last[2], last[3]) == (lines[-1], lines[0])  # from the top again


def test_case_counts_only_when_wanted(long_log: str) -> None:
    assert found(long_log, Query("assertionerror"))[0] == 1
    assert found(long_log, Query("assertionerror", case=True))[0] == 0


def test_what_is_coloured_is_found_by_what_is_seen(long_log: str) -> None:
    assert found(long_log, Query("case 500 PASSED"))[3] == 500  # every hundredth line has colours
    assert found(long_log, Query("[32m"))[0] == 0


def test_a_step_and_a_level_narrow_a_search(long_log: str) -> None:
    whole, in_test = found(long_log, Query("PASSED"))[0], found(long_log, Query("PASSED", span="test"))[0]
    assert whole > in_test > 0
    assert found(long_log, Query("Tests failed", level="error"))[0] == 2
    assert found(long_log, Query("Tests failed", level="warning"))[0] == 0


def test_hits_are_told_for_each_fold(long_log: str) -> None:
    with transaction() as session:
        hit = search_log(session, long_log, Query("PASSED"))
        starts = session.scalars(select(Event.seq).where(Event.kind == "step.started")).all()
    assert sum(hit.folds.values()) == hit.count and set(hit.folds) <= set(starts)


def test_a_regular_expression_is_one_or_is_refused(long_log: str) -> None:
    assert found(long_log, Query(r"case 15[0-9] passed", regex=True))[0] == 10
    assert found(long_log, Query(r"case 15[0-9] passed", regex=True, case=True))[0] == 0
    with pytest.raises(InvalidInput, match="no regular expression"):
        found(long_log, Query("(", regex=True))


def test_a_search_that_takes_too_long_is_ended(long_log: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.events.search.REGEX_MS", 1)
    with pytest.raises(InvalidInput, match="took longer"):
        found(long_log, Query(r"(\w+ )+(\w+,)+(.*){3}fixture\d", regex=True))


def test_nothing_and_too_much_are_refused(long_log: str) -> None:
    for words in ("", "x" * 501, "a\x00b"):
        with pytest.raises(InvalidInput):
            found(long_log, Query(words))


def test_a_log_that_has_grown_is_searched_on(long_log: str) -> None:
    before = found(long_log, Query("teapots"))
    with transaction() as session:
        row = session.get_one(Execution, long_log)
        session.add(mark(row, now(), EVENTS + 1, "", "log.line", "more teapots"))
    assert before == (1, 1, EVENTS - 5, EVENTS - 5, EVENTS - 5)
    assert found(long_log, Query("teapots"), near=EVENTS) == (2, 2, EVENTS - 5, EVENTS + 1, EVENTS - 5)


def test_a_log_that_was_removed_has_no_hits_left(long_log: str) -> None:
    assert found(long_log, Query("PASSED"))[0] > 0
    with transaction() as session:
        session.execute(delete(Event).where(col(Event.seq) > 1))
    assert found(long_log, Query("PASSED"))[0] == 0


def test_an_outline_has_all_but_the_lines(long_log: str) -> None:
    with transaction() as session:
        outline = read_outline(session, long_log)
    assert (outline.last_seq, outline.place, outline.ended) == (EVENTS, "2000", True)
    kinds = [event.kind for event in outline.marks]
    assert kinds[0] == "execution.started" and kinds[-2:] == ["step.failed", "execution.failed"]
    assert len(kinds) == 2 + 2 * 4
    places = [seq for seq, _ in outline.samples]
    assert places[0] == 1 and places[-1] == EVENTS and len(places) == 256


def test_an_outline_names_the_line_that_tells_why_a_step_failed(long_log: str) -> None:
    with transaction() as session:
        errors = read_outline(session, long_log, why=True).errors
    assert [(seq, why.seq, why.text) for seq, why in errors.items()] == [(EVENTS - 1, EVENTS - 5, WHY)]


@pytest.mark.parametrize("until", [0, 1, 2, 256, 257, 1_000_000])
def test_samples_are_spread_over_the_whole_and_hold_both_ends(until: int) -> None:
    places = sample_places(until)
    assert places == sorted(set(places)) and len(places) == min(until, 256)
    assert not until or (places[0], places[-1]) == (1, until)


def test_what_is_seen_of_a_line_is_stored_only_where_it_differs() -> None:
    assert plain_of("as it is") is None
    assert plain_of("\x1b[1;32m41 passed\x1b[0m in 1 s") == "41 passed in 1 s"
    assert plain_of(" 10 %\r 50 %\r100 %") == plain_of(" 10 %\r100 %\r") == "100 %"
    event = EventView(1, now(), "test", "log.line", "info", "\x1b[31mred\x1b[0m")
    assert row_of(event, "exec", "team", START)["plain"] == event.shown == "red"
