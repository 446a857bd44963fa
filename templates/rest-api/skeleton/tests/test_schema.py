"""The notation of the resources, and the tables made from it."""

import pytest

from api import data_tables
from api.database import connect
from api.schema import SchemaError, read_schema
from api.site import load_site


def test_a_line_is_read_with_every_type():
    shelf = read_schema(
        [
            "authors: name text required",
            "",
            "books: title text required unique,author->authors, by -> authors required, notes long text,"
            " size choice(S | M|L), price money, at moment, ok yes/no",
        ]
    )
    books = shelf.resources["books"]
    assert [field.type for field in books.fields] == [
        "text", "relation", "relation", "long text", "choice", "money", "moment", "yes/no"
    ]  # fmt: skip
    assert books.by_name["size"].kind.rules["enum"] == ["S", "M", "L"]
    assert [field.name for field in books.fields if field.required] == ["title", "by"]
    assert books.by_name["title"].unique and books.label == "title"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "1 to 12"), (["books"], "Line 1"), (["Books: title text"], "Line 1"),
        (["a: x text", "b: y"], "Line 2"), (["books: title words"], "'title words'"),
        (["books: id text"], "id"), (["token: x text"], "token"),
        (["books: a text, a date"], "Two fields"), (["a: x text", "a: y text"], "already"),
        (["a: x -> b"], "points to b"),
        (["a: x -> b required", "b: y -> a required"], "require each other"),
        (["a: x -> a required"], "require each other"), (["a: x choice(one)"], "no field"),
        (['a: "; DROP TABLE x text'], "no field"), (["a: " + "x" * 31 + " text"], "no field"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_with_its_line(lines, said):
    with pytest.raises(SchemaError, match=said.replace("(", r"\(")):
        read_schema(lines)


def test_the_resources_of_this_service_can_be_read():
    assert read_schema(load_site().resources).in_order_of_need()


@pytest.fixture
def empty(tmp_path):
    database = connect(tmp_path / "data.sqlite3")
    yield database
    database.close()


def test_a_new_field_keeps_the_rows(empty):
    data_tables.prepare(empty, read_schema(["books: title text"]))
    empty.execute("INSERT INTO data_books (title, created_at, updated_at) VALUES ('Solaris', '', '')")
    data_tables.prepare(empty, read_schema(["books: title text unique, price money", "shops: name text"]))
    assert [(row["title"], row["price"]) for row in empty.execute("SELECT * FROM data_books")] == [
        ("Solaris", None)
    ]
    data_tables.prepare(empty, read_schema(["books: price money"]))
    data_tables.prepare(empty, read_schema(["books: title text"]))
    assert empty.execute("SELECT title FROM data_books").fetchone()["title"] == "Solaris"


def test_a_field_that_is_not_unique_cannot_become_so(empty):
    data_tables.prepare(empty, read_schema(["books: title text"]))
    for _ in range(2):
        empty.execute("INSERT INTO data_books (title, created_at, updated_at) VALUES ('Solaris', '', '')")
    with pytest.raises(SchemaError, match=r"books\.title is to be unique"):
        data_tables.prepare(empty, read_schema(["books: title text unique"]))
