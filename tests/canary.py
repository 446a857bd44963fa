"""A word that stands in everything that ideas sell or drafts hold, and a crawl that looks for it where it must not be.

The crawl goes over every route that there is, as somebody; it knows ids of every kind, and returns the addresses whose
answers hold the word, in plain, packed or encoded form.
"""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product as combinations
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from app.routes import create_routes
from app.session import SESSION_COOKIE
from models.accounts import User
from models.moderation import Source
from models.purchases import Purchase, PurchaseState
from services import accounts, comments, ideas, keys, purchases, reviews
from services.accounts import Actor
from services.ideas.fields import PAID_NAMES
from services.moderation.cases import open_case
from tests import market

WORD = "qzcanary"
# The same without its first letters: base64 depends on where a text begins.
ENCODED = tuple(
    base64.b64encode(b"x" * shift + WORD.encode())[
        4 if shift else 0 : -4 if (len(WORD) + shift) % 3 else None
    ].decode()
    for shift in range(3)
)
PARAMETER = re.compile(r"\{([^}:]+)(?::[^}]+)?\}")


def fields(title: str, of: str) -> dict[str, Any]:
    """What an author writes, with the word in every field that is sold; `of` says of which state it is."""
    sold = {name: f"{market.SOLUTION * 4} {WORD}{of}{name.replace('_', '')}" for name in PAID_NAMES}
    settings = {"template": "landing", "options": {"app_name": f"{WORD}{of}settings"}}
    return market.fields(title, **sold, template_settings=settings)


def holds(content: bytes) -> bool:
    """Whether an answer holds the word: as it is, packed inside, or encoded."""
    return any(spelled(text) for text in unpacked(content))


def spelled(content: bytes) -> bool:
    """Whether bytes spell the word, in any way that programs write text."""
    text = content.decode("utf-8", "replace").lower()
    if WORD in text or WORD.encode().hex() in text or WORD[::-1] in text:
        return True
    plain = content.decode("latin-1")
    return any(one in plain for one in ENCODED) or WORD.encode("utf-16-le") in content


def unpacked(content: bytes) -> Iterator[bytes]:
    """Yield an answer, and what is packed in it: archives, gzip, and the texts of a PNG."""
    yield content
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield archive.read(name)
    if content[:8] == b"\x89PNG\r\n\x1a\n":
        yield from texts_of_png(content)


def texts_of_png(content: bytes) -> Iterator[bytes]:
    """Yield the chunks of a PNG that are no picture, packed ones unpacked."""
    at = 8
    while at + 8 <= len(content):
        size, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        chunk = content[at + 8 : at + 8 + size]
        if kind == b"zTXt":
            yield zlib.decompress(chunk.partition(b"\0")[2][1:])
        elif kind not in (b"IDAT", b"PLTE"):
            yield chunk
        at += size + 12


OUTSIDE = ("visitor", "stranger", "refunded", "key", "operator")


@dataclass(frozen=True)
class Fair:
    """One idea that was published twice, a draft of the next, and the headers by which people around it are known."""

    idea: str
    draft: str
    author_id: str
    case: str
    headers: dict[str, dict[str, str]]
    comment: str
    review: str

    @property
    def paid_at(self) -> str:
        """Where what is sold is read."""
        return f"/api/v1/ideas/{self.idea}/paid"

    def may_show_buyer(self) -> set[str]:
        """The addresses that may show a buyer what was bought: of the API, of the page, and what the page asks for."""
        return {self.paid_at, f"/ideas/{self.idea}", f"/ideas/{self.idea}/paid"}

    def known(self) -> dict[str, list[str]]:
        """What a crawl puts into addresses."""
        return {
            "ideas": [self.idea], "idea_id": [self.idea], "first": [self.idea], "idea-drafts": [self.draft],
            "comments": [self.comment], "reviews": [self.review],
            "form": ["atom", "rss", "json"], "user_id": [self.author_id], "slug": ["food"], "cases": [self.case],
            "authors": [self.author_id], "kind": ["comment"],
        }  # fmt: skip


