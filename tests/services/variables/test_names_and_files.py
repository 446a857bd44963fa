"""Which variables may be stored, and what a pasted file says."""

import pytest

from models.deployment_variables import Kind
from models.errors import InvalidInput
from services.variables.dotenv import read_dotenv
from services.variables.names import MOST_BYTES, check_together, name_problem, value_problem


@pytest.mark.parametrize("name", ["A", "_", "API_BASE", "STRIPE_SECRET_KEY", "X9", "A" * 100])
def test_these_names_are_fine(name: str) -> None:
    assert name_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "capital letters"),
        ("api_base", "capital letters"),
        ("9A", "capital letters"),
        ("A-B", "capital letters"),
        ("A\n", "capital letters"),
        ("Ä", "capital letters"),
        ("A" * 101, "at most 100"),
        ("PATH", "reserved"),
        ("HOME", "reserved"),
        ("PORT", "APP_SOCKET"),
        ("APP_DATA", "reserved"),
        ("LD_PRELOAD", "LD_"),
        ("PYTHONPATH", "Python"),
        ("IDEASMITH_DATA", "settings of this installation"),
    ],
)
def test_these_names_are_refused_with_the_reason(name: str, why: str) -> None:
    assert why in name_problem(name)


def test_whatever_the_box_sets_itself_is_reserved() -> None:
    from services.sandbox.bubblewrap import ENVIRONMENT

    assert all(name_problem(name) for name in [*ENVIRONMENT, "APP_SOCKET", "APP_URL", "PYTHONUNBUFFERED"])


def test_a_value_has_a_size_and_no_nul_and_a_secret_is_long_enough_to_be_hidden() -> None:
    assert value_problem(Kind.PLAIN, "x" * MOST_BYTES) == ""
    assert "32,768" in value_problem(Kind.PLAIN, "ä" * (MOST_BYTES // 2 + 1))
    assert "NUL" in value_problem(Kind.PLAIN, "a\x00b")
    assert "UTF-8" in value_problem(Kind.PLAIN, "\ud800")
    assert "8 characters" in value_problem(Kind.SECRET, "short")
    assert value_problem(Kind.PLAIN, "short") == "" == value_problem(Kind.PLAIN, "")


def test_there_is_an_end_to_how_many_and_how_much() -> None:
    check_together({f"A{number}": 10 for number in range(100)})
    with pytest.raises(InvalidInput, match="at most 100 variables"):
        check_together({f"A{number}": 10 for number in range(101)})
    with pytest.raises(InvalidInput, match="bytes together"):
        check_together({f"A{number}": MOST_BYTES for number in range(9)})


FILE = """\ufeff# Our shop
export API_BASE=https://api.example.com/v1   # the new one
LEVEL = info

EMPTY=
HASH=a#b
SPACED="two words"
SINGLE='as $it \\n is'
ESCAPED="line one\\nline \\"two\\""
STRIPE_SECRET_KEY=not_a_real_one_at_all
DATABASE_URL=postgres://shop:a-password@db/shop
TOKEN_TTL=3600
PEM="-----BEGIN PRIVATE KEY-----
abc
-----END PRIVATE KEY-----"
LAST=1\r
"""


def test_a_whole_file_is_read_as_it_is_meant() -> None:
    found = read_dotenv(FILE, None)
    assert {name: value for name, (_, value) in found.items()} == {
        "API_BASE": "https://api.example.com/v1",
        "LEVEL": "info",
        "EMPTY": "",
        "HASH": "a#b",
        "SPACED": "two words",
        "SINGLE": "as $it \\n is",
        "ESCAPED": 'line one\nline "two"',
        "STRIPE_SECRET_KEY": "not_a_real_one_at_all",
        "DATABASE_URL": "postgres://shop:a-password@db/shop",
        "TOKEN_TTL": "3600",
        "PEM": "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
        "LAST": "1",
    }
    secret = {name for name, (kind, _) in found.items() if kind is Kind.SECRET}
    assert secret == {"STRIPE_SECRET_KEY", "DATABASE_URL", "PEM"}, "what is too short to be hidden is plain"


def test_a_kind_that_is_named_holds_for_every_line() -> None:
    assert {kind for kind, _ in read_dotenv("A=long enough\nSECRET=long enough", Kind.PLAIN).values()} == {
        "plain"
    }
    with pytest.raises(InvalidInput, match="Line 2: A secret has at least 8"):
        read_dotenv("A=long enough\nB=short", Kind.SECRET)


def test_every_bad_line_is_named_and_none_of_their_values() -> None:
    text = 'GOOD=1\nno sign here\nlower=hush-hush\nPATH=/hush-hush\nGOOD=2\nQ="hush-hush" more\nOPEN=\'hush-hush\nB=1\n'
    with pytest.raises(InvalidInput) as refusal:
        read_dotenv(text, None)
    assert refusal.value.code == "invalid_variables"
    assert [field.path for field in refusal.value.fields] == [f"/text/{line}" for line in (2, 3, 4, 5, 6, 7)]
    assert refusal.value.message.startswith("6 lines cannot be used, so nothing was stored. Line 2: ")
    words = refusal.value.message + repr(refusal.value.fields)
    assert "hush" not in words and "no sign" not in words
    assert "twice" in refusal.value.fields[3].message and "never closed" in refusal.value.fields[5].message


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidInput, match="no variable"):
        read_dotenv("\n# nothing\n", None)
