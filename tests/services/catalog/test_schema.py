"""A config against a schema: every bad option is named, with a sentence a person can act on."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.errors import InvalidInput
from services.catalog import validate_config
from services.catalog.dialect import browser_pattern
from services.catalog.patterns import compile_pattern

PROPERTIES: dict[str, Any] = {
    "app_name": {"title": "Name", "type": "string", "minLength": 1, "maxLength": 12, "default": "Ada"},
    "slug": {
        "type": "string",
        "pattern": "^[a-z]+$",
        "maxLength": 20,
        "description": "Small letters only.",
        "default": "ada",
    },
    "color": {"type": "string", "format": "color", "default": "#112233"},
    "email": {"type": "string", "format": "email", "maxLength": 60, "default": ""},
    "site": {"type": "string", "format": "uri", "maxLength": 60, "default": ""},
    "days": {"type": "integer", "minimum": 1, "maximum": 30, "default": 7},
    "parts": {"type": "array", "items": {"enum": ["faq", "offer"]}, "uniqueItems": True, "default": []},
    "about": {"type": "string", "maxLength": 500, "default": ""},
    "word": {
        "type": "string",
        "pattern": "^x",
        "maxLength": 9,
        "x-error": "Begin with an x.",
        "default": "x",
    },
}
SCHEMA: dict[str, Any] = {"type": "object", "properties": PROPERTIES, "additionalProperties": False}


def refusals(config: Any, schema: dict[str, Any] = SCHEMA) -> dict[str, str]:
    with pytest.raises(InvalidInput) as caught:
        validate_config(schema, config)
    assert caught.value.code == "invalid_config"
    return {field.path: field.message for field in caught.value.fields}


@pytest.mark.parametrize(
    ("config", "path", "message"),
    [
        ({"app_name": ""}, "/app_name", "Name must not be empty."),
        ({"app_name": "a" * 13}, "/app_name", "Name may have at most 12 characters; it has 13."),
        ({"app_name": 5}, "/app_name", "Name must be a text."),
        ({"slug": "Ada"}, "/slug", "Slug: Small letters only."),
        ({"slug": "ada\n"}, "/slug", "Slug: Small letters only."),
        ({"word": "y"}, "/word", "Begin with an x."),
        ({"color": "red"}, "/color", "Color must be a colour such as #3e63dd."),
        ({"email": "ada"}, "/email", "Email must be an e-mail address such as ada@example.com."),
        (
            {"site": "javascript:alert(1)"},
            "/site",
            "Site must be a web address that starts with https:// or http://.",
        ),
        ({"days": 0}, "/days", "Days must be 1 or more."),
        ({"days": 31}, "/days", "Days must be 30 or less."),
        ({"days": 1.5}, "/days", "Days must be a whole number."),
        ({"days": True}, "/days", "Days must be a whole number."),
        ({"days": float("inf")}, "/days", "The number must be finite."),
        ({"parts": ["faq", "x"]}, "/parts/1", "Parts may only hold: faq, offer."),
        ({"parts": ["faq", "faq"]}, "/parts", "Parts may hold each choice only once."),
        ({"parts": ["faq"] * 2000}, "/parts", "That is more than any option holds (1000 entries)."),
        ({"app_nam": "x"}, "/app_nam", "There is no option app_nam. Did you mean app_name?"),
        ({"a/b~": 1}, "/a~1b~0", "There is no option a/b~. There are: "),
        ({"app_name": "a\x00"}, "/app_name", "The text holds a character that cannot be stored. Remove it."),
        ({"app_name": "\ud800"}, "/app_name", "The text holds a character that cannot be stored. Remove it."),
        ({"app_name": "a\nb"}, "/app_name", "Name must be one line without control characters."),
        ({"about": "a\x07"}, "/about", "About must not hold control characters."),
        ([], "", "The options must be one JSON object"),
        (None, "", "The options must be one JSON object"),
    ],
)
def test_a_bad_option_is_named_with_its_path_and_a_sentence(config: Any, path: str, message: str) -> None:
    found = refusals(config)
    assert list(found) == [path]
    assert found[path].startswith(message)


def test_all_bad_options_are_named_at_once_in_the_order_of_the_form() -> None:
    found = refusals({"days": 99, "color": "blue", "app_name": "", "unknown": 1})
    assert list(found) == ["/unknown", "/app_name", "/color", "/days"]


def test_a_missing_option_without_default_is_needed() -> None:
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"title": "Your name", "type": "string"}},
    }
    assert refusals({}, schema) == {"/name": "Your name is needed."}


def test_options_are_refused_even_where_the_schema_forgot_to_close_itself() -> None:
    schema = {"type": "object", "properties": PROPERTIES}
    assert "/other" in refusals({"other": 1}, schema)


def test_defaults_are_filled_through_conditions_and_never_shared() -> None:
    schema = {
        "type": "object",
        "properties": {"on": {"type": "boolean", "default": True}},
        "if": {"properties": {"on": {"const": True}}, "required": ["on"]},
        "then": {"properties": {"more": {"enum": ["a", "b"], "default": "b"}, "parts": {"default": ["x"]}}},
        "else": {"properties": {"less": {"type": "integer", "default": 1}}},
    }
    schema["then"]["properties"]["parts"] |= {"type": "array", "items": {"enum": ["x"]}, "uniqueItems": True}
    filled = validate_config(schema, {})
    assert filled == {"on": True, "more": "b", "parts": ["x"]}
    filled["parts"].append("y")
    assert validate_config(schema, {})["parts"] == ["x"]
    assert validate_config(schema, {"on": False}) == {"on": False, "less": 1}


def test_two_ways_to_write_a_value_become_one() -> None:
    config = validate_config(SCHEMA, {"color": "#AABBCC", "days": 3.0, "about": "a\r\nb\rc"})
    assert (config["color"], config["days"], config["about"]) == ("#aabbcc", 3, "a\nb\nc")
    assert isinstance(config["days"], int)


def test_an_optional_text_may_stay_empty_whatever_its_rules_say() -> None:
    assert validate_config(SCHEMA, {"email": "", "site": ""})["email"] == ""


def test_a_rule_across_options_speaks_in_the_template_s_own_words() -> None:
    rule = {"properties": {"days": {"const": 7, "x-error": "With a part it takes a week."}}}
    schema = {**SCHEMA, "if": {"properties": {"parts": {"minItems": 1}}, "required": ["parts"]}, "then": rule}
    assert refusals({"parts": ["faq"], "days": 3}, schema) == {"/days": "With a part it takes a week."}


def test_a_pattern_takes_no_time_on_a_text_that_is_too_long() -> None:
    evil = {"type": "string", "pattern": "^(a+)+$", "maxLength": 20, "default": "a"}
    schema = {"type": "object", "properties": {"name": evil}}
    assert "at most 20" in refusals({"name": "a" * 50_000 + "!"}, schema)["/name"]


@pytest.mark.parametrize(
    "pattern", ["^[a-z0-9-]+$", "^[(/|]$", r"^[\w.-]{2,}$", "^a|b$", r"^\S+ \S+$", "^[-a]$", "x[.$]y"]
)
def test_python_and_a_browser_read_a_pattern_alike(pattern: str) -> None:
    texts = ["abc-1", "a", "b", "ab", "-", "(", "/", "|", "x.y", "x$y", "a\n", "é", "a b", "1_", "ba", "٣"]
    script = "const [p, ...t] = JSON.parse(process.argv[1]);" + (
        "console.log(JSON.stringify(t.map(x => new RegExp('^(?:' + p + ')$', 'v').test(x))))"
    )
    import json

    node = Path(sys.executable).parent / "node"
    argument = json.dumps([browser_pattern(pattern), *texts])
    answer = subprocess.run([node, "-e", script, argument], capture_output=True, text=True, check=True).stdout
    assert json.loads(answer) == [bool(compile_pattern(pattern).search(text)) for text in texts]
