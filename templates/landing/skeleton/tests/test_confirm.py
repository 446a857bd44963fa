"""Nobody is on the list before they have confirmed."""

from waitlist import entries


def states(database):
    return [row["state"] for row in database.execute("SELECT state FROM entries ORDER BY id")]


def test_a_place_counts_only_once_it_is_confirmed(visitor, links, database):
    visitor.join("ada@example.org")
    assert states(database) == ["pending"]
    answer = visitor.post(links("ada@example.org")[0])
    assert answer.status_code == 303 and answer.location.startswith("/place/")
    assert states(database) == ["confirmed"]


def test_only_looking_at_the_link_confirms_nothing(visitor, links, database):
    visitor.join("ada@example.org")
    link = links("ada@example.org")[0]
    assert visitor.get(link).status_code == visitor.client.head(link).status_code == 200
    assert states(database) == ["pending"]


def test_a_second_click_changes_nothing(visitor, links, database):
    visitor.join("ada@example.org")
    link = links("ada@example.org")[0]
    visitor.post(link)
    before = [tuple(row) for row in database.execute("SELECT * FROM entries")]
    assert visitor.post(link).status_code == 303
    assert visitor.get(link).status_code == 303
    assert [tuple(row) for row in database.execute("SELECT * FROM entries")] == before
    assert database.execute("SELECT COUNT(*) FROM outbox").fetchone()[0] == 2


def test_a_place_that_is_not_confirmed_cannot_be_seen(visitor, links):
    visitor.join("ada@example.org")
    token = links("ada@example.org")[0].rsplit("/", 1)[1]
    assert visitor.get(f"/place/{token}").location == f"/confirm/{token}"


def test_a_wrong_link_is_not_found(visitor):
    for path in ("/confirm/nothing", "/place/nothing", "/leave/nothing", "/confirm/' OR 1=1 --"):
        assert visitor.get(path).status_code == 404


def test_what_is_never_confirmed_is_forgotten(visitor, database):
    visitor.join("ada@example.org")
    database.execute("UPDATE entries SET created_at = '2020-01-01 00:00:00'")
    entries.join(database, "new@example.org")
    assert [row["email"] for row in database.execute("SELECT email FROM entries")] == ["new@example.org"]
