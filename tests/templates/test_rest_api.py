"""The REST API template: what its own options do, and that the form refuses what the application could not read."""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.errors import InvalidInput
from services.catalog import validate_config
from tests.templates.rest_api import REST_API


@pytest.mark.parametrize(
    ("chosen", "gone"),
    [
        ({"webhooks": False}, r"webhook|hooks\.|messenger|whsec"),
        ({"auth": "none"}, r"bearer|api[ _-]?key\b|key_pages|jwt|/token|unauthorized|invit"),
        ({"auth": "key"}, r"jwt|HS256|/v1/token|tokens\."),
        ({"rate_limit": "none"}, r"budget|RateLimit|Retry-After|per_minute|too_many"),
        ({"cors": "none"}, r"access-control|cors\b|origins"),
        ({"deletion": "hard"}, r"deleted_at IS|restore_|hidden\(|/restore"),
        ({"pagination": "page"}, r"cursor"),
        ({"pagination": "cursor"}, r"\"total\"|\"pages\":"),
        ({"analytics": "none"}, r"visits|count_visit"),
        ({"email": "console"}, r"smtp|courier|sender_email"),
        ({"seed_data": False}, r"add_examples|remove_examples|_example\b"),
        ({"theme": "light"}, r"def dark|data-theme|chosen_theme|theme\.choose"),
    ],
)
def test_no_trace_is_left_of_what_was_not_chosen(tmp_path: Path, chosen: dict[str, Any], gone: str) -> None:
    files = REST_API.make({"app_name": "Brühwerk", **chosen}, tmp_path / "a")
    pattern = re.compile(gone.encode(), re.IGNORECASE)
    code = {path: text for path, text in files.items() if not path.startswith(("tests/", "requirements"))}
    # CSS and the reserved names of fields speak of cursors too.
    found = {
        path: hit.group()
        for path, text in code.items()
        if (hit := pattern.search(text) or pattern.search(path.encode()))
        and not path.endswith((".css", "schema.py"))
    }
    assert found == {}


def test_the_words_of_the_form_are_in_the_words_file(tmp_path: Path) -> None:
    resources = "shops: name text required\n\n  goods: shop -> shops, size choice(S|M)  \n"
    config = {**REST_API.full, "resources": resources, "tagline": "some words"}
    site = json.loads(REST_API.make(config, tmp_path / "a")["site.json"])
    assert site["tagline"] == "some words"
    assert [line.strip() for line in site["resources"] if line.strip()] == [
        "shops: name text required",
        "goods: shop -> shops, size choice(S|M)",
    ]
    assert site["origins"] == ["https://example.org"]


@pytest.mark.parametrize(
    ("bad", "path", "said"),
    [
        ({"resources": ""}, "/resources", "at least one resource"),
        ({"resources": "books"}, "/resources", "Line 1: Begin with the name"),
        ({"resources": "a: x text\n\nBooks: title text"}, "/resources", "Line 3: Begin with the name"),
        ({"resources": "books: title words"}, "/resources", "Line 1: Each field is a name and a type"),
        ({"resources": "books: title text, title date"}, "/resources", "same name"),
        ({"resources": "books: id integer"}, "/resources", "No field can be called id"),
        ({"resources": "token: x text"}, "/resources", "called token"),
        ({"resources": "a: x text\na: y text"}, "/resources", "Line 2: There is already"),
        ({"resources": "a: x -> b"}, "/resources", "no line of its own. (b)"),
        ({"resources": "a: x -> a required"}, "/resources", "of its own kind"),
        ({"resources": "a: x -> a unique required"}, "/resources", "of its own kind"),
        ({"resources": "\n".join(f"a{n}: x text" for n in range(13))}, "/resources", "13 lines"),
        ({"resources": "a: " + ", ".join(f"x{n} text" for n in range(31))}, "/resources", "at most 30"),
        ({"cors": "origins"}, "/cors_origins", ""),
        ({"cors": "origins", "cors_origins": "https://a.example/path"}, "/cors_origins", "Line 1: An origin"),
        ({"cors_origins": "https://a.example"}, "/cors_origins", ""),
        ({"auth": "none", "rate_limit": "none"}, "/rate_limit", "needs a limit"),
        ({"rate_limit": "none", "requests_per_minute": 5}, "/requests_per_minute", ""),
        ({"requests_per_minute": 0}, "/requests_per_minute", ""),
        ({"email": "smtp"}, "/sender_email", ""),
        ({"sender_email": "api@example.org"}, "/sender_email", ""),
        ({"owner_email": "nobody"}, "/owner_email", ""),
    ],
)
def test_options_that_do_not_fit_are_refused_at_their_field(
    bad: dict[str, Any], path: str, said: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        validate_config(REST_API.template.schema, {"app_name": "Brühwerk", **bad})
    assert [field.path for field in refusal.value.fields] == [path]
    assert said in refusal.value.fields[0].message


@pytest.fixture(scope="module")
def notation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The generated application's own reader of resources."""
    tree = tmp_path_factory.mktemp("notation") / "a"
    REST_API.make({"app_name": "Brühwerk"}, tree)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(tree))
        yield importlib.import_module("api.schema")
        for name in [name for name in sys.modules if name == "api" or name.startswith("api.")]:
            del sys.modules[name]


names = st.sampled_from(["a", "b_1", "id", "token", "x" * 30, "x" * 31, "A", "1a", ""])
types = st.sampled_from(
    ["text", "long text", "money", "yes/no", "choice(a|b)", "choice(a)", "choice(a|)", "choice( a | b )", "-> a",
     "->b_1", "words", "", "date required", "text unique required", "text required required", "-> a required",
     "text  unique", "choice(,|a)"]
)  # fmt: skip
fields = st.lists(st.tuples(names, types).map(" ".join), min_size=1, max_size=4).map(", ".join)
lines = st.one_of(
    st.tuples(names, fields).map(lambda pair: f"{pair[0]}: {pair[1]}"), st.text("ab:, \t|->()", max_size=30)
)


@settings(max_examples=400, deadline=None)
@given(text=st.lists(lines, min_size=1, max_size=4).map("\n".join))
@example(text="a: a text,")
@example(text="a: a text, b_1 -> b_1\nb_1: a -> a")
@example(text="a:b text")
def test_what_the_form_takes_the_application_can_read(notation: ModuleType, text: str) -> None:
    try:
        validate_config(REST_API.template.schema, {"app_name": "Brühwerk", "resources": text})
    except InvalidInput:
        return
    try:
        notation.read_schema(text.split("\n"))
    except notation.SchemaError as error:
        # The one thing that no line shows by itself.
        assert "require each other" in str(error)
