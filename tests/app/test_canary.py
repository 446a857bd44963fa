"""What ideas sell reaches nobody but their authors and buyers, by any route; and a leak would be seen.

The running product is crawled in tests/journeys/test_canary.py: its sockets, logs, mails, exports and tables.
"""

import base64
import dataclasses
import gzip
import io
import json
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient

from app.routes import create_routes
from models.db import transaction
from models.settings import Settings
from services.ideas import paid, published, publishing, reading
from tests import canary
from tests.canary import OUTSIDE, WORD, Ask, crawl, fields

ROUTES = create_routes()
LISTS = ("/ideas", *[f"/api/v1/ideas?tab={tab}" for tab in ("new", "mine", "rising", "featured")])
# A search for the word finds nothing, and a misspelt one is not put right by what is sold.
SEARCHES = (f"/api/v1/search?q={WORD}", "/api/v1/ideas?q=qzcanari", "/api/v1/ideas?q=menu")


@dataclasses.dataclass
class Met:
    """The fair, and every route before it."""

    http: TestClient
    at: canary.Fair

    def as_(self, who: str) -> Ask:
        """Ask as one of its people."""

        def ask(method: str, path: str) -> tuple[int, bytes]:
            self.http.cookies.clear()
            answer = self.http.request(method, path, headers=self.at.headers.get(who, {}))
            return answer.status_code, answer.content + repr(answer.headers).encode()

        return ask


@pytest.fixture
def fair(clean: Settings, built: Path) -> Iterator[Met]:
    """Author, buyer, refunded buyer, stranger, operator, a key without scope, and what they are about."""
    with transaction() as session:
        made = canary.fair(session)
    with TestClient(ROUTES, raise_server_exceptions=False, follow_redirects=False) as http:
        yield Met(http, made)


@pytest.mark.parametrize("who", OUTSIDE)
def test_nothing_that_is_sold_is_in_any_answer_to_who_may_not_read_it(who: str, fair: Met) -> None:
    assert crawl(fair.as_(who), fair.at.known(), (*LISTS, *SEARCHES)) == []


def test_a_buyer_reads_what_was_bought_and_no_old_version_or_draft(fair: Met) -> None:
    found = set(crawl(fair.as_("buyer"), fair.at.known(), LISTS))
    assert fair.at.paid_at in found and found <= fair.at.may_show_buyer()
    text = fair.as_("buyer")("GET", fair.at.paid_at)[1].decode()
    assert f"{WORD}second" in text and f"{WORD}first" not in text and f"{WORD}draft" not in text


def test_an_author_reads_it_where_it_is_written(fair: Met) -> None:
    draft_at = f"/api/v1/idea-drafts/{fair.at.draft}"
    found = set(crawl(fair.as_("author"), fair.at.known(), LISTS))
    assert {fair.at.paid_at, draft_at} <= found
    assert found <= {*fair.at.may_show_buyer(), draft_at, f"/ideas/{fair.at.idea}/edit"}


def test_writing_says_nothing_of_it_to_whoever_may_not(fair: Met) -> None:
    ask = fair.as_("stranger")
    for method, path in (
        ("POST", f"/api/v1/ideas/{fair.at.idea}/draft"), ("POST", f"/api/v1/ideas/{fair.at.idea}/unpublish"),
        ("PUT", f"/api/v1/ideas/{fair.at.idea}/vote"), ("DELETE", f"/api/v1/ideas/{fair.at.idea}/vote"),
        ("PUT", f"/api/v1/ideas/{fair.at.idea}/review"), ("POST", f"/api/v1/ideas/{fair.at.idea}/comments"),
        ("PUT", f"/api/v1/reviews/{fair.at.review}/reply"), ("PUT", f"/api/v1/reviews/{fair.at.review}/helpful"),
        ("DELETE", f"/api/v1/comments/{fair.at.comment}"), ("POST", f"/api/v1/comments/{fair.at.comment}/restore"),
        ("POST", f"/api/v1/idea-drafts/{fair.at.draft}/publish"), ("DELETE", f"/api/v1/idea-drafts/{fair.at.draft}"),
    ):  # fmt: skip
        assert not canary.holds(ask(method, path)[1]), path


def test_what_is_logged_of_writing_an_idea_is_not_the_idea(
    fair: Met, caplog: pytest.LogCaptureFixture
) -> None:
    assert not canary.holds("\n".join(logged(fair, caplog)).encode())


