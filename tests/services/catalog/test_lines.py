"""Long texts whose every line has a form of its own."""

import pytest

from models.errors import InvalidInput
from services.catalog import validate_config

SHELF = {
    "type": "string",
    "title": "Shelf",
    "maxLength": 200,
    "x-widget": "textarea",
    "x-lines": {
        "most": 3,
        "rules": [
            {"pattern": "^[a-z]+:", "x-error": "Begin with a name."},
            {"pattern": "^[a-z]+: [a-z >-]+$", "x-error": "Small letters only."},
        ],
        "declares": {"pattern": "^([a-z]+):", "x-error": "This name is there already."},
        "refers": {"pattern": "-> ([a-z]+)", "x-error": "There is no such name."},
    },
}
SCHEMA = {"type": "object", "properties": {"shelf": SHELF}, "required": ["shelf"]}


def said(text: str) -> list[str]:
    """Return what the catalogue says about a text."""
    try:
        validate_config(SCHEMA, {"shelf": text})
    except InvalidInput as refusal:
        return [field.message for field in refusal.fields]
    return []


@pytest.mark.parametrize("text", ["books: title", "books: -> authors\n\n  authors: name\n", ""])
def test_lines_that_keep_to_the_rules_are_taken(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("books: title\n\nauthors name", "Shelf: Line 3: Begin with a name."),
        ("Books: title", "Shelf: Line 1: Begin with a name."),
        ("books: title\nbooks: name", "Shelf: Line 2: This name is there already."),
        ("books: -> authors", "Shelf: Line 1: There is no such name. (authors)"),
        ("a: a\nb: b\nc: c\nd: d", "Shelf: There are 4 lines. Use at most 3."),
    ],
)
def test_a_line_that_does_not_is_told_with_its_number(text: str, sentence: str) -> None:
    assert said(text) == [sentence]


def test_every_wrong_line_is_told_once_with_its_first_mistake() -> None:
    assert said("A\nb: 1") == ["Shelf: Line 1: Begin with a name.", "Shelf: Line 2: Small letters only."]


def test_a_text_over_its_limit_is_not_looked_at_line_by_line() -> None:
    assert said("a\n" * 200) == ["Shelf may have at most 200 characters; it has 400."]
