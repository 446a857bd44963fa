"""What an application writes of its secrets."""

import base64
import json
import random
from urllib.parse import quote, quote_plus

import pytest

from services.masking import masker

SECRET = 'hush/Ä +"quoted"&<b>=tail'
MASK = "[redacted]"


@pytest.mark.parametrize(
    "line",
    [
        f"the key is {SECRET}.",
        f"{SECRET}{SECRET}",
        f"GET /?key={quote(SECRET)}&more=1",
        f"GET /?key={quote_plus(SECRET)}",
        f"GET /?key={quote(SECRET, safe='')}",
        json.dumps({"key": SECRET}),
        json.dumps({"key": SECRET}, ensure_ascii=False),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
        f"\x1b[31m{SECRET[:5]}\x1b[0m{SECRET[5:]}",
    ],
)
def test_a_secret_is_hidden_in_every_form(line: str) -> None:
    hidden = masker([SECRET])(line)
    assert MASK in hidden
    bare = hidden.replace("\x1b[31m", "").replace("\x1b[0m", "")
    assert all(part not in bare for part in ("hush", "quoted", SECRET.encode().hex()))


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("after", range(4))
def test_in_the_middle_of_a_longer_base64_text_it_is_hidden_too(before: int, after: int) -> None:
    whole = b"u" * before + SECRET.encode() + b"z" * after
    hidden = masker([SECRET])(f"Authorization: Basic {base64.b64encode(whole).decode()}")
    assert MASK in hidden
    left = hidden.replace(MASK, "").rpartition(" ")[2]
    assert len(left) <= (before + after) * 4 / 3 + 8, "only what stands beside it is left"


def test_a_secret_of_several_lines_is_hidden_line_by_line() -> None:
    key = "-----BEGIN KEY-----\nfirst-line-of-it\nsecond-line-of-it\n"
    mask = masker([key])
    assert [mask(line) for line in ("first-line-of-it", "> second-line-of-it <")] == [MASK, f"> {MASK} <"]


def test_the_longer_of_two_secrets_is_hidden_whole() -> None:
    assert masker(["password", "password-and-more"])("password-and-more") == MASK


def test_nothing_else_is_touched() -> None:
    chance = random.Random(4)
    mask = masker([SECRET, "another-secret"])
    for _ in range(200):
        line = "".join(chance.choice("abcdef 0123456789") for _ in range(80))
        assert mask(line) == line
    assert masker([])("all of it") == "all of it"
