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
from typing import Any

import pytest
import structlog
from fastapi.testclient import TestClient
from sqlalchemy import update
from sqlmodel import col

from app.edge.bundle import bundle
from app.routes import create_routes
from app.session import cookie_name
from models.accounts import User
from models.db import transaction
from models.purchases import Purchase, PurchaseState
from models.settings import Settings
from services import accounts, ideas, keys, purchases
from services.accounts import Actor
from services.ideas import paid, published, publishing, reading
from tests import canary
from tests.app.conftest import write_front_end
from tests.canary import WORD, Ask, crawl, fields

LISTS = ("/ideas", *[f"/api/v1/ideas?tab={tab}" for tab in ("new", "mine", "rising", "featured")])
# A search for the word finds nothing, and a misspelt one is not put right by what is sold.
SEARCHES = (f"/api/v1/search?q={WORD}", "/api/v1/ideas?q=qzcanari", "/api/v1/ideas?q=menu")


@dataclasses.dataclass
class Fair:
    """The people around one idea that was published twice, and a draft of the next."""

    http: TestClient
    idea: str
    draft: str
    author: Actor
    cookies: dict[str, dict[str, str]]

    def known(self) -> dict[str, list[str]]:
        """What a crawl puts into addresses."""
        return {
            "ideas": [self.idea], "idea_id": [self.idea], "first": [self.idea], "idea-drafts": [self.draft],
            "form": ["atom", "rss", "json"], "user_id": [self.author.user_id], "slug": ["food"],
        }  # fmt: skip

    def as_(self, who: str) -> Ask:
        """Ask as one of them."""

        def ask(method: str, path: str) -> tuple[int, bytes]:
            self.http.cookies.clear()
            answer = self.http.request(method, path, headers=self.cookies.get(who, {}))
            return answer.status_code, answer.content + repr(answer.headers).encode()

        return ask


@pytest.fixture
def fair(clean: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fair]:
    """Author, buyer, refunded buyer, stranger, and a key of the buyer's that may not use what was bought."""
    monkeypatch.setenv("REFLEX_WEB_WORKDIR", str(tmp_path))
    bundle.cache_clear()
    write_front_end(tmp_path / "build" / "client")
    with TestClient(create_routes(), raise_server_exceptions=False, follow_redirects=False) as http:
        yield opened(http)
    bundle.cache_clear()


def opened(http: TestClient) -> Fair:
    """Build the fair through the services."""
    with transaction() as session:
        people = {}
        for name in ("author", "buyer", "refunded", "stranger", "operator"):
            user = User(email=f"{name}@example.com", name=name, is_operator=name == "operator")
            accounts.add_with_team(session, user, f"{name}'s team")
            people[name] = accounts.actor_for_user(session, user, via="session")
        idea = ideas.submit_idea(session, people["author"], fields("Menu translator", "first"))
        for name in ("buyer", "refunded"):
            purchases.grant(session, people["operator"], people[name].user_id, idea.id)
        ideas.change_idea(session, people["author"], idea.id, fields("Menu translator", "second"))
        draft = ideas.save_draft(session, people["author"], fields("Next", "draft"))
        refund(session, people["refunded"])
        cookies = {}
        for name, actor in people.items():
            token = accounts.open_session(session, session.get_one(User, actor.user_id))
            cookies[name] = {"Cookie": f"{cookie_name()}={token}"}
        _, key = keys.create_key(session, people["buyer"], "weak", ["templates:read"])
    return Fair(
        http, idea.id, draft.id, people["author"], cookies | {"key": {"Authorization": f"Bearer {key}"}}
    )


def refund(session: Any, buyer: Actor) -> None:
    """Take a purchase back, as paying does (there is no door for it yet)."""
    session.execute(
        update(Purchase).where(col(Purchase.user_id) == buyer.user_id).values(state=PurchaseState.REFUNDED)
    )


OUTSIDE = ("visitor", "stranger", "refunded", "key", "operator")


@pytest.mark.parametrize("who", OUTSIDE)
def test_nothing_that_is_sold_is_in_any_answer_to_who_may_not_read_it(who: str, fair: Fair) -> None:
    assert crawl(fair.as_(who), fair.known(), (*LISTS, *SEARCHES)) == []


def test_a_buyer_reads_it_at_one_address_and_no_old_version_or_draft(fair: Fair) -> None:
    paid_at = f"/api/v1/ideas/{fair.idea}/paid"
    assert crawl(fair.as_("buyer"), fair.known(), LISTS) == [paid_at]
    text = fair.as_("buyer")("GET", paid_at)[1].decode()
    assert f"{WORD}second" in text and f"{WORD}first" not in text and f"{WORD}draft" not in text


def test_an_author_reads_it_at_two(fair: Fair) -> None:
    expected = {f"/api/v1/ideas/{fair.idea}/paid", f"/api/v1/idea-drafts/{fair.draft}"}
    assert set(crawl(fair.as_("author"), fair.known(), LISTS)) == expected


def test_writing_says_nothing_of_it_to_whoever_may_not(fair: Fair) -> None:
    ask = fair.as_("stranger")
    for method, path in (
        ("POST", f"/api/v1/ideas/{fair.idea}/draft"), ("POST", f"/api/v1/ideas/{fair.idea}/unpublish"),
        ("PUT", f"/api/v1/ideas/{fair.idea}/vote"), ("DELETE", f"/api/v1/ideas/{fair.idea}/vote"),
        ("POST", f"/api/v1/idea-drafts/{fair.draft}/publish"), ("DELETE", f"/api/v1/idea-drafts/{fair.draft}"),
    ):  # fmt: skip
        assert not canary.holds(ask(method, path)[1]), path


def test_what_is_logged_of_writing_an_idea_is_not_the_idea(
    fair: Fair, caplog: pytest.LogCaptureFixture
) -> None:
    assert not canary.holds("\n".join(logged(fair, caplog)).encode())


def logged(fair: Fair, caplog: pytest.LogCaptureFixture) -> list[str]:
    """All that is logged while an author writes, well and badly, and a stranger tries to read."""
    caplog.set_level(logging.DEBUG)
    bad = fields("No", "refused") | {"price_cents": "many"}
    with structlog.testing.capture_logs() as lines:
        for body in (fields("Another", "third"), bad, fields("Another", "x") | {"category": "none"}):
            fair.http.post("/api/v1/ideas", json=body, headers=fair.cookies["author"])
        fair.http.patch(
            f"/api/v1/ideas/{fair.idea}", json={"numbers": f"{WORD}new"}, headers=fair.cookies["author"]
        )
        crawl(fair.as_("stranger"), fair.known())
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
def test_a_leak_into_an_answer_is_seen(leak: Any, fair: Fair, monkeypatch: pytest.MonkeyPatch) -> None:
    leak(monkeypatch)
    if leak is leak_into_opening:  # texts that were written before it are as they were
        fair.http.post("/api/v1/ideas", json=fields("Another", "third"), headers=fair.cookies["author"])
    who = "refunded" if leak is leak_to_refunded else "stranger"
    seen = crawl(fair.as_(who), fair.known() | {"ideas": newest_ids(fair)})
    assert seen


def newest_ids(fair: Fair) -> list[str]:
    """The ideas that there are now."""
    return [one["id"] for one in fair.http.get("/api/v1/ideas?tab=new").json()["items"]]


def test_a_leak_into_a_log_line_is_seen(
    fair: Fair, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
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
