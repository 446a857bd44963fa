"""What of a terminal's text is kept, what is taken out, and what is spelled out."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.terminal_text import coloured, plain, shorten, without_colours

COLOUR = re.compile(r"\x1b\[[0-9;]+m")
# What programs and attackers put together: pieces of sequences, controls, and letters.
PIECES = st.lists(
    st.one_of(
        st.sampled_from(
            ["\x1b", "\x1b[", "\x9b", "31m", "0;1;38;5;196m", "8m", "?25h", "2K",
             "\x1b]52;c;", "\x07", "\x1b\\", "\x9c",
             "\x9d", "\x90", "\x1bP", "\r", "\n", "\t", "\r\n",
             "\u202e", "\u2066", "\u200b", "\x00", ";", "m", "[", "<b>"]
        ),
        st.text(max_size=4),
    ),
    max_size=30,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("\x1b[m", "\x1b[0m"),
        ("\x9b1;4m", "\x1b[1;4m"),
        ("\x1b[38;5;196m\x1b[48;2;1;2;3m", "\x1b[38;5;196m\x1b[48;2;1;2;3m"),
        ("\x1b[38:5:8mx", "\x1b[38;5;8mx"),
        # Nothing that hides text or blinks, and no half of a colour that would be read as something else.
        ("\x1b[8mhidden\x1b[5;6;31m", "hidden\x1b[31m"),
        ("\x1b[38;5m\x1b[38;2;8;8mx", "x"),
        ("\x1b[>4;2m\x1b[1 m\x1b[?1mx", "x"),
        # Cursor, screen, titles, the clipboard, links, pictures, answers, character sets.
        ("\x1b[2J\x1b[1;1H\x1b[?1049h\x1b[6nx", "x"),
        ("\x1b]0;title\x07\x1b]52;c;aGk=\x1b\\\x1b]8;;http://e\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bPq#0\x1b\\\x1b_Gpicture\x1b\\\x1b^m\x1b\\\x1bXs\x9cx", "x"),
        ("\x9d52;c;aGk=\x9cx\x90q\x1b\\y", "xy"),
        ("\x1b(B\x1b7\x1b=\x1bcx", "x"),
        # A sequence that was never finished takes nothing with it but its line.
        ("\x1b]0;open\nnext", "\nnext"),
        # What is taken out leaves no new sequence behind.
        ("\x1b\x1b[?25h[31mx", "\\u001b[31mx"),
        ("\x1b\x1b]0;t\x07[31mx", "\\u001b[31mx"),
        ("10 %\r50 %\r", "10 %\r50 %\r"),
        ("a\u202eb\u200bc\x00d\x85e\x7f\u2028f\ufeff\U000e0041\ud800\u3164",
         r"a\u202eb\u200bc\u0000d\u0085e\u007f\u2028f\ufeff\U000e0041\ud800\u3164"),
        ("Grüße 日本語 עברית 🎉 €\u00a0ok\t|", "Grüße 日本語 עברית 🎉 €\u00a0ok\t|"),
    ],
)  # fmt: skip
def test_only_colours_tabs_and_ends_of_lines_are_obeyed(given_text: str, kept: str) -> None:
    assert coloured(given_text) == kept


def test_a_person_reads_the_last_state_of_each_line_without_colours() -> None:
    assert plain("\x1b[32m10 %\r50 %\x1b[0m\r\nnext \x1b[1mline\x1b[0m") == "50 %\nnext line"


@settings(max_examples=80, deadline=None)
@given(PIECES)
def test_no_sequence_but_a_colour_and_no_unseen_character_is_ever_passed_on(text: str) -> None:
    bare = COLOUR.sub("", coloured(text))
    hidden = {c for c in bare if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert hidden <= {"\t", "\n", "\r"}
    assert without_colours(coloured(text)) == bare
    assert "\r" not in plain(text) and "\x1b" not in plain(text)


@settings(max_examples=80, deadline=None)
@given(PIECES)
def test_what_was_made_safe_stays_as_it_is(text: str) -> None:
    once = coloured(text)
    assert coloured(once) == once
    assert plain(once) == plain(text) == plain(plain(text))


@settings(max_examples=80, deadline=None)
@given(PIECES, st.integers(1, 40))
def test_a_shortened_line_keeps_its_newest_states_and_whole_sequences(text: str, most: int) -> None:
    line = coloured(text.replace("\n", ""))
    short = shorten(line, most, "…")
    assert coloured(short) == short
    assert len(short) <= most + 1
    if len(line) > most and not short.endswith("…"):
        assert plain(short) == plain(line)


def test_a_long_text_full_of_beginnings_is_read_in_one_go() -> None:
    # A pattern that looked back would need minutes for it.
    assert coloured("\x1b]" * 200_000) == ""
    assert coloured("\x1b[" + ";" * 200_000) == ";" * 200_000
