"""What ideas sell, looked for in the running product: answers, sockets, logs, mails, exports, tables and Valkey."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from redis import Redis
from sqlalchemy import create_engine, text
from sqlmodel import Session

from models.db import psycopg_url
from models.settings import Settings
from models.tables import metadata
from tests import canary
from tests.browser import patient
from tests.canary import OUTSIDE, WORD, Fair, fields
from tests.product import Product
from workers.embedded.servers import postgres_for, valkey_for

PAGES = (
    "/",
    "/ideas",
    "/ideas?tab=new",
    "/ideas?tab=mine",
    "/ideas?q=menu",
    "/ideas/new",
    "/templates",
    "/nowhere",
)
# Where it lies, by design; in no other table, so in no audit line, no kept answer, no word of the search.
MAY_HOLD = {"paid_parts", "idea_drafts"}
EXPORTED_S = 90
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def engine(server: Product) -> Iterator[Any]:
    """The product's own database."""
    made = create_engine(psycopg_url(postgres_for(Settings(data=server.data, database_url="")).url))
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def fair(server: Product, engine: Any) -> Fair:
    """An idea with its people; its author goes on writing by the API, well and badly."""
    with Session(engine) as session, session.begin():
        made = canary.fair(session)
    author = {**made.headers["author"], "Origin": server.url}
    bad = fields("No", "refused") | {"price_cents": 5}
    with httpx.Client(base_url=f"{server.url}/api/v1", headers=author, timeout=60) as client:
        for body in (fields("Another", "third"), bad, {**bad, "unknown": WORD}):
            client.post("/ideas", json=body, headers={"Idempotency-Key": f"once-{len(body)}-{body['title']}"})
        # What PostgreSQL would refuse in its own words, and with a piece of the text.
        unkept = f'{{"fields": {{"problem": ["{WORD}", Infinity, "{WORD}"]}}}}'
        assert client.post("/idea-drafts", content=unkept, headers=JSON).status_code == 422
        client.patch(f"/ideas/{made.idea}", json={"numbers": f"Counted: {WORD}fourth"})
        client.post(f"/ideas/{made.idea}/draft", headers={"Idempotency-Key": "draft"})
        assert client.get(f"/ideas/{made.idea}").json()["version_number"] == 3
    return made


def asked_by(client: httpx.Client, headers: dict[str, str]) -> canary.Ask:
    """Ask over HTTP, as a browser would."""

    def ask(method: str, path: str) -> tuple[int, bytes]:
        for accept in ("text/html", "*/*"):
            answer = client.request(method, path, headers={**headers, "Accept": accept})
            if canary.holds(answer.content):
                break
        return answer.status_code, answer.content + repr(answer.headers).encode()

    return ask


@pytest.mark.parametrize("who", OUTSIDE)
def test_no_answer_holds_what_is_sold(who: str, server: Product, fair: Fair) -> None:
    pages = [*PAGES, f"/ideas/{fair.idea}/edit", f"/api/v1/search?q={WORD}", "/api/v1/ideas?q=qzcanari"]
    headers = fair.headers.get(who, {})
    with httpx.Client(base_url=server.url, timeout=60) as client:
        known = fair.known()
        if who == "operator":
            items = client.get("/api/v1/outbox?limit=100", headers=headers).json()["items"]
            known |= {
                "outbox": [one["id"] for one in items[:20]],
                "message_id": [one["id"] for one in items[:20]],
            }
        assert canary.crawl(asked_by(client, headers), known, pages) == []


@pytest.mark.parametrize("who", ["visitor", "stranger", "refunded", "buyer"])
def test_no_socket_and_no_page_holds_what_is_sold(
    who: str, server: Product, fair: Fair, browser: Any
) -> None:
    """The page may show a buyer what was bought; sockets, and so the State of pages, never hold it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    name, _, value = fair.headers.get(who, {}).get("Cookie", "").partition("=")
    if value:
        context.add_cookies([{"name": name, "value": value, "url": server.url}])
    page, frames = patient(context.new_page()), list[bytes]()
    page.on("websocket", lambda socket: hear(socket, frames))
    shown = []
    for path in [*PAGES, f"/ideas/{fair.idea}", f"/ideas/{fair.idea}/edit"]:
        page.goto(f"{server.url}{path}")
        page.wait_for_load_state("networkidle")
        if who != "buyer" or path not in fair.may_show_buyer():
            shown.append(page.content())
    context.close()
    assert frames, "no frame of a socket was heard"
    assert not any(canary.holds(frame) for frame in frames)
    assert not canary.holds("\n".join(shown).encode())


def hear(socket: Any, frames: list[bytes]) -> None:
    """Keep what comes and goes by a socket."""
    for event in ("framereceived", "framesent"):
        socket.on(event, lambda frame: frames.append(frame if isinstance(frame, bytes) else frame.encode()))


def test_an_export_holds_what_its_owner_wrote_and_nothing_of_others(server: Product, fair: Fair) -> None:
    archives = {}
    for who in ("author", "buyer", "stranger"):
        headers = {**fair.headers[who], "Origin": server.url}
        with httpx.Client(base_url=f"{server.url}/api/v1/account", headers=headers, timeout=60) as client:
            assert client.post("/export").status_code == 202
            until = time.monotonic() + EXPORTED_S
            while client.get("/export").json()["state"] != "ready":
                assert time.monotonic() < until, client.get("/export").text
                time.sleep(0.2)
            archives[who] = client.get("/export/archive").content
    assert {who: canary.holds(archive) for who, archive in archives.items()} == {
        "author": True, "buyer": False, "stranger": False,
    }  # fmt: skip


def test_no_other_table_holds_what_is_sold(fair: Fair, engine: Any) -> None:
    spelled = f"%{WORD}%|%{WORD.encode().hex()}%"
    with engine.connect() as connection:
        holding = {
            table.name
            for table in metadata.sorted_tables
            if connection.scalar(
                text(f'SELECT EXISTS (SELECT 1 FROM "{table.name}" AS one WHERE one::text ~* :word)'),
                {"word": spelled.replace("%", "")},
            )
        }
    assert holding == MAY_HOLD


def test_nothing_in_valkey_holds_what_is_sold(server: Product, fair: Fair) -> None:
    with Redis.from_url(valkey_for(Settings(data=server.data, redis_url="")).url) as redis:
        read: dict[bytes, Callable[[bytes], Any]] = {
            b"string": redis.get, b"hash": redis.hgetall, b"list": lambda key: redis.lrange(key, 0, -1),
            b"set": redis.smembers, b"zset": lambda key: redis.zrange(key, 0, -1), b"stream": redis.xrange,
        }  # fmt: skip
        values = {key: repr(read[redis.type(key)](key)) for key in redis.scan_iter()}
    assert [key for key, value in values.items() if canary.holds(value.encode())] == []


def test_no_log_of_any_part_holds_what_is_sold(server: Product, fair: Fair) -> None:
    files = [server.output, *(file for file in (server.data / "logs").rglob("*") if file.is_file())]
    assert len(files) > 4
    assert [file.name for file in files if canary.holds(file.read_bytes())] == []