def fair(session: Session) -> Fair:
    """Build it through the services: author, buyer, refunded buyer, stranger, operator, and a key without scope."""
    people = {name: person(session, name) for name in ("author", "buyer", "refunded", "stranger", "operator")}
    idea = ideas.submit_idea(session, people["author"], fields("Menu translator", "first"))
    for name in ("buyer", "refunded"):
        purchases.grant(session, people["operator"], people[name].user_id, idea.id)
    ideas.change_idea(session, people["author"], idea.id, fields("Menu translator", "second"))
    draft = ideas.save_draft(session, people["author"], fields("Next", "draft"))
    comment = comments.write_comment(session, people["stranger"], idea.id, "Does it read PDFs?")
    comments.write_comment(session, people["author"], idea.id, "It does.", comment.id)
    review = reviews.write_review(session, people["buyer"], idea.id, market.review_fields())
    reviews.write_reply(session, people["author"], review.id, "Thank you.")
    # There is no door for it yet: paying brings it.
    refunded = update(Purchase).where(col(Purchase.user_id) == people["refunded"].user_id)
    session.execute(refunded.values(state=PurchaseState.REFUNDED))
    headers = {}
    for name, actor in people.items():
        token = accounts.open_session(session, session.get_one(User, actor.user_id))
        headers[name] = {"Cookie": f"{SESSION_COOKIE}={token}"}
    _, key = keys.create_key(session, people["buyer"], "weak", ["templates:read"])
    headers["key"] = {"Authorization": f"Bearer {key}"}
    case = open_case(session, Source.REPORT, idea.id)
    return Fair(idea.id, draft.id, people["author"].user_id, case, headers, comment.id, review.id)


def person(session: Session, name: str) -> Actor:
    """An account; the operator that there is, if there is one. Nobody types a password, and hashing one is slow."""
    email = f"{name}@example.com" if name == "operator" else f"canary-{name}@example.com"
    user = session.scalars(select(User).where(col(User.email) == email)).one_or_none()
    if user is None:
        user = User(email=email, name=name.title(), is_operator=name == "operator")
        accounts.add_with_team(session, user, f"{name}'s team")
    return accounts.actor_for_user(session, user, via="session")


@dataclass(frozen=True)
class Route:
    """A method and an address with its parameters unfilled."""

    method: str
    path: str


def routes() -> list[Route]:
    """Return every route of the product that is asked by HTTP."""
    return sorted(set(below(create_routes().routes)), key=lambda one: (one.path, one.method))


def below(found: Iterable[Any], prefix: str = "") -> Iterator[Route]:
    """Yield routes, those of routers inside routers too."""
    for route in found:
        if hasattr(route, "original_router"):
            yield from below(route.original_router.routes, prefix + route.include_context.prefix)
        else:
            for method in sorted(getattr(route, "methods", None) or {"GET"}):
                yield Route(method, prefix + route.path)


def addresses(route: Route, known: Mapping[str, list[str]]) -> list[str]:
    """Return the addresses of a route with everything that is known in its place.

    `known` has values by the name of a parameter; of `id` by the room that it stands in (`ideas`).
    """
    names = [match[1] for match in PARAMETER.finditer(route.path)]
    rooms = route.path.split("/")
    values = [
        known.get(rooms[at - 1] if name == "id" and at else name, ["unknown"])
        for name, at in (
            (one, next((i for i, room in enumerate(rooms) if f"{{{one}" in room), 0)) for one in names
        )
    ]
    found = []
    for chosen in combinations(*values):
        path = route.path
        for value in chosen:
            path = PARAMETER.sub(value, path, count=1)
        found.append(path)
    return found


Ask = Callable[[str, str], tuple[int, bytes]]
# Asked by GET alone, and what a stream would keep open.
ENDLESS = re.compile(r"/events$|/exports?$")


def crawl(ask: Ask, known: Mapping[str, list[str]], more: Iterable[str] = ()) -> list[str]:
    """Ask for every address that can be read, and return those whose answers hold the word."""
    asked = [path for route in routes() if route.method == "GET" for path in addresses(route, known)]
    paths = [path for path in dict.fromkeys([*asked, *more]) if not ENDLESS.search(path)]
    return [path for path in paths if holds(ask("GET", path)[1])]
