"""Feeds: the same ideas in three forms, well-formed whatever stands in them, kept by caches until something changes."""

import json
from email.utils import parsedate_to_datetime

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator, FormatChecker

from models.db import transaction
from services import ideas, votes
from tests import market
from tests.app.discovery.conftest import Publish, author, parsed

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = "Menus <b>&amp; ]]> \"both\" 'ways'"
# https://www.jsonfeed.org/version/1.1/, as far as we write it.
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "home_page_url": {"type": "string", "format": "uri"},
        "feed_url": {"type": "string", "format": "uri"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_html"],
                "properties": {
                    "id": {"type": "string"},
                    "date_published": {"type": "string", "format": "date-time"},
                    "date_modified": {"type": "string", "format": "date-time"},
                    "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}
FORMS = ("atom", "rss", "json")


def titles(text: str, form: str) -> list[str]:
    """The titles of the entries of a feed, as a reader would show them."""
    if form == "json":
        return [item["title"] for item in json.loads(text)["items"]]
    tree = parsed(text)
    path = f"{ATOM}entry/{ATOM}title" if form == "atom" else "channel/item/title"
    return [str(one.text) for one in tree.findall(path)]


@pytest.mark.parametrize("form", FORMS)
def test_a_feed_has_what_is_published_newest_first_and_nothing_that_is_sold(
    form: str, http: TestClient, publish: Publish
) -> None:
    publish("Menu translator")
    publish(HOSTILE, tags=["c++"])
    answer = http.get(f"/feeds/ideas.{form}")
    assert titles(answer.text, form) == [HOSTILE, "Menu translator"]
    assert all(market.canary(title) not in answer.text for title in (HOSTILE, "Menu translator"))
    assert "Ada" in answer.text and answer.headers["content-type"].endswith("charset=utf-8")


def test_atom_has_every_element_that_the_rfc_asks_for(http: TestClient, publish: Publish) -> None:
    view = publish(HOSTILE)
    tree = parsed(http.get("/feeds/ideas.atom").text)
    for parent in (tree, *tree.findall(f"{ATOM}entry")):
        assert all(parent.find(f"{ATOM}{name}") is not None for name in ("id", "title", "updated", "author"))
    relations = {one.get("rel"): one.get("href") for one in tree.findall(f"{ATOM}link")}
    assert relations["self"] == "http://127.0.0.1:3000/feeds/ideas.atom"
    entry = tree.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}author/{ATOM}name") == "Ada & <Lovelace>"
    link = entry.find(f"{ATOM}link")
    assert link is not None and link.get("href") == f"http://127.0.0.1:3000/ideas/{view.id}"
    assert str(entry.findtext(f"{ATOM}id")).startswith("urn:uuid:")


def test_rss_has_moments_and_lasting_names(http: TestClient, publish: Publish) -> None:
    publish()
    channel = parsed(http.get("/feeds/ideas.rss").text).find("channel")
    assert channel is not None
    assert all(channel.findtext(name) for name in ("title", "link", "description", "lastBuildDate"))
    assert parsedate_to_datetime(str(channel.findtext("item/pubDate"))).tzinfo is not None
    guid = channel.find("item/guid")
    assert guid is not None and guid.get("isPermaLink") == "false"


def test_json_feed_is_true_to_its_form(http: TestClient, publish: Publish) -> None:
    publish(HOSTILE)
    document = http.get("/feeds/ideas.json").json()
    assert list(Draft202012Validator(JSON_FEED, format_checker=FormatChecker()).iter_errors(document)) == []


@pytest.mark.parametrize("form", FORMS)
def test_a_category_an_author_and_a_search_have_feeds_of_their_own(
    form: str, http: TestClient, publish: Publish
) -> None:
    bob = author("Bob")
    publish("Menu translator")
    publish("Tide table", bob, category="travel", promise="When the water comes, for 100% of the harbours.")
    for path in (
        f"categories/travel.{form}",
        f"authors/{bob.user_id}.{form}",
        f"search.{form}?q=TIDE+harbours",
    ):
        answer = http.get(f"/feeds/{path}")
        assert titles(answer.text, form) == ["Tide table"], path
    assert titles(http.get(f"/feeds/search.{form}?q=zeppelin").text, form) == []


def test_what_there_is_not_is_said(http: TestClient, publish: Publish) -> None:
    for path in (
        "ideas.xml",
        "categories/none.atom",
        "authors/user_x.atom",
        f"authors/{author('Eve').user_id}.rss",
    ):
        assert http.get(f"/feeds/{path}").status_code == 404, path
    assert http.get("/feeds/search.atom").status_code == 422
    assert titles(http.get("/feeds/categories/travel.atom").text, "atom") == []


def test_a_feed_is_sent_again_only_after_a_change(http: TestClient, publish: Publish) -> None:
    bob = author("Bob")
    view = publish()
    first = http.get("/feeds/ideas.atom")
    assert "public" in first.headers["cache-control"] and "set-cookie" not in first.headers
    tag, moment = first.headers["etag"], first.headers["last-modified"]
    with transaction() as session:  # a vote is no change
        votes.set_vote(session, bob, view.id, voted=True)
        votes.fold(session)
    for known in ({"If-None-Match": tag}, {"If-Modified-Since": moment}):
        assert http.get("/feeds/ideas.atom", headers=known).status_code == 304
    publish("Another one")
    assert http.get("/feeds/ideas.atom", headers={"If-None-Match": tag}).status_code == 200
    for nonsense in ("soon", "Mon, 99 Foo 2026 00:00:00 GMT"):
        assert http.get("/feeds/ideas.atom", headers={"If-Modified-Since": nonsense}).status_code == 200


def test_an_unpublished_idea_leaves_every_feed(http: TestClient, publish: Publish, ada: object) -> None:
    view = publish()
    with transaction() as session:
        ideas.unpublish(session, ada, view.id)  # type: ignore[arg-type]
    assert [titles(http.get(f"/feeds/ideas.{form}").text, form) for form in FORMS] == [[], [], []]
