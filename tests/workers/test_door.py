"""The door, as its own process, in front of apps that listen on unix sockets."""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from tests.parts import DoorProcess, eventually
from workers.door.headers import without_product_cookies
from workers.door.refusals import POLICY, STYLE_HASH
from workers.door.routes import Hosts

POOL = ThreadPoolExecutor(8)


class App:
    """A deployed app's stand-in: listens on a unix socket in a thread of its own, and notes what reached it."""

    def __init__(self, path: Path, word: str = "one") -> None:
        self.path, self.word = path, word
        self.seen: list[web.Request] = []
        self.open_streams = self.broken = 0
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.runner = self.call(self._start())

    def call(self, coroutine):  # noqa: ANN001, ANN201 - any coroutine, its result
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(10)

    async def _start(self) -> web.AppRunner:
        app = web.Application(client_max_size=200 * 1024 * 1024)
        app.add_routes(
            [
                web.get("/stream", self.stream),
                web.get("/slow", self.slow),
                web.get("/half", self.half),
                web.get("/big", self.big),
                web.get("/chat", self.chat),
                web.route("*", "/break", self.break_off),
                web.post("/size", self.size),
                web.route("*", "/{rest:.*}", self.echo),
            ]
        )
        runner = web.AppRunner(app)
        await runner.setup()
        await web.UnixSite(runner, str(self.path)).start()
        return runner

    async def echo(self, request: web.Request) -> web.Response:
        self.seen.append(request)
        body = {"word": self.word, "path": request.raw_path, "headers": dict(request.headers)}
        answer = web.json_response(body, headers={"X-Hop": "1", "Connection": "X-Hop, keep-alive"})
        answer.headers.add("Set-Cookie", "own=1; Domain=localhost; Path=/")
        answer.headers.add("Set-Cookie", "ideasmith_session=forged; Path=/")
        return answer

    async def stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        self.open_streams += 1
        try:
            for n in range(10_000):
                await response.write(f"data: {n}\n\n".encode())
                await asyncio.sleep(0.05)
        finally:
            self.open_streams -= 1
        return response

    async def slow(self, request: web.Request) -> web.Response:
        await asyncio.sleep(1)
        return web.Response(text="slow")

    async def half(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"half an answer")
        request.transport.abort()
        return response

    async def break_off(self, request: web.Request) -> web.Response:
        self.broken += 1
        request.transport.abort()
        return web.Response()

    async def big(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(32 * 1024 * 1024)})
        await response.prepare(request)
        for _ in range(32):
            await response.write(b"x" * 1024 * 1024)
        return response

    async def size(self, request: web.Request) -> web.Response:
        total = 0
        async for chunk in request.content.iter_any():
            total += len(chunk)
        return web.json_response({"size": total, "chunked": request.headers.get("Transfer-Encoding", "")})

    async def chat(self, request: web.Request) -> web.WebSocketResponse:
        end = web.WebSocketResponse(protocols=["chat"])
        await end.prepare(request)
        async for message in end:
            await end.send_str(f"{self.word}: {message.data}")
        return end

    def stop(self) -> None:
        self.call(self.runner.cleanup())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DoorProcess]:
    door = DoorProcess(tmp_path_factory.mktemp("door"), IDEASMITH_APPS_PATIENCE_S="1")
    yield door
    assert door.stop() == 0


@pytest.fixture
def app(door: DoorProcess, tmp_path: Path) -> Iterator[App]:
    app = App(tmp_path / "app.sock")
    door.route("shop", app.path)
    yield app
    app.stop()


def test_the_port_itself_says_what_it_is(door: DoorProcess) -> None:
    status, headers, body = door.get(f"localhost:{door.port}", Accept="text/html")
    assert status == 200 and b"where your apps live" in body
    assert headers["Content-Security-Policy"] == POLICY and STYLE_HASH in POLICY
    assert door.get("127.0.0.1", "/healthz")[0] == 200


