"""What is masked, what is spelled out, and what stays as it is."""

import pytest

from services.redaction import LONGEST_LINE, MASK, presentable, presentable_line, redact, tidy


@pytest.mark.parametrize(
    ("line", "kept", "gone"),
    [
        ("postgresql://app:s3cr3tpass@db/x", "postgresql://app:", "s3cr3tpass"),
        ("Authorization: Bearer abcdef0123456789", "Bearer", "abcdef0123456789"),
        ('DATABASE_PASSWORD="hunter2hunter2"', "DATABASE_PASSWORD=", "hunter2hunter2"),
        ("api-key: 0123456789abcdef", "api-key: ", "0123456789abcdef"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", MASK, "MIIE"),
    ],
)
def test_what_looks_like_a_secret_is_masked_and_the_rest_stays(line: str, kept: str, gone: str) -> None:
    masked = redact(line)
    assert kept in masked and gone not in masked and MASK in masked


def test_a_known_value_is_masked_wherever_it_stands() -> None:
    assert redact("before correct-horse-battery after", ["correct-horse-battery"]) == f"before {MASK} after"


def test_ordinary_lines_stay_as_they_are() -> None:
    for line in (
        "41 passed in 1.2s",
        "GET /healthz 200 in 3 ms",
        "tests/test_pages.py::test_key_points PASSED",
    ):
        assert presentable(line) == line


def test_escapes_unseen_characters_and_endless_lines_do_not_reach_a_reader() -> None:
    assert presentable("\x1b[31mred\x1b[0m \x1b]52;c;aGk=\x07\x00 \u202eevil") == "red \\u0000 \\u202eevil"
    assert presentable("x" * 9000).endswith("(5,000 more characters)") and LONGEST_LINE == 4000
    assert tidy({"a": ["\x00", 1, None]}) == {"a": ["\\u0000", 1, None]}


def test_a_line_of_output_keeps_its_colours() -> None:
    assert presentable_line("\x1b[31mred\x1b[0m\x1b[2J 10 %\r20 %") == "\x1b[31mred\x1b[0m 10 %\r20 %"
    assert presentable_line("\x1b[1m" + "x" * 9000).endswith("(5,004 more characters)")


def test_a_secret_between_colours_is_masked_and_the_line_loses_them() -> None:
    line = "key=AKIA\x1b[31mABCDEFGH\x1b[0mIJKLMNOP"
    for shown in (presentable_line(line), presentable(line)):
        assert MASK in shown and "ABCDEFGH" not in shown and "\x1b" not in shown
