"""Example entries are only to look at."""

from waitlist import entries, examples


def test_examples_come_once_into_an_empty_list(database):
    examples.add_examples(database)
    examples.add_examples(database)
    assert examples.count_examples(database) == len(examples.NAMES)
    examples.remove_examples(database)
    examples.add_examples(database)
    assert examples.count_examples(database) == 0


def test_a_list_with_people_gets_no_examples(database, member):
    member("ada@example.org")
    examples.add_examples(database)
    assert examples.count_examples(database) == 0


def test_examples_are_never_counted_mailed_or_found(database, visitor):
    examples.add_examples(database)
    assert entries.count(database) == 0
    token = database.execute("SELECT token FROM entries").fetchone()["token"]
    assert visitor.get(f"/place/{token}").status_code == 404
    visitor.join("ada@example.com")
    assert database.execute("SELECT COUNT(*) FROM outbox").fetchone()[0] == 0


def test_the_owner_sees_that_they_are_examples_and_removes_them(database, owner):
    examples.add_examples(database)
    assert 'class="badge dashed"' in owner.get("/admin/").text
    assert owner.post("/admin/examples/delete").location == "/admin/"
    assert examples.count_examples(database) == 0
