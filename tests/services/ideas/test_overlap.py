"""Comparing two texts: what is taken over is found however it is set, and what is only said alike is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ideas.likeness import overlap
from services.ideas.likeness.normal import words_of
from services.ideas.likeness.overlap import ALARMING, compare
from tests.bench.likeness import rates
from tests.labelled.pairs import for_tuning, labelled
from tests.labelled.texts import HAND_WRITTEN, STANDARD

SOME = ["bread", "wine", "cook", "guest", "table", "price", "month", "city", "shop", "plate"]
WORDS = st.lists(st.sampled_from(SOME), max_size=120)


def test_words_are_the_same_however_they_are_written() -> None:
    plain = words_of("The baker's price is 3 dollars")
    for other in (
        "THE **baker’s** price — is 3 dollars!",
        "the ba\u200bkers pri\u00adce is\n\n3 dollars",
        "The bаker's рrice is 3 dоllars",  # some of these letters are Cyrillic
        "Ｔｈｅ bakers price is ３ dollars",
    ):
        assert words_of(other) == plain, other
    assert words_of("Цена хлеба") == ["цена", "хлеба"]


def test_a_script_without_spaces_is_compared_by_pairs() -> None:
    text = "レストランのメニューをお客様の言語で表示します。写真を撮るだけで価格の変更もすべての言語に反映されます。"
    other = (
        "パンの売れ行きを天気と学校の休みから予測し、焼く数を毎朝一枚の紙に印刷します。余りは夕方に数えます。"
    )
    assert compare(words_of(text), words_of(f"はじめに。{text}")).score >= ALARMING
    assert compare(words_of(text), words_of(other)).score < 0.5


def test_a_copy_says_how_much_of_it_was_taken_and_in_which_order() -> None:
    text, other = HAND_WRITTEN[0], HAND_WRITTEN[2]
    copy = compare(words_of(text), words_of(text))
    assert (copy.score > 0.99, copy.share, copy.passages, copy.in_order) == (True, 1.0, 1, True)
    first, *rest = text.split(". ")
    turned = compare(words_of(text), words_of(". ".join([*reversed(rest), first])))
    assert turned.share > 0.9 and not turned.in_order and turned.passages > 3
    nothing = compare(words_of(text), words_of(other))
    assert nothing.score < 0.5 and nothing.words == 0


def test_a_short_idea_is_found_inside_a_long_one() -> None:
    long = words_of(" ".join(HAND_WRITTEN[1:9]))
    short = words_of(HAND_WRITTEN[0])
    swallowed = [*long[:300], *short, *long[300:]]
    assert compare(short, swallowed).score > 0.99
    assert compare(swallowed, short).score > 0.99


def test_a_standard_passage_in_two_long_ideas_is_no_copy() -> None:
    one, other = " ".join(HAND_WRITTEN[:3]), " ".join(HAND_WRITTEN[3:6])
    assert compare(words_of(f"{one} {STANDARD[0]}"), words_of(f"{STANDARD[0]} {other}")).score < ALARMING


def test_a_few_words_are_no_finding_unless_they_are_all_there_is() -> None:
    assert compare(words_of("Bread by post"), words_of("Bread by post")).score == 1.0
    assert compare(words_of("Bread by post"), words_of("Bread by bike")).score == 0.0
    assert compare([], []).score == 0.0


@given(WORDS, WORDS)
def test_the_score_is_a_share_and_the_same_from_both_sides(one: list[str], other: list[str]) -> None:
    found, back = compare(one, other), compare(other, one)
    assert 0.0 <= found.score <= 1.0 and 0.0 <= found.share <= 1.0
    assert (found.score, found.share) == (back.score, back.share)


@given(st.lists(st.sampled_from(SOME), min_size=25, max_size=80), WORDS)
def test_taking_more_is_never_less_alike(one: list[str], other: list[str]) -> None:
    assert compare(one, [*other, *one]).words >= compare(one, other).words


def test_copies_are_found_and_distinct_ideas_are_left_alone() -> None:
    found = rates(labelled())
    assert found.recall >= 0.95 and found.precision >= 0.90
    assert found.of["edited"] >= 0.95


def test_it_was_tuned_on_other_pairs() -> None:
    found = rates(for_tuning())
    assert found.recall >= 0.95 and found.precision >= 0.90


def test_without_passages_stock_sentences_would_be_copies(monkeypatch: pytest.MonkeyPatch) -> None:
    """The seeded mutant: every run of four words counts, as it does in plain shingles."""
    monkeypatch.setattr(overlap, "PASSAGE", overlap.RUN)
    assert rates(for_tuning()).precision < 0.90