def test_a_request_reaches_the_app_with_its_path_untouched(door: DoorProcess, app: App) -> None:
    status, _, body = door.get(f"shop.localhost:{door.port}", "//other/%2e%2e/a%2Fb?x=%20y&x=2")
    assert status == 200
    assert json.loads(body)["path"] == "//other/%2e%2e/a%2Fb?x=%20y&x=2"
    assert door.get("SHOP.localhost")[0] == 200


def test_the_app_is_told_who_asks_by_the_door_alone(door: DoorProcess, app: App) -> None:
    sent = {
        "X_Forwarded_For": "6.6.6.6",
        "X_Forwarded_Host": "bank.example",
        "X_Real_IP": "6.6.6.6",
        "Forwarded": "for=6",
    }
    _, _, body = door.get("shop.localhost:80", **sent, X_Forwarded_Port="99")
    seen = json.loads(body)["headers"]
    assert seen["Host"] == seen["X-Forwarded-Host"] == "shop.localhost:80"
    assert (seen["X-Forwarded-For"], seen["X-Forwarded-Proto"]) == ("127.0.0.1", "http")
    assert not {"X-Real-IP", "Forwarded", "X-Forwarded-Port"} & seen.keys()


def test_hops_are_not_passed_on(door: DoorProcess, app: App) -> None:
    _, headers, body = door.get(
        "shop.localhost", Connection="X-Mine", X_Mine="1", TE="trailers", Proxy_Authorization="x"
    )
    assert not {"X-Mine", "Te", "TE", "Proxy-Authorization"} & json.loads(body)["headers"].keys()
    assert "X-Hop" not in headers


def test_the_products_cookies_never_reach_an_app_nor_come_from_one(door: DoorProcess, app: App) -> None:
    _, headers, body = door.get("shop.localhost", Cookie="a=1; ideasmith_session=secret; b=2")
    assert json.loads(body)["headers"]["Cookie"] == "a=1; b=2"
    assert headers.get_all("Set-Cookie") == ["own=1; Path=/"]
    _, _, body = door.get("shop.localhost", Cookie="ideasmith_session=secret")
    assert "Cookie" not in json.loads(body)["headers"]
    assert without_product_cookies(" IDEASMITH_SESSION=x;ideasmith_theme=dark;ok=1") == "ok=1"


def test_head_and_bodiless_answers_keep_their_headers(door: DoorProcess, app: App) -> None:
    whole = door.get("shop.localhost")[1]["Content-Length"]
    status, headers, body = door.get("shop.localhost", method="HEAD")
    assert (status, body) == (200, b"") and abs(int(headers["Content-Length"]) - int(whole)) < 10


def test_each_state_has_its_page(door: DoorProcess) -> None:
    for slug, state in (
        ("off", "stopped"),
        ("soon", "starting"),
        ("broken", "crashed"),
        ("ill", "unhealthy"),
    ):
        door.route(slug, None, state, name="My <b>shop</b>")
    status, headers, body = door.get("off.localhost", Accept="text/html")
    assert status == 503 and b"My &lt;b&gt;shop&lt;/b&gt; is stopped" in body and "Refresh" not in headers
    status, headers, body = door.get("soon.localhost", Accept="text/html")
    assert (status, headers["Refresh"], headers["Retry-After"]) == (503, "1", "1")
    assert door.get("broken.localhost")[0] == 502
    assert door.get("ill.localhost")[0] == 502
    status, headers, body = door.get("nobody.localhost", Accept="application/json")
    assert (status, json.loads(body)["code"]) == (404, "no_such_app")
    assert headers["Content-Type"].startswith("application/problem+json")


@pytest.mark.parametrize(
    "host",
    ["..localhost", "../../etc/passwd.localhost", "a/b.localhost", "a%2fb.localhost", "-a.localhost", "a_b.localhost",
     "a.b.localhost", f"{'a' * 64}.localhost", "shop.localhost.evil.example", "shop.localhost@evil", "évil.localhost"],
)  # fmt: skip
def test_no_other_host_finds_an_app(door: DoorProcess, app: App, host: str) -> None:
    raw = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
    assert int(door.send(raw).split()[1]) in (400, 404, 421)
    assert Hosts("localhost").slug(host) is None
    assert app.seen == []


