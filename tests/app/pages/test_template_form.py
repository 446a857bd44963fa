"""The form of a template: what was typed stays, what is wrong is said by its field, a link brings everything back."""

from typing import Any
from urllib.parse import parse_qsl

import pytest

from app.pages.template_form import Drawn, Form, typed_from_link
from models.errors import InvalidInput

NAME = {"title": "Name", "type": "string", "minLength": 1, "maxLength": 12, "default": "Fieldnote"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["app_name"],
    "additionalProperties": False,
    "properties": {
        "app_name": {**NAME, "x-group": "What"},
        "hero": {"title": "Opening", "enum": ["split", "center"], "default": "split", "x-group": "Look"},
        "sections": {"type": "array", "items": {"enum": ["steps", "faq", "offer"]}, "default": ["steps"]},
        "referral": {"title": "Referrals", "type": "boolean", "default": True},
        "places": {"title": "Places", "type": "integer", "minimum": 1, "maximum": 9, "default": 3},
    },
}
CHANGES = (
    ("app_name", "Tea & Co ☕"),
    ("sections", "+faq"),
    ("sections", "-steps"),
    ("referral", ""),
    ("places", "7"),
)


def row(form: Form, name: str) -> Any:
    return next(field for group in form.groups(1) for field in group.fields if field.name == name)


def test_defaults_are_filled_in() -> None:
    form = Form(SCHEMA, {})
    assert row(form, "app_name").value == "Fieldnote"
    assert [choice.value for choice in row(form, "sections").choices if choice.chosen] == ["steps"]
    assert row(form, "referral").checked
    assert form.query() == ""


def test_groups_keep_their_headings() -> None:
    assert [group.title for group in Form(SCHEMA, {}).groups(1)] == ["What", "Look", ""]


def test_an_error_stands_by_the_field_that_was_touched() -> None:
    form = Form(SCHEMA, {})
    form.change("places", "40")
    assert row(form, "places").error
    assert row(form, "places").value == "40"
    assert not row(form, "app_name").error


def test_a_field_that_was_emptied_is_not_replaced_by_its_default() -> None:
    form = Form(SCHEMA, {})
    form.submit({"app_name": "", "hero": "split", "referral": "on", "places": "3"})
    with pytest.raises(InvalidInput) as refusal:
        form.check()
    form.refuse(refusal.value)
    assert row(form, "app_name").error == "Name is needed."


def test_the_form_rebuilds_itself_from_what_was_typed() -> None:
    form = Form(SCHEMA, {})
    form.change("places", "40")
    again = Form(SCHEMA, form.typed)
    again.change("hero", "center")
    assert row(again, "places").error
    assert row(again, "hero").value == "center"


def test_a_link_brings_every_option_back() -> None:
    form = Form(SCHEMA, {})
    for name, value in CHANGES:
        form.change(name, value)
    again = Form(SCHEMA, typed_from_link(SCHEMA, parse_qsl(form.query(), keep_blank_values=True)))
    assert again.config() == form.config()
    assert again.config()["sections"] == ["faq"]
    assert again.config()["referral"] is False


def test_a_link_with_strange_things_in_it_changes_nothing() -> None:
    pairs = [
        ("unknown", "x"),
        ("hero", "nowhere"),
        ("sections", "steps,bogus"),
        ("", "x"),
        ("app_name", "y" * 50_000),
    ]
    form = Form(SCHEMA, typed_from_link(SCHEMA, pairs))
    assert row(form, "hero").error == ""
    assert form.typed["sections"] == ["steps"]
    with pytest.raises(InvalidInput):
        form.check()


def test_changes_of_unknown_or_hidden_names_are_ignored() -> None:
    form = Form(SCHEMA, {})
    form.change("", "x")
    form.change("nope", "x")
    assert form.query() == ""


def test_a_letter_in_a_text_draws_nothing_anew() -> None:
    form, drawn = Form(SCHEMA, {}), Drawn(SCHEMA)
    assert drawn.draw(form.groups(1))
    form.change("app_name", "Fieldnotes")
    form.change("sections", "+faq")
    assert not drawn.draw(form.groups(1))


def test_what_is_wrong_is_drawn_and_leaves_the_other_fields_as_they_stand() -> None:
    form, drawn = Form(SCHEMA, {}), Drawn(SCHEMA)
    drawn.draw(form.groups(1))
    form.change("app_name", "Fieldnotes")
    form.change("places", "40")
    assert drawn.draw(form.groups(1))
    rows = {field.name: field for group in drawn.groups for field in group.fields}
    assert rows["places"].error
    assert rows["app_name"].value == "Fieldnote"


def test_a_field_that_comes_back_begins_with_what_was_typed_into_it() -> None:
    places = {**SCHEMA["properties"]["places"], "x-shown-when": {"referral": True}}
    schema = {**SCHEMA, "properties": {**SCHEMA["properties"], "places": places}}
    form, drawn = Form(schema, {}), Drawn(schema)
    drawn.draw(form.groups(1))
    for name, value in (("places", "7"), ("referral", "")):
        form.change(name, value)
        drawn.draw(form.groups(1))
    assert not any(field.name == "places" for group in drawn.groups for field in group.fields)
    form.change("referral", "on")
    assert drawn.draw(form.groups(1))
    assert row(form, "places").value == "7"
    assert [field.value for group in drawn.groups for field in group.fields if field.name == "places"] == [
        "7"
    ]


def test_a_form_that_is_filled_anew_is_drawn_anew() -> None:
    form, drawn = Form(SCHEMA, {}), Drawn(SCHEMA)
    drawn.draw(form.groups(1))
    form.change("app_name", "Fieldnotes")
    assert drawn.draw(form.groups(2))
    assert drawn.groups[0].fields[0].value == "Fieldnotes"