def logged(fair: Met, caplog: pytest.LogCaptureFixture) -> list[str]:
    """All that is logged while an author writes, well and badly, and a stranger tries to read."""
    caplog.set_level(logging.DEBUG)
    bad = fields("No", "refused") | {"price_cents": "many"}
    with structlog.testing.capture_logs() as lines:
        for body in (fields("Another", "third"), bad, fields("Another", "x") | {"category": "none"}):
            fair.http.post("/api/v1/ideas", json=body, headers=fair.at.headers["author"])
        fair.http.patch(
            f"/api/v1/ideas/{fair.at.idea}", json={"numbers": f"{WORD}new"}, headers=fair.at.headers["author"]
        )
        crawl(fair.as_("stranger"), fair.at.known())
    return [json.dumps(lines, default=repr), *(record.getMessage() for record in caplog.records)]


# Seeded leaks: each of them has to be seen by one of the tests above.


def leak_into_teaser(monkeypatch: pytest.MonkeyPatch) -> None:
    """The view that everybody reads begins to hold the solution."""
    right = reading.view_of

    def wrong(idea: Any, *more: Any, **how: Any) -> Any:
        with transaction() as session:
            sold = paid.stored(session, idea)
        return dataclasses.replace(right(idea, *more, **how), problem=sold.solution)

    monkeypatch.setattr(reading, "view_of", wrong)


def leak_into_opening(monkeypatch: pytest.MonkeyPatch) -> None:
    """The opening is cut at the wrong end."""
    monkeypatch.setattr(publishing, "opening_of", lambda sold: sold.solution[-200:])


def leak_into_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Feeds begin to hold what is sold."""
    right = published.newest

    def wrong(session: Any, **how: Any) -> Any:
        page = right(session, **how)
        texts = [paid.stored(session, session.get_one(publishing.Idea, one.id)) for one in page.items]
        items = [
            dataclasses.replace(one, promise=t.numbers) for one, t in zip(page.items, texts, strict=True)
        ]
        return dataclasses.replace(page, items=items)

    monkeypatch.setattr("app.discovery.feeds.newest", wrong)


def leak_by_forgetting_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """The door stands open."""
    monkeypatch.setattr(paid, "may_read_paid", lambda *_: True)


def leak_to_refunded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has ever bought reads, refunded or not."""
    monkeypatch.setattr("services.ideas.access.PurchaseState", type("Any", (), {"PAID": "refunded"}))


@pytest.mark.parametrize(
    "leak",
    [leak_into_teaser, leak_into_opening, leak_into_lists, leak_by_forgetting_to_ask, leak_to_refunded],
)
def test_a_leak_into_an_answer_is_seen(leak: Any, fair: Met, monkeypatch: pytest.MonkeyPatch) -> None:
    leak(monkeypatch)
    if leak is leak_into_opening:  # texts that were written before it are as they were
        fair.http.post("/api/v1/ideas", json=fields("Another", "third"), headers=fair.at.headers["author"])
    who = "refunded" if leak is leak_to_refunded else "stranger"
    seen = crawl(fair.as_(who), fair.at.known() | {"ideas": newest_ids(fair)})
    assert seen


def newest_ids(fair: Met) -> list[str]:
    """The ideas that there are now."""
    return [one["id"] for one in fair.http.get("/api/v1/ideas?tab=new").json()["items"]]


def test_a_leak_into_a_log_line_is_seen(
    fair: Met, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = publishing.store

    def wrong(session: Any, version_id: str, sold: Any) -> None:
        structlog.get_logger().info("idea.stored", version_id=version_id, solution=sold.solution[-80:])
        right(session, version_id, sold)

    monkeypatch.setattr(publishing, "store", wrong)
    assert canary.holds("\n".join(logged(fair, caplog)).encode())


def test_the_word_is_found_however_it_is_packed() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened_archive:
        opened_archive.writestr("paid.json", f"{'x' * 500}{WORD}")
    text = f"words before {WORD} and behind"
    for packed in (
        archive.getvalue(), gzip.compress(text.encode()), text.upper().encode(), text.encode("utf-16-le"),
        text.encode().hex().encode(), *(base64.b64encode(text[at:].encode()) for at in range(3)),
    ):  # fmt: skip
        assert canary.holds(packed)
    assert not canary.holds(b"qz canary, or nearly")