def test_requests_that_are_not_whole_are_refused(door: DoorProcess, app: App) -> None:
    two_hosts = (
        b"GET / HTTP/1.1\r\nHost: shop.localhost\r\nHost: other.localhost\r\nConnection: close\r\n\r\n"
    )
    foreign = b"GET http://evil.example/ HTTP/1.1\r\nHost: shop.localhost\r\nConnection: close\r\n\r\n"
    huge = b"GET / HTTP/1.1\r\nHost: shop.localhost\r\nX-Big: " + b"x" * 100_000 + b"\r\n\r\n"
    many = b"GET / HTTP/1.1\r\nHost: shop.localhost\r\n" + b"X-Many: 1\r\n" * 5_000 + b"\r\n"
    smuggled = b"POST / HTTP/1.1\r\nHost: shop.localhost\r\nContent-Length: 4\r\n"
    smuggled += b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    for raw in (two_hosts, foreign, huge, many, smuggled):
        assert door.send(raw).split()[1] == b"400", raw[:60]
    assert app.seen == []


def test_a_link_in_place_of_the_socket_is_not_followed(door: DoorProcess, app: App, tmp_path: Path) -> None:
    (tmp_path / "link.sock").symlink_to(app.path)
    (tmp_path / "file.sock").write_text("no socket")
    for name in ("link.sock", "file.sock", "none.sock"):
        door.route("tricky", tmp_path / name)
        assert door.get("tricky.localhost")[0] == 502
    assert app.seen == []


def test_a_switched_route_takes_effect_with_the_next_request(
    door: DoorProcess, app: App, tmp_path: Path
) -> None:
    new = App(tmp_path / "new.sock", "two")
    try:
        assert json.loads(door.get("shop.localhost")[2])["word"] == "one"
        door.route("shop", new.path)
        assert json.loads(door.get("shop.localhost")[2])["word"] == "two"
    finally:
        new.stop()


def test_a_stream_arrives_live_and_ends_for_the_app_when_its_reader_leaves(
    door: DoorProcess, app: App
) -> None:
    async def read_a_little() -> None:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://127.0.0.1:{door.port}/stream", headers={"Host": "shop.localhost"}) as answer,
        ):
            began = time.monotonic()
            lines = [await answer.content.readline() for _ in range(5)]
            assert lines[0] == b"data: 0\n" and time.monotonic() - began < 1
            assert app.open_streams == 1

    asyncio.run(read_a_little())
    eventually(lambda: app.open_streams == 0, within_s=2)


def test_large_bodies_pass_both_ways_as_streams(door: DoorProcess, app: App) -> None:
    async def send_and_fetch() -> None:
        async def pieces():  # noqa: ANN202
            for _ in range(64):
                yield b"y" * 1024 * 1024

        headers = {"Host": "shop.localhost"}
        base = f"http://127.0.0.1:{door.port}"
        async with aiohttp.ClientSession() as client:
            async with client.post(f"{base}/size", data=pieces(), headers=headers) as answer:
                assert (await answer.json()) == {"size": 64 * 1024 * 1024, "chunked": "chunked"}
            async with client.post(
                f"{base}/size", data=b"z" * 1000, headers=headers, expect100=True
            ) as answer:
                assert (await answer.json()) == {"size": 1000, "chunked": ""}
            async with client.get(f"{base}/big", headers=headers) as answer:
                assert answer.headers["Content-Length"] == str(32 * 1024 * 1024)
                assert len(await answer.read()) == 32 * 1024 * 1024

    asyncio.run(send_and_fetch())


def test_an_answer_that_breaks_off_does_not_look_whole(door: DoorProcess, app: App) -> None:
    raw = door.send(b"GET /half HTTP/1.1\r\nHost: shop.localhost\r\n\r\n")
    assert not raw.endswith(b"0\r\n\r\n")


