"""What a box writes, as lines that anybody may look at."""

from hypothesis import given, settings
from hypothesis import strategies as st

from services.sandbox import output
from services.sandbox.output import LONGEST_LINE, Lines
from services.terminal_text import coloured, plain


def lines_of(*pieces: bytes) -> list[str]:
    told: list[str] = []
    lines = Lines(told.append)
    for piece in pieces:
        lines.feed(piece)
    lines.feed(b"", last=True)
    return told


def test_lines_are_whole_however_the_bytes_arrive() -> None:
    assert lines_of(b"on", b"e\ntw", b"o\n", b"\n", "drei äö".encode()[:7], "drei äö".encode()[7:]) == [
        "one", "two", "", "drei äö",
    ]  # fmt: skip


def test_colours_stay_and_other_sequences_are_taken_out() -> None:
    assert lines_of(
        b"\x1b[31mred\x1b[0m \x1b]52;c;c3RvbGVu\x07copied\x1b]0;title\x1b\\ \x1b(B\x1b7done\n"
    ) == ["\x1b[31mred\x1b[0m copied done"]


def test_a_progress_bar_keeps_its_states_and_reads_as_the_last() -> None:
    bar, after = lines_of(b"10 %\r50 %", b"\r90 %\r100 %\r\nnext\r\n")
    assert bar.split("\r") == ["10 %", "50 %", "90 %", "100 %"]
    assert (plain(bar), after) == ("100 %", "next")


def test_an_endless_progress_bar_keeps_its_newest_states() -> None:
    (line,) = lines_of(*(f"\r{number:05} files".encode() for number in range(10_000)), b"\n")
    states = line.split("\r")
    assert len(line) <= LONGEST_LINE
    assert states[-1] == "09999 files" and len(states) > 600
    assert [int(state[:5]) for state in states] == list(range(10_000 - len(states), 10_000))


def test_the_newest_state_of_a_progress_bar_is_told_while_its_line_is_open() -> None:
    told: list[str] = []
    states: list[str] = []
    lines = Lines(told.append, states.append)
    for piece in (b"half a li", b"ne\n 1 %", b"\r\x1b[32m50 %\x1b[0m", b"\r90 %", b"\r100 %\r", b"\nnext"):
        lines.feed(piece)
    assert states == ["50 %", "90 %", "100 %"]  # what is not painted over comes whole
    assert [plain(line) for line in told] == ["half a line", "100 %"]


def test_a_long_line_is_cut_and_costs_no_memory() -> None:
    told = lines_of(*[b"x" * 1000] * 100, b"\nshort\n")
    assert told == ["x" * LONGEST_LINE + " … (cut)", "short"]


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert lines_of(b"\xff\xfe ok\n") == ["\ufffd\ufffd ok"]


@settings(max_examples=80, deadline=None)
@given(st.binary())
def test_every_line_is_safe(content: bytes) -> None:
    for line in lines_of(content):
        assert coloured(line) == line and "\n" not in line


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "bcd", "\r", "\n", "\r\n", "\x1b[1m", "é", "x" * 9])).map("".join),
    st.data(),
)
def test_how_bytes_are_cut_makes_no_difference(text: str, data: st.DataObject) -> None:
    content = text.encode()
    longest, output.LONGEST_LINE = output.LONGEST_LINE, 12
    try:
        at = sorted(data.draw(st.lists(st.integers(0, len(content)), max_size=4)))
        pieces = [content[first:last] for first, last in zip([0, *at], [*at, len(content)], strict=True)]
        assert lines_of(*pieces) == lines_of(content)
    finally:
        output.LONGEST_LINE = longest
