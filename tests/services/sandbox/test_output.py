"""What a box writes, as lines that anybody may look at."""

from hypothesis import given
from hypothesis import strategies as st

from services.sandbox.output import LONGEST_LINE, Lines, clean


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


def test_escape_sequences_are_taken_out() -> None:
    assert lines_of(
        b"\x1b[31mred\x1b[0m \x1b]52;c;c3RvbGVu\x07copied\x1b]0;title\x1b\\ \x1b(B\x1b7done\n"
    ) == ["red copied done"]


def test_invisible_characters_are_shown() -> None:
    text = "a\u202eb\u200bc\x00d\x9ce\x7f\ttab\ufeff\U000e0041"
    assert clean(text) == r"a\u202eb\u200bc\u0000d\u009ce\u007f" + "\ttab" + r"\ufeff\U000e0041"


def test_letters_of_every_language_stay_as_they_are() -> None:
    assert clean("Grüße 日本語 עברית 🎉 €") == "Grüße 日本語 עברית 🎉 €"


def test_a_progress_bar_keeps_its_last_state() -> None:
    assert lines_of(b"10 %\r50 %", b"\r90 %\r100 %\r\nnext\r\n") == ["100 %", "next"]


def test_a_long_line_is_cut_and_costs_no_memory() -> None:
    told = lines_of(*[b"x" * 1000] * 100, b"\nshort\n")
    assert told[0].startswith("x" * LONGEST_LINE + " … (cut)")
    assert told[1] == "short"


def test_bytes_that_are_no_text_do_no_harm() -> None:
    assert lines_of(b"\xff\xfe ok\n") == ["\ufffd\ufffd ok"]


@given(st.binary())
def test_no_control_character_is_ever_passed_on(content: bytes) -> None:
    for line in lines_of(content):
        assert all(
            character.isprintable() or ord(character) > 0xFF or character in "\t\xa0" for character in line
        )


@given(st.text(alphabet="ab\r\n\x1b[mé", max_size=30), st.integers(1, 30))
def test_how_bytes_are_cut_makes_no_difference(text: str, at: int) -> None:
    content = text.encode()
    assert lines_of(content[:at], content[at:]) == lines_of(content)
