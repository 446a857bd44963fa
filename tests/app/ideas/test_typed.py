"""What a form sends and what a draft keeps are the same thing, however the price was typed."""

from typing import Any

import pytest

from app.ideas.typed import cents_of, fields_of, shown
from services.ideas.drafts import NAMES


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("3", 300), ("2.50", 250), (" $4 ", 400), ("2,50", 250), ("1.999", "1.999"), ("much", "much"), ("", ""),
     ("NaN", "NaN"), ("inf", "inf"), ("1e9999", "1e9999"), ("-1", -100)],
)  # fmt: skip
def test_dollars_become_cents_and_anything_else_stays_as_it_was_typed(typed: str, kept: Any) -> None:
    assert cents_of(typed) == kept


def test_a_form_gives_the_fields_that_a_draft_knows_and_no_other() -> None:
    sent = {
        "title": "x\r\ny",
        "price_cents": "3",
        "do": "save",
        "draft": "",
        "revision": "1",
        "template_settings": "{}",
    }
    assert fields_of(sent) == {"title": "x\ny", "price_cents": 300}
    assert set(fields_of(dict.fromkeys(NAMES, ""))) == NAMES - {"template_settings"}


def test_what_a_draft_keeps_is_shown_as_it_was_typed() -> None:
    kept = {"price_cents": 250, "tags": ["a", "b"], "title": "x"}
    assert [shown(kept, name) for name in ("price_cents", "tags", "title", "problem")] == [
        "2.50",
        "a, b",
        "x",
        "",
    ]
    assert shown({"price_cents": "much"}, "price_cents") == "much"
