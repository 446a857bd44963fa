"""What the site says to search engines, and what it gives back of what people type."""

from waitlist.app import create_app

from .conftest import Guest


def test_what_a_visitor_types_comes_back_as_text(visitor):
    page = visitor.join("<script>alert(1)</script>@x").text
    assert "<script>alert" not in page and "&lt;script&gt;" in page


def test_search_engines_find_their_files(visitor):
    assert "Sitemap: http://site.test/sitemap.xml" in visitor.get("/robots.txt").text
    assert "<loc>http://site.test/</loc>" in visitor.get("/sitemap.xml").text
    assert 'property="og:image" content="http://site.test/picture.png"' in visitor.get("/").text


def test_an_address_that_takes_forms_only_says_so(visitor):
    assert visitor.get("/join").status_code == 405


def test_a_restart_keeps_the_list(tmp_path):
    first = create_app(tmp_path, URL="http://site.test")
    Guest(first.test_client()).join("ada@example.org")
    again = create_app(tmp_path, URL="http://site.test")
    database = again.extensions["database"]
    rows = database.execute("SELECT email FROM entries WHERE state != 'example'").fetchall()
    assert [row["email"] for row in rows] == ["ada@example.org"]
