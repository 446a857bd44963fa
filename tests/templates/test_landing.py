"""The landing template: what its own options do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from models.errors import InvalidInput
from services.catalog import validate_config
from tests.templates.landing import LANDING


@pytest.mark.parametrize(
    ("chosen", "gone"),
    [
        ({"referral": False}, r"referral|invit|friend"),
        ({"referral": False, "double_optin": False}, r"unconfirmed|pages\.confirm|/confirm/<"),
        ({"analytics": "none"}, r"visits|count_visit"),
        ({"email": "console"}, r"smtp|courier"),
        (
            {"auth": "password"},
            r"magic|owner_link|owner\.py|\bdoor\.(py|\w+\()|__main__\.py|python -m waitlist",
        ),
        ({"auth": "magic_link"}, r"_password|password_|-password|\"password|__main__\.py|python -m waitlist"),
        ({"auth": "none"}, r"admin|sign_in|setup.code|magic|owner_link"),
        ({"seed_data": False}, r"add_examples|remove_examples"),
        ({"theme": "light"}, r"def dark|data-theme|chosen_theme|theme\.choose"),
        ({"sections": []}, r"bento|site\.benefits|\.steps|site\.questions|\.letter"),
    ],
)
def test_no_trace_is_left_of_what_was_not_chosen(tmp_path: Path, chosen: dict[str, Any], gone: str) -> None:
    files = LANDING.make({"app_name": "Brühwerk", **chosen}, tmp_path / "a")
    pattern = re.compile(gone.encode(), re.IGNORECASE)
    code = {path: text for path, text in files.items() if not path.startswith(("tests/", "requirements"))}
    assert [
        path for path, text in code.items() if pattern.search(text) or pattern.search(path.encode())
    ] == []


def test_the_words_of_the_form_are_in_the_words_file(tmp_path: Path) -> None:
    typed = {name: f"some {name}" for name in LANDING.texts}
    site = json.loads(LANDING.make({**LANDING.full, **typed}, tmp_path / "a")["site.json"])
    assert [site["name"], site["tagline"], site["description"], site["offer"]] == [
        "some app_name", "some tagline", "some description", "some offer"
    ]  # fmt: skip
    assert site["contact"] == {
        "name": "some contact_name",
        "email": "ada@example.org",
        "note": "some contact_note",
    }
    assert site["quotes"] == [{"text": "some quotes", "name": ""}]


@pytest.mark.parametrize(
    ("bad", "path"),
    [
        ({"referral": True, "double_optin": False}, "/double_optin"),
        ({"auth": "none", "seed_data": True}, "/seed_data"),
        ({"auth": "open"}, "/auth"),
        ({"email": "smtp"}, "/sender_email"),
        ({"email": "smtp", "sender_email": "nobody"}, "/sender_email"),
        ({"social_proof": "quotes"}, "/quotes"),
        ({"social_proof": "quotes", "quotes": " \n "}, "/quotes"),
        ({"sections": ["offer"]}, "/offer"),
        ({"sections": ["contact"], "contact_name": "Ada"}, "/contact_email"),
        ({"sections": ["news"]}, "/sections/0"),
        ({"offer": "Half price."}, "/offer"),
        ({"brand_color": "red"}, "/brand_color"),
        ({"slug": "Not A Slug"}, "/slug"),
        ({"app_name": ""}, "/app_name"),
        ({"app_name": "x" * 61}, "/app_name"),
        ({"places_per_friend": 0}, "/places_per_friend"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_options_that_do_not_fit_are_refused_at_their_field(bad: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        validate_config(LANDING.template.schema, {"app_name": "Brühwerk", **bad})
    assert path in [field.path for field in refusal.value.fields]
