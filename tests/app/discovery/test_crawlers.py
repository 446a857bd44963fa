"""What crawlers find: every published idea once, in files that they can read, and nothing else."""

import pytest
from fastapi.testclient import TestClient

from app.discovery import crawlers
from models.db import transaction
from services import ideas
from services.accounts import Actor
from services.ideas import sitemap
from tests.app.discovery.conftest import Publish, parsed

SITE = "http://127.0.0.1:3000"
SPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def locations(http: TestClient, path: str) -> list[str]:
    """The addresses that a sitemap names."""
    tree = parsed(http.get(path).text)
    return [str(one.text).removeprefix(SITE) for one in tree.iter(f"{SPACE}loc")]


def test_robots_names_the_sitemap_and_what_is_nobodys_business(http: TestClient) -> None:
    text = http.get("/robots.txt").text
    assert f"Sitemap: {SITE}/sitemap.xml" in text and "Disallow: /api/" in text


def test_the_pages_of_the_house_stand_in_a_file_of_their_own(http: TestClient) -> None:
    assert locations(http, "/sitemap.xml") == ["/sitemaps/pages.xml"]
    assert {"/", "/ideas", "/templates"} <= set(locations(http, "/sitemaps/pages.xml"))


def test_every_published_idea_stands_in_one_chunk_and_one_that_is_taken_out_in_none(
    http: TestClient, publish: Publish, ada: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [publish(f"Idea number {number}").id for number in range(7)]
    with transaction() as session:
        ideas.unpublish(session, ada, made[2])
        starts = sitemap.chunk_starts(session, of=3)
    monkeypatch.setattr(sitemap, "MOST_URLS", 3)
    monkeypatch.setattr(sitemap, "PAGE", 2)
    monkeypatch.setattr(sitemap.kept_here, "starts", starts)
    monkeypatch.setattr(sitemap.kept_here, "until", float("inf"))
    chunks = locations(http, "/sitemap.xml")[1:]
    assert len(chunks) == 2
    listed = [locations(http, chunk) for chunk in chunks]
    assert [len(one) for one in listed] == [3, 3]
    assert [*listed[0], *listed[1]] == [f"/ideas/{one}" for one in made if one != made[2]]


def test_a_chunk_is_sent_again_only_after_a_change(http: TestClient, publish: Publish) -> None:
    first = publish().id
    path = f"/sitemaps/ideas/{first}.xml"
    answer = http.get(path)
    assert http.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    publish("Another one")
    assert http.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 200


def test_a_chunk_that_is_none_is_not_found(http: TestClient) -> None:
    assert http.get("/sitemaps/ideas/idea_x.xml").status_code == 404
    assert http.get("/sitemaps/ideas/idea_01k0v5a2c3d4e5f6g7h8j9k0mn.xml").status_code == 404


def test_a_chunk_is_no_longer_than_crawlers_take() -> None:
    assert sitemap.MOST_URLS == 50_000 and crawlers.ideas is sitemap
