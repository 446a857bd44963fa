"""Example rows are only to try things out with."""

import pytest

from api import examples, rows
from api.app import create_app
from api.schema import read_schema


@pytest.fixture
def schema(app):
    return app.extensions["schema"]


def test_examples_come_once_into_an_empty_service(database, schema):
    examples.add_examples(database, schema)
    examples.add_examples(database, schema)
    assert examples.count_examples(database, schema) == examples.ROWS * 3
    examples.remove_examples(database, schema)
    examples.add_examples(database, schema)
    assert examples.count_examples(database, schema) == 0


def test_a_service_with_rows_gets_no_examples(database, schema, api):
    api.make("authors", name="Ada")
    examples.add_examples(database, schema)
    assert examples.count_examples(database, schema) == 0


def test_an_example_that_a_real_row_needs_stays(database, schema, api):
    examples.add_examples(database, schema)
    author = rows.select(database, schema.resources["authors"])[0]["id"]
    api.make("books", title="Notes", author=author)
    examples.remove_examples(database, schema)
    assert examples.count_examples(database, schema) == 1
    assert api.get(f"/v1/authors/{author}").status_code == 200


def test_the_owner_sees_that_they_are_examples_and_removes_them(database, schema, owner):
    examples.add_examples(database, schema)
    assert 'class="badge dashed"' in owner.get("/admin/data/books").text
    assert owner.post("/admin/examples/delete").location == "/admin/"
    assert examples.count_examples(database, schema) == 0


def test_relations_in_a_circle_get_examples_too(tmp_path):
    lines = [
        "pages: title text required unique, parent -> pages, home -> sites",
        "sites: start -> pages required",
    ]
    app = create_app(tmp_path, URL="http://site.test", RESOURCES=lines)
    assert examples.count_examples(app.extensions["database"], read_schema(lines)) == examples.ROWS * 2
