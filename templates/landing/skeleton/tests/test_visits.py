"""Counting visits without knowing visitors."""

import pytest

from waitlist import visits

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"


@pytest.fixture(autouse=True)
def _no_visits(database):
    database.execute("DELETE FROM visits")


def test_only_pages_that_people_open_are_counted(visitor, database):
    for _ in range(3):
        visitor.get("/", headers={"User-Agent": BROWSER})
    visitor.get("/", headers={"User-Agent": "Googlebot/2.1"})
    visitor.get("/nothing-here", headers={"User-Agent": BROWSER})
    visitor.get("/healthz", headers={"User-Agent": BROWSER})
    visitor.get("/privacy", headers={"User-Agent": BROWSER})
    rows = [tuple(row)[1:] for row in database.execute("SELECT * FROM visits ORDER BY page")]
    assert rows == [("home", 3), ("privacy", 1)]
    assert visits.views_since(database, 30) == 3


def test_the_owner_sees_the_sum(visitor, owner):
    visitor.get("/", headers={"User-Agent": BROWSER})
    assert "<dd>1</dd>" in owner.get("/admin/").text


def test_nothing_about_the_visitor_is_stored(visitor, database):
    visitor.get("/", headers={"User-Agent": BROWSER, "Referer": "https://somewhere.example"})
    columns = [row["name"] for row in database.execute("PRAGMA table_info(visits)")]
    assert columns == ["day", "page", "views"]
