"""The owner's area."""

import csv
import io

import pytest

from tests.conftest import LONG_ENOUGH
from waitlist import admin

PRIVATE = ["/admin/", "/admin/outbox", "/admin/waitlist.csv", "/admin/entries/1"]


@pytest.mark.parametrize("path", PRIVATE)
def test_nobody_else_gets_in(visitor, owner, member, path):
    member("ada@example.org")
    answer = visitor.get(path)
    assert answer.status_code == 303 and answer.location == "/admin/sign-in"
    assert "ada@example.org" not in answer.text


def test_nobody_else_deletes(visitor, owner, member, database):
    member("ada@example.org")
    row = database.execute("SELECT id FROM entries").fetchone()
    assert visitor.post(f"/admin/entries/{row['id']}/delete").location == "/admin/sign-in"
    assert database.execute("SELECT COUNT(*) FROM entries").fetchone()[0] == 1


def test_the_first_visit_needs_the_code_and_a_long_password(app, visitor):
    code = admin.setup_code(app.config)
    assert (app.config["DATA"] / "setup-code").stat().st_mode & 0o077 == 0
    assert visitor.get("/admin/").location == "/admin/setup"
    wrong = {"code": "AAAA-AAAA-AAAA", "password": LONG_ENOUGH}
    assert visitor.post("/admin/setup", wrong).status_code == 422
    assert visitor.post("/admin/setup", {"code": code, "password": "short"}).status_code == 422
    assert visitor.post("/admin/setup", {"code": code.lower(), "password": LONG_ENOUGH}).location == "/admin/"
    assert visitor.get("/admin/").status_code == 200
    assert not (app.config["DATA"] / "setup-code").exists()
    assert visitor.post("/admin/setup", {"code": code, "password": LONG_ENOUGH}).location == "/admin/sign-in"


def test_signing_in_and_out(owner, visitor):
    assert visitor.post("/admin/sign-in", {"password": "something else"}).status_code == 422
    assert visitor.post("/admin/sign-in", {"password": LONG_ENOUGH}).location == "/admin/"
    assert visitor.get("/admin/").status_code == 200
    visitor.post("/admin/sign-out")
    assert visitor.get("/admin/").location == "/admin/sign-in"


def test_guessing_is_stopped(owner, visitor, monkeypatch):
    monkeypatch.setattr(admin.sign_in_limit, "limit", 3)
    admin.sign_in_limit.clear()
    codes = [visitor.post("/admin/sign-in", {"password": "guess"}).status_code for _ in range(4)]
    assert codes == [422, 422, 422, 429]


def test_a_forgotten_password_ends_every_session(app, owner):
    admin.forget_password(app.config)
    assert owner.get("/admin/").location == "/admin/setup"
    assert admin.setup_code(app.config)


def test_the_list_is_searched_as_it_is_written(owner, member):
    for email in ("ada@example.org", "per%cent@example.org", "under_score@example.org"):
        member(email)
    assert "per%cent@" not in owner.get("/admin/?q=ada").text
    found = owner.get("/admin/?q=%25").text
    assert "per%cent@" in found and "under_score@" not in found
    assert owner.get("/admin/?q=%27+OR+1%3D1+--").status_code == 200
    assert owner.get("/admin/?page=-3&q=" + "x" * 5000).status_code == 200
    assert owner.get("/admin/?page=99999999999999999999").status_code == 200


def test_a_long_list_has_pages(owner, database):
    database.executemany(
        "INSERT INTO entries (email, token, state, created_at) VALUES (?, ?, 'pending', '2020-01-01 00:00:00')",
        [(f"{number:03}@example.org", str(number)) for number in range(admin.PAGE_SIZE + 5)],
    )
    first, second = owner.get("/admin/").text, owner.get("/admin/?page=2").text
    assert first.count("@example.org") == admin.PAGE_SIZE and second.count("@example.org") == 5


def test_an_entry_shows_what_is_stored_and_can_be_deleted(owner, member, database):
    member("ada@example.org")
    number = database.execute("SELECT id FROM entries").fetchone()["id"]
    assert "ada@example.org" in owner.get(f"/admin/entries/{number}").text
    assert owner.post(f"/admin/entries/{number}/delete").location == "/admin/"
    assert owner.get(f"/admin/entries/{number}").status_code == 404
    assert database.execute("SELECT COUNT(*) FROM outbox").fetchone()[0] == 0


def test_the_export_holds_no_formula(owner, member):
    for email in ("=cmd|calc@example.org", "+1@example.org", "-1@example.org", "ada@example.org"):
        member(email)
    answer = owner.get("/admin/waitlist.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["email"][0] for row in rows] == ["'", "'", "'", "a"]
    assert rows[3]["state"] == "confirmed" and rows[3]["place"] == "4"
    assert not any(cell.startswith(admin.FORMULA_STARTS) for row in rows for cell in row.values())
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_outbox_shows_mails_as_text(owner, visitor):
    visitor.join("ada@example.org")
    page = owner.get("/admin/outbox").text
    assert "ada@example.org" in page and "http://site.test/" in page


def test_the_chart_has_a_bar_for_each_day(owner, member):
    member("ada@example.org")
    page = owner.get("/admin/").text
    assert page.count("<rect") == admin.CHART_DAYS
    assert page.count('class="none"') == admin.CHART_DAYS - 1


def test_every_page_of_the_area_is_kept_out_of_caches_and_indexes(owner):
    for path in ("/admin/", "/admin/outbox"):
        answer = owner.get(path)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Robots-Tag"] == "noindex"
