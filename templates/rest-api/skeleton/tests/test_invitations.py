"""Keys by mail: the link is in the mail, the key is not, and it is made once."""

import re
from datetime import timedelta

import pytest

from api import keys, notices
from api.database import now, stamp

from .client import Client
from .visitor import Visitor

ADA = "ada@example.org"


@pytest.fixture
def path(owner, links):
    """The path of a link to a key that was mailed."""
    form = {"name": "Ada's\r\n shop", "email": " ADA@Example.org", "days": "30", "scope-books": "read"}
    assert "key_" not in owner.post("/admin/keys", form).text
    return next(link for link in links(ADA) if link.startswith("/key/"))


def test_whoever_follows_the_link_gets_the_key_once(app, visitor, path, database):
    assert "key_" not in visitor.get(path).text and visitor.get(path).headers["Cache-Control"] == "no-store"
    key = re.findall(r"key_[\w-]{43}", visitor.post(path).text)[0]
    assert keys.find(database, key).scopes == {"books": "read"}
    assert visitor.get(path).status_code == visitor.post(path).status_code == 404
    assert key not in str([tuple(row) for row in database.execute("SELECT * FROM keys")])
    assert database.execute("SELECT name FROM keys").fetchone()["name"] == "Ada's shop"


def test_opening_the_link_makes_no_key(visitor, path, database):
    for _ in range(3):
        visitor.get(path)
    assert database.execute("SELECT start FROM keys").fetchone()["start"] == ""
    assert visitor.client.post(path).status_code == 400  # a forged form


@pytest.mark.parametrize("change", ["created_at = :old", "revoked_at = :old", "ends_at = :old"])
def test_a_link_that_is_too_old_or_withdrawn_leads_nowhere(visitor, path, database, owner, change):
    database.execute(f"UPDATE keys SET {change}", {"old": stamp(now() - timedelta(days=8))})  # noqa: S608
    assert visitor.get(path).status_code == visitor.post(path).status_code == 404
    assert owner.get("/admin/keys").status_code == 200


def test_the_link_itself_is_not_stored_and_opens_nothing(app, path, database):
    token = path.removeprefix("/key/")
    assert token not in str([tuple(row) for row in database.execute("SELECT * FROM keys")])
    assert keys.find(database, token) is None and keys.find(database, keys.INVITED + token) is None
    program = Client(app.test_client(), {"Authorization": f"Bearer {token}"})
    assert program.get("/v1/books").status_code == 401


def test_an_address_that_is_none_keeps_what_was_typed(owner, database):
    form = {"name": "Shop <b>", "email": "nobody", "days": "90", "scope-books": "write"}
    answer = owner.post("/admin/keys", form)
    assert answer.status_code == 422 and 'value="nobody"' in answer.text and "Shop &lt;b&gt;" in answer.text
    assert '<option value="90" selected>' in answer.text and '<option value="write" selected>' in answer.text
    assert database.execute("SELECT COUNT(*) FROM keys").fetchone()[0] == 0


def test_a_key_ends_on_its_day(database, owner):
    key = keys.make(database, "Ada", {"*": "read"}, days=30)
    key_id = keys.find(database, key).id
    database.execute("UPDATE keys SET ends_at = ?", (stamp(now()),))
    assert keys.find(database, key) is None and keys.find_by_id(database, key_id) is None
    assert keys.state(keys.all_keys(database)[0]) == "ended"
    assert owner.get(f"/admin/keys/{key_id}").status_code == 200


def test_the_end_of_a_key_is_told_once_to_whoever_holds_it(app, visitor: Visitor, path, database):
    visitor.post(path)
    keys.invite(database, "never picked up", "eve@example.org", {"*": "read"}, days=3)
    with app.test_request_context():
        notices.look(database)
        assert len(told(database)) == 1  # the invitation itself
        database.execute("UPDATE keys SET ends_at = ?", (stamp(now() + timedelta(days=6)),))
        notices.look(database)
        notices.look(database)
    assert told(database) == [ADA, ADA]


def told(database):
    return [row["recipient"] for row in database.execute("SELECT recipient FROM outbox ORDER BY id")]
