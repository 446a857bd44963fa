"""What an author may write: every bad field is named, and nothing that passes is lost."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import InvalidInput
from services.ideas import CATEGORIES, checked
from services.ideas.fields import PAID_TEXTS, TEASER_TEXTS
from tests.market import fields

TEXTS = (*TEASER_TEXTS, *PAID_TEXTS)


def problems(**changed: Any) -> dict[str, str]:
    """Return what is said of each field."""
    with pytest.raises(InvalidInput) as refused:
        checked(fields(**changed))
    assert refused.value.code == "invalid_idea"
    return {one.path: one.message for one in refused.value.fields}


def test_an_idea_is_taken_as_it_was_written() -> None:
    made = checked(fields(title="  Menu   translator ", tags="#Restaurants, Translation,restaurants"))
    assert made.teaser.title == "Menu translator"
    assert made.teaser.tags == ["restaurants", "translation"]
    assert made.price_cents == 300


def test_every_bad_field_is_named_in_the_order_of_the_form() -> None:
    said = problems(title="", problem="short", category="nothing", price_cents=50, solution=None)
    assert list(said) == ["/title", "/problem", "/solution", "/category", "/price_cents"]
    assert said["/title"] == "Title is missing."
    assert said["/problem"] == "Problem needs at least 40 characters; it has 5."
    assert said["/price_cents"] == "An idea costs from $1 to $10."


def test_one_bad_field_is_the_message() -> None:
    with pytest.raises(InvalidInput, match="Promise may have 160 characters; it has 161"):
        checked(fields(promise="x" * 161))


@pytest.mark.parametrize("one", TEXTS, ids=lambda one: one.name)
def test_the_longest_text_passes_and_one_more_does_not(one: Any) -> None:
    assert checked(fields(**{one.name: "x" * one.most}))
    assert f"/{one.name}" in problems(**{one.name: "x" * (one.most + 1)})


@pytest.mark.parametrize("bad", [3, ["x"], {"a": 1}, True], ids=str)
@pytest.mark.parametrize(
    "name", ["title", "solution", "category", "tags", "price_cents", "template_settings"]
)
def test_a_value_of_the_wrong_kind_is_refused_and_never_raises(name: str, bad: Any) -> None:
    if (name, bad) not in [("tags", ["x"])]:
        assert f"/{name}" in problems(**{name: bad})


@pytest.mark.parametrize("hidden", ["\u202e", "\x00", "\u200b", "\x1b", "\ud800"], ids=ascii)
def test_what_cannot_be_seen_is_refused(hidden: str) -> None:
    assert problems(title=f"Menu {hidden}translator") == {
        "/title": "Title holds characters that cannot be seen."
    }


def test_a_premium_category_has_its_own_least_price() -> None:
    premium = next(one for one in CATEGORIES if one.premium)
    assert problems(category=premium.slug) == {"/price_cents": "In this category an idea costs $5 or more."}
    assert checked(fields(category=premium.slug, price_cents=500)).price_cents == 500


def test_no_more_than_five_tags_of_thirty_characters() -> None:
    assert problems(tags=["a", "b", "c", "d", "e", "f"]) == {"/tags": "Use at most 5 tags; there are 6."}
    assert "/tags" in problems(tags=["x" * 31]) and "/tags" in problems(tags=["<script>"])


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=60),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*sorted(fields()), "template_settings"]), ANYTHING))
def test_any_form_at_all_is_taken_or_refused_with_its_fields(changed: dict[str, Any]) -> None:
    try:
        made = checked(fields() | changed)
    except InvalidInput as refused:
        assert {one.path[1:] for one in refused.fields} <= set(changed)
    else:
        again = made.teaser.as_json() | made.paid.as_json() | {"price_cents": made.price_cents}
        assert checked(again) == made


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\0", "\ud800", {"deep": ["\0"]}])
def test_what_postgresql_cannot_keep_is_no_template_setting(value: object) -> None:
    settings = {"template": "landing", "options": {"name": value}}
    with pytest.raises(InvalidInput) as refused:
        checked(fields(template_settings=settings))
    assert [one.path for one in refused.value.fields] == ["/template_settings"]