def test_websockets_pass_both_ways(door: DoorProcess, app: App) -> None:
    async def talk() -> None:
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(
                f"http://127.0.0.1:{door.port}/chat", headers={"Host": "shop.localhost"}, protocols=["chat"]
            ) as end,
        ):
            assert end.protocol == "chat"
            await end.send_str("hello")
            assert (await end.receive()).data == "one: hello"

    asyncio.run(talk())


def test_one_app_cannot_take_more_than_its_share(door: DoorProcess, app: App) -> None:
    async def crowd() -> None:
        url = f"http://127.0.0.1:{door.port}"
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as client:
            readers = [
                await client.get(f"{url}/stream", headers={"Host": "shop.localhost"}) for _ in range(64)
            ]
            async with client.get(url, headers={"Host": "shop.localhost"}) as refused:
                assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
            async with client.get(url, headers={"Host": "other.localhost"}) as other:
                assert other.status == 404
            for reader in readers:
                reader.close()

    asyncio.run(crowd())
    eventually(lambda: app.open_streams == 0, within_s=2)
    assert door.get("shop.localhost")[0] == 200


def ask_later(door: DoorProcess, path: str = "/", method: str = "GET", slug: str = "late") -> "Future[int]":
    """Ask in a thread, and give the status when it has come."""
    return POOL.submit(lambda: door.get(f"{slug}.localhost", path, method)[0])


def test_a_request_that_reads_waits_for_an_app_that_comes_back(door: DoorProcess, tmp_path: Path) -> None:
    for state in ("crashed", "starting", "running"):
        door.route("late", tmp_path / "nobody.sock" if state == "running" else None, state)
        reads = [ask_later(door), ask_later(door, method="HEAD")]
        with pytest.raises(TimeoutError):
            reads[0].result(0.3)
        app = App(tmp_path / f"{state}.sock")
        door.route("late", app.path)
        assert [one.result(5) for one in reads] == [200, 200]
        app.stop()


def test_it_gives_up_when_its_patience_ends_and_later_ones_do_not_wait_again(door: DoorProcess) -> None:
    door.route("gone", None, "crashed")
    begun = time.monotonic()
    assert door.get("gone.localhost")[0] == 502
    first_s = time.monotonic() - begun
    assert door.get("gone.localhost")[0] == 502
    assert 0.9 < first_s < 3 and time.monotonic() - begun - first_s < 0.5


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_request_that_changes_something_is_sent_once_at_most(door: DoorProcess, method: str) -> None:
    door.route("late", None, "crashed")
    assert ask_later(door, method=method).result(0.8) == 502


def test_what_breaks_the_app_is_sent_twice_at_most_and_only_if_it_reads(door: DoorProcess, app: App) -> None:
    assert door.get("shop.localhost", "/break", "POST")[0] == 502
    assert app.broken == 1
    assert door.get("shop.localhost", "/break")[0] == 502
    assert app.broken == 3


def test_the_first_request_of_any_kind_wakes_a_sleeping_app_and_waits(
    door: DoorProcess, tmp_path: Path
) -> None:
    door.route("late", None, "sleeping")
    waiting = [ask_later(door), ask_later(door, method="POST")]
    eventually((door.data / "routes" / "wake" / "late").exists)
    door.route("late", None, "starting")
    waiting.append(ask_later(door, method="POST"))
    with pytest.raises(TimeoutError):
        waiting[2].result(0.2)
    app = App(tmp_path / "woken.sock")
    door.route("late", app.path)
    assert [one.result(5) for one in waiting] == [200, 200, 200]
    app.stop()


def test_requests_and_errors_are_counted_by_app(door: DoorProcess, app: App) -> None:
    door.route("counted", app.path)
    for path in ("/", "/", "/break"):
        door.get("counted.localhost", path, "POST")
    door.get("nobody.localhost")

    def counts() -> list[int]:
        report = json.loads((door.data / "routes" / "traffic.state").read_text())
        assert not any("nobody" in minute for minute in report["minutes"].values())
        found = [minute["counted"] for minute in report["minutes"].values() if "counted" in minute]
        return [sum(column) for column in zip(*found, strict=True)]

    eventually(lambda: counts() == [3, 1], within_s=5)
