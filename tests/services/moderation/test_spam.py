"""The spam score: plain rules whose every point is explained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.moderation.spam import HOLD_AT, spam_score
from tests.market import PROBLEM, fields

SPAM = "BUY NOW!!! Earn $$$ at https://cash.example and www.more.example, write to me@cash.example"
HONEST = "\n".join(str(fields()[name]) for name in ("title", "promise", "problem", "audience"))


def test_an_honest_idea_scores_nothing_however_new_its_author_is() -> None:
    assert spam_score(HONEST, level=0, age_days=0).points == 0


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"{PROBLEM} See https://a.example", {"links", "new"}),
        (f"{PROBLEM} " + "cheap menu " * 20, {"repeats", "new"}),
        (PROBLEM.upper(), {"capitals", "new"}),
        (f"{PROBLEM} Wow!!! Wow!!!", {"shouting", "new"}),
        ("Der Kellner erklärt jedes Gericht neu. Der Kellner erklärt jedes Gericht neu.", {"repeats", "new"}),
    ],
)
def test_each_rule_says_what_it_saw(text: str, names: set[str]) -> None:
    found = spam_score(text, level=0, age_days=0)
    assert {part.name for part in found.parts} == names
    assert all(part.why and part.points > 0 for part in found.parts)
    assert found.points == min(100, sum(part.points for part in found.parts))
    assert 0 < found.points < HOLD_AT + 40


def test_what_shouts_and_leads_away_is_held() -> None:
    assert spam_score(SPAM, level=0, age_days=0).points >= HOLD_AT


def test_scripts_without_capitals_do_not_shout() -> None:
    chinese = "餐厅的菜单只有一种语言，客人却来自二十个国家，服务员每天晚上都要重新解释每一道菜。" * 1
    assert spam_score(chinese, level=0, age_days=0).points == 0


@given(st.text(max_size=400), st.integers(0, 4), st.integers(0, 100))
def test_any_text_has_a_score_from_0_to_100_and_trust_never_raises_it(
    text: str, level: int, age: int
) -> None:
    found = spam_score(text, level=level, age_days=age)
    assert 0 <= found.points <= 100
    assert (found.points > 0) == bool(found.parts)
    assert found.points <= spam_score(text, level=0, age_days=0).points
