"""Schema, form and validation say the same: what one takes the others take."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from models.errors import InvalidInput
from services.catalog import config_from_form, form_fields, validate_config, visible
from services.catalog.options import declared_options, fill_defaults
from tests.services.catalog.schemas import browser_takes, schemas, schemas_with_configs, values_for

quick = settings(
    max_examples=120, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


def typed(value: Any) -> Any:
    """What a field holds for a value: texts, a tick, or a list of ticks."""
    return value if isinstance(value, (bool, list)) else str(value)


@quick
@given(schemas_with_configs())
def test_what_the_api_accepts_can_be_typed_into_the_form(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    schema, given_config = case
    try:
        config = validate_config(schema, given_config)
    except InvalidInput:
        return
    shown = [field for field in form_fields(schema) if visible(field, config)]
    assert all(field.name in config and browser_takes(field, config[field.name]) for field in shown)
    from_form = config_from_form(schema, {field.name: typed(config[field.name]) for field in shown})
    assert validate_config(schema, from_form) == config


@quick
@given(st.data())
def test_what_the_form_sends_is_refused_only_at_fields_that_are_shown(data: st.DataObject) -> None:
    schema = data.draw(schemas())
    fields = form_fields(schema)
    schemas_by_name = {option.name: option.schema for option in declared_options(schema)}
    held = {field.name: data.draw(values_for(schemas_by_name[field.name]), field.name) for field in fields}
    config = config_from_form(schema, {name: typed(value) for name, value in held.items()})
    shown = {field.name for field in fields if visible(field, {**held, **config})}
    try:
        validate_config(schema, config)
    except InvalidInput as refusal:
        assert {field.path.split("/")[1] for field in refusal.fields} <= shown


@quick
@given(schemas_with_configs())
def test_what_the_api_refuses_the_browser_would_not_have_sent(
    case: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    schema, config = case
    try:
        validate_config(schema, config)
        return
    except InvalidInput as refusal:
        places = {field.path.split("/")[1] for field in refusal.fields}
    by_name = {field.name: field for field in form_fields(schema)}
    filled = fill_defaults(declared_options(schema), config)
    for name in places & filled.keys() & by_name.keys():
        field = by_name[name]
        checked_by_us = field.kind in ("text", "textarea")  # minLength, formats and control characters
        assert checked_by_us or not visible(field, filled) or not is_taken(field, filled[name])


def is_taken(field: Any, value: Any) -> bool:
    """Whether a browser takes the value; what is of another kind cannot even be put into the field."""
    try:
        return browser_takes(field, value)
    except TypeError:
        return False


@quick
@given(schemas_with_configs())
def test_every_place_that_plain_json_schema_refuses_is_named(
    case: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    schema, config = case
    options = {option.name: option.schema for option in declared_options(schema)}
    filled = fill_defaults(declared_options(schema), config)
    plain = {
        str(error.absolute_path[0])
        for error in Draft202012Validator(schema).iter_errors(filled)
        if error.absolute_path
    }
    # As in a browser, an optional text may stay empty whatever its rules say.
    plain = {name for name in plain if not (filled[name] == "" and options[name].get("default") == "")}
    try:
        validate_config(schema, config)
    except InvalidInput as refusal:
        assert plain <= {field.path.split("/")[1] for field in refusal.fields}
    else:
        assert not plain


@quick
@given(schemas_with_configs())
def test_validating_twice_changes_nothing(case: tuple[dict[str, Any], dict[str, Any]]) -> None:
    schema, given_config = case
    try:
        config = validate_config(schema, given_config)
    except InvalidInput:
        return
    assert validate_config(schema, config) == config


SCHEMA = {
    "type": "object",
    "required": ["app_name"],
    "properties": {
        "app_name": {"title": "Name", "type": "string", "minLength": 1, "maxLength": 20, "x-group": "Brand"},
        "plan": {"enum": ["free", "pro", "team", "company", "other"], "default": "free", "x-group": "Plan"},
        "theme": {
            "oneOf": [{"const": "auto", "title": "Follows the system"}, {"const": "dark"}],
            "default": "auto",
        },
        "about": {"type": "string", "maxLength": 900, "default": "", "x-group": "Brand"},
        "seats": {
            "type": "integer",
            "exclusiveMinimum": 0,
            "maximum": 99,
            "default": 3,
            "x-group": "Plan",
            "x-shown-when": {"plan": ["team", "company"]},
        },
    },
    "if": {"properties": {"plan": {"const": "pro"}}, "required": ["plan"]},
    "then": {
        "required": ["card"],
        "properties": {"card": {"title": "Card", "type": "string", "format": "email", "x-group": "Plan"}},
    },
}


def test_fields_keep_the_order_of_the_schema_and_stay_with_their_group() -> None:
    assert [(field.group, field.name, field.kind) for field in form_fields(SCHEMA)] == [
        ("Brand", "app_name", "text"),
        ("Brand", "about", "textarea"),
        ("Plan", "plan", "select"),
        ("Plan", "seats", "number"),
        ("Plan", "card", "text"),
        ("", "theme", "radio"),
    ]


def test_a_field_of_then_is_shown_only_while_its_condition_holds() -> None:
    fields = {field.name: field for field in form_fields(SCHEMA)}
    assert visible(fields["card"], {"plan": "pro"}) and not visible(fields["card"], {"plan": "free"})
    assert visible(fields["seats"], {"plan": "company"}) and not visible(fields["seats"], {"plan": "pro"})


def test_html_attributes_follow_from_the_schema() -> None:
    fields = {field.name: field for field in form_fields(SCHEMA)}
    assert (fields["app_name"].required, fields["app_name"].max_length) == (True, 20)
    assert (fields["seats"].min, fields["seats"].max, fields["seats"].whole) == (1, 99, True)
    assert (fields["about"].required, fields["card"].format) == (False, "email")
    assert [option.label for option in fields["theme"].options] == ["Follows the system", "Dark"]


def test_a_hidden_option_keeps_its_default_and_takes_no_other_value() -> None:
    assert validate_config(SCHEMA, {"app_name": "Ada"})["seats"] == 3
    with pytest.raises(InvalidInput, match="Seats does not apply"):
        validate_config(SCHEMA, {"app_name": "Ada", "seats": 9})


def test_the_form_leaves_out_what_it_hides() -> None:
    held = {"app_name": "Ada", "plan": "free", "seats": "9", "card": "ada@example.com", "about": ""}
    assert config_from_form(SCHEMA, held) == {"app_name": "Ada", "plan": "free", "about": ""}


def test_texts_of_a_link_become_what_the_schema_speaks_of() -> None:
    held = {"app_name": "Ada", "plan": "team", "seats": "12"}
    assert validate_config(SCHEMA, config_from_form(SCHEMA, held))["seats"] == 12
    with pytest.raises(InvalidInput, match="must be a whole number"):
        validate_config(SCHEMA, config_from_form(SCHEMA, {**held, "seats": "many"}))
