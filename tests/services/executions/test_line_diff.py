"""A diff of two texts: it leads from one to the other, is no longer than it has to be, and comes soon."""

import random
import time
from difflib import unified_diff

import pytest

from services.executions.line_diff import unified


def applied(old: list[str], diff: list[str]) -> list[str]:
    """Return what a unified diff makes of a text."""
    made: list[str] = []
    at = 0
    for line in diff:
        if line.startswith("@@"):
            first, _, count = line.split()[1][1:].partition(",")
            begin = int(first) - (count != "0")
            made, at = made + old[at:begin], begin
        elif line[0] == "+":
            made.append(line[1:])
        else:
            assert old[at] == line[1:]
            made, at = made + [line[1:]] * (line[0] == " "), at + 1
    return made + old[at:]


@pytest.mark.parametrize("seed", range(30))
def test_a_diff_leads_from_one_text_to_the_other(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(20):
        old = [chance.choice("abcdefgh") * chance.randint(1, 2) for _ in range(chance.randint(0, 60))]
        new = list(old)
        for _ in range(chance.randint(0, 12)):
            if new and chance.random() < 0.4:
                new.pop(chance.randrange(len(new)))
            else:
                new.insert(chance.randint(0, len(new)), chance.choice("abxyz"))
        assert applied(old, list(unified(old, new))) == new


def test_what_is_plain_reads_as_everywhere() -> None:
    texts = [([], ["x"]), (["x"], []), (list("abcdefghij"), list("abcdeXfghij")), (list("abc"), list("abc"))]
    texts.append(([f"line {n}" for n in range(60)], [f"line {n}" for n in range(60) if n not in (7, 30, 31)]))
    for old, new in texts:
        assert list(unified(old, new)) == list(unified_diff(old, new, lineterm=""))[2:]


def test_white_space_is_no_difference_where_it_is_not_asked_for() -> None:
    old, new = ["def tea():", "  return 1", "end"], ["def tea( ):", "    return 1", "end."]
    assert list(unified(old, new, ignore_space=True)) == [
        "@@ -1,3 +1,3 @@", " def tea( ):", "     return 1", "-end", "+end.",
    ]  # fmt: skip
    assert list(unified(old[:2], new[:2], ignore_space=True)) == []


def test_twenty_thousand_lines_with_five_thousand_changes_are_compared_in_no_time() -> None:
    chance = random.Random(7)
    old = [f"line {n} {chance.random()}" for n in range(20_000)]
    new = list(old)
    for _ in range(5_000):
        new[chance.randrange(len(new))] = str(chance.random())
    poor = [[chance.choice(["}", "", "{", "return"]) for _ in range(20_000)] for _ in "ab"]
    begun = time.process_time()
    assert applied(old, list(unified(old, new))) == new
    assert applied(poor[0], list(unified(*poor))) == poor[1]
    assert time.process_time() - begun < 2
