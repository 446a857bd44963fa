"""A buyer's copy reads as the original does, and names its purchase when it turns up elsewhere."""

import random
import re
import textwrap
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ideas.fields import Paid
from services.ideas.markdown import idea_html
from services.ideas.marks import reading
from services.ideas.marks.code import bit_of, chance, least_places
from services.ideas.marks.places import Layer, places_of
from services.ideas.marks.reading import carried_by, compared, read_copy
from services.ideas.marks.tokens import ONE, ZERO
from services.ideas.marks.vocabulary import PAIRS
from services.ideas.marks.writing import marked, marked_text
from tests.prose import prose

TEXT = prose(1, 1_400)
TRICKY = """# First, do not touch

It doesn't cost 3 each day; see `for example, do not` and [for example](https://example.com/for-example "don't").

```
everybody must not do not change this line
```

    for example, an indented line

| each day | 10 per cent |
|---|---|
| everyone's | 3 centre_id |

[ref]: https://example.com/do not 'for example'

<https://example.com/everybody> someone@everyone.example and/or do\\_not **for example** everybody.
"""


def mark_of(number: int) -> bytes:
    """The mark of a buyer."""
    return random.Random(f"mark {number}").randbytes(8)


def buyers(count: int) -> dict[str, bytes]:
    """Marks by the names of their buyers."""
    return {f"buyer {number}": mark_of(number) for number in range(count)}


def stripped(copy: str) -> str:
    """A copy without what nobody sees."""
    return copy.replace(ZERO, "").replace(ONE, "")


def rewrapped(copy: str) -> str:
    """A copy in lines of another length."""
    return "\n\n".join(textwrap.fill(part, 61) for part in copy.split("\n\n"))


def half(copy: str) -> str:
    """The second half of a copy."""
    return copy[len(copy) // 2 :]


def shuffled(copy: str) -> str:
    """The paragraphs of a copy in another order."""
    parts = copy.split("\n\n")
    random.Random(7).shuffle(parts)
    return "\n\n".join(parts)


def from_page(copy: str) -> str:
    """What somebody copies from the page."""
    text = re.sub(r"<[^>]+>", "", idea_html(copy))
    return text.replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


def straightened(copy: str) -> str:
    """A copy whose apostrophes were all made alike."""
    return copy.replace("'", "’")


def names(copy: str, text: str = TEXT, count: int = 50, language: str = "en") -> list[str]:
    """Whom a copy of a text names among so many buyers."""
    return [
        one.name for one in compared(read_copy(copy, language, carried_by([(text, language)])), buyers(count))
    ]


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda copy: copy,
    "stripped": stripped,
    "wrapped anew": lambda copy: rewrapped(stripped(copy)),
    "cut to half": lambda copy: half(stripped(copy)),
    "all of it": lambda copy: half(rewrapped(stripped(copy))),
    "in another order": lambda copy: shuffled(stripped(copy)),
    "from the page": lambda copy: from_page(stripped(copy)),
    "in capitals of another kind": lambda copy: stripped(straightened(copy)),
    "a paragraph with what is not seen": lambda copy: "\n\n".join(copy.split("\n\n")[3:6]),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_copy_names_its_buyer_whatever_was_done_to_it(way: str) -> None:
    for number in (0, 17, 49):
        copy = WAYS[way](marked_text(TEXT, mark_of(number), "en"))
        assert names(copy) == [f"buyer {number}"], number


def test_two_buyers_have_two_copies_and_one_buyer_always_the_same() -> None:
    one, again, other = (marked_text(TEXT, mark_of(number), "en") for number in (1, 1, 2))
    assert one == again and one != other
    assert stripped(one) != stripped(other) != stripped(TEXT)


def test_a_copy_shows_every_place_of_the_original() -> None:
    carried = carried_by([(TEXT, "en")])
    for number in range(20):
        copy = marked_text(TEXT, mark_of(number), "en")
        read = read_copy(copy, "en", carried)
        assert len(read) >= 0.99 * len(carried)
        wrong = [key for key, bit in read.items() if bit != bit_of(mark_of(number), key)]
        assert len(wrong) <= 0.01 * len(read)


def test_code_links_figures_and_addresses_stay_as_they_are() -> None:
    for number in range(8):
        copy = stripped(marked_text(TRICKY, mark_of(number), "en"))
        for kept in (
            "`for example, do not`", '[for example](https://example.com/for-example "don\'t")',
            "everybody must not do not change this line", "    for example, an indented line", "3 centre_id",
            "[ref]: https://example.com/do not 'for example'", "<https://example.com/everybody>",
            "someone@everyone.example", "do\\_not", "|---|---|",
        ):  # fmt: skip
            assert kept in copy, (number, kept)
        assert re.findall(r"\d+", copy) == re.findall(r"\d+", TRICKY)
    changed = {stripped(marked_text(TRICKY, mark_of(number), "en")) for number in range(8)}
    assert any("**for instance**" in copy for copy in changed) and any(
        "everyone." in copy for copy in changed
    )


def test_a_licence_is_the_same_for_everybody() -> None:
    paid = Paid(TEXT, licence="Do not sell it to everybody. For example, it doesn't allow that.")
    copy = marked(paid, mark_of(3), "en")
    assert copy.licence == paid.licence and copy.solution != paid.solution


def test_a_name_or_a_word_in_capitals_is_nobodys_to_change() -> None:
    for number in range(8):
        copy = stripped(
            marked_text(
                "We met Nobody Coffee and EVERYBODY at Grey Centre, and For Example Ltd.",
                mark_of(number),
                "en",
            )
        )
        assert copy == "We met Nobody Coffee and EVERYBODY at Grey Centre, and For Example Ltd."


def test_what_is_not_english_keeps_its_words() -> None:
    text = "Jeder Gast liest die Karte in seiner Sprache, for example do not. " * 3
    assert stripped(marked_text(text, mark_of(1), "de")) == text
    copy = marked_text(TEXT, mark_of(4), "de")
    assert names(copy, language="de") == ["buyer 4"] and names(stripped(copy), language="de") == []


def test_the_authors_own_text_and_that_of_others_name_nobody() -> None:
    assert names(TEXT) == [] and names(stripped(rewrapped(TEXT))) == [] and names(prose(99, 1_400)) == []


def test_a_copy_put_together_from_two_names_both() -> None:
    copies = [marked_text(TEXT, mark_of(number), "en").split("\n\n") for number in (3, 4)]
    mixed = "\n\n".join(copies[number % 2][number] for number in range(len(copies[0])))
    assert sorted(names(mixed)) == ["buyer 3", "buyer 4"]


def test_a_copy_that_is_too_short_names_nobody() -> None:
    short = stripped(marked_text(prose(5, 60), mark_of(1), "en"))
    read = read_copy(short, "en", carried_by([(prose(5, 60), "en")]))
    assert len(read) < least_places(50) and compared(read, buyers(50)) == []


@given(st.integers(0, 10_000), st.integers(0, 49), st.floats(0.2, 1.0))
@settings(max_examples=60, deadline=None)
def test_nobody_else_is_ever_named(seed: int, number: int, share: float) -> None:
    text = prose(seed, 500)
    copy = rewrapped(stripped(marked_text(text, mark_of(number), "en")))
    assert names(copy[: int(len(copy) * share)], text) in ([], [f"buyer {number}"])


def test_who_would_name_on_less_than_proof_names_the_wrong_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ACCEPTED", 0.999)  # the mutant: chance is taken for proof
    monkeypatch.setattr(reading, "chance", lambda places, agree: 0.0 if agree > places / 2 else 1.0)
    assert set(names(TEXT)) != set()


@given(st.text(alphabet="aeéß '’\n*_`[]()<>#.,\u4e00" + ZERO, max_size=200) | st.text(max_size=200))
def test_any_text_can_be_marked_and_read(text: str) -> None:
    copy = marked_text(text, mark_of(1), "en")
    assert re.sub(r"\s", "", stripped(copy)).count("a") >= 0
    read_copy(copy, "en", carried_by([(text, "en")]))


@given(st.integers(1, 400), st.data())
def test_a_chance_is_the_tail_of_a_fair_coin(places: int, data: st.DataObject) -> None:
    from math import comb

    agree = data.draw(st.integers(0, places))
    true = sum(comb(places, one) for one in range(agree, places + 1)) / 2**places
    assert chance(places, agree) >= true * (1 - 1e-9)


def test_every_pair_is_two_ways_and_no_form_stands_for_two_things() -> None:
    said = [form for pair in PAIRS for form in (pair.first, pair.second)]
    assert all(pair.first != pair.second for pair in PAIRS)
    assert len(said) == len(set(said)), sorted(one for one in set(said) if said.count(one) > 1)


def test_how_many_places_a_text_has() -> None:
    places = places_of(TEXT, "en")
    per_hundred = {
        layer: 100 * sum(one.layer == layer for one in places) / len(TEXT.split()) for layer in Layer
    }
    assert per_hundred[Layer.WORDS] > 2 and per_hundred[Layer.UNSEEN] > 10
