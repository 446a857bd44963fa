"""The edge: how answers are cached, compressed, guarded and, where there is none, replaced."""

import gzip
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.edge.bundle import Bundle
from app.edge.csp import source_hash
from app.edge.layers import layers
from app.edge.origins import allowed_origins
from app.edge.plugin import unbake_address
from models.settings import Settings
from tests.product import ROOT

HTML = {"accept": "text/html"}


async def numbers(_: Request) -> Response:
    return JSONResponse({"numbers": list(range(2000))})


async def stream(_: Request) -> Response:
    async def lines() -> AsyncIterator[str]:
        for number in range(400):
            yield f"id: {number}\ndata: a line that would compress well\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream")


async def broken(_: Request) -> Response:
    raise RuntimeError("planted")


async def change(_: Request) -> Response:
    return JSONResponse({"changed": True})


@pytest.fixture
def config(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", public_url="http://127.0.0.1:3000")


@pytest.fixture
def client(small_bundle: Bundle, config: Settings) -> TestClient:
    routes = [
        Route("/api/v1/numbers", numbers),
        Route("/api/v1/stream", stream),
        Route("/api/v1/broken", broken),
        Route("/broken", broken),
        Route("/change", change, methods=["POST", "DELETE"]),
    ]
    application = layers(Starlette(routes=routes), small_bundle, config)
    return TestClient(application, base_url="http://127.0.0.1:3000", follow_redirects=False)


def test_hashed_files_are_kept_for_ever(client: TestClient) -> None:
    answer = client.get("/assets/entry-abc.js", headers={"accept-encoding": "identity"})
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


def test_pages_are_asked_for_again_and_cost_nothing_when_unchanged(client: TestClient) -> None:
    first = client.get("/templates")
    assert first.headers["cache-control"] == "no-cache"
    again = client.get("/templates", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_what_the_build_compressed_is_sent_as_it_lies_there(client: TestClient, built: Path) -> None:
    answer = client.get("/assets/entry-abc.js", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "accept-encoding"
    with client.stream("GET", "/assets/entry-abc.js", headers={"accept-encoding": "gzip, br"}) as smaller:
        assert smaller.headers["content-encoding"] == "br"
        assert b"".join(smaller.iter_raw()) == b"stands in for brotli"


@pytest.mark.parametrize("accept", ["identity", "", "br;q=0", "zstd"])
def test_a_browser_that_takes_no_compression_gets_none(client: TestClient, accept: str) -> None:
    answer = client.get("/assets/entry-abc.js", headers={"accept-encoding": accept})
    assert "content-encoding" not in answer.headers
    assert answer.text.startswith("export const answer")


def test_answers_of_the_api_are_compressed(client: TestClient) -> None:
    with client.stream("GET", "/api/v1/numbers", headers={"accept-encoding": "gzip"}) as answer:
        assert answer.headers["content-encoding"] == "gzip"
        assert gzip.decompress(b"".join(answer.iter_raw())).startswith(b'{"numbers":')


def test_a_stream_of_events_is_never_compressed(client: TestClient) -> None:
    answer = client.get("/api/v1/stream", headers={"accept-encoding": "gzip, br"})
    assert "content-encoding" not in answer.headers
    assert answer.text.count("id: ") == 400


def test_a_page_carries_its_style_sheet_and_allows_exactly_that(client: TestClient) -> None:
    answer = client.get("/", headers=HTML)
    assert "<style>body{margin:0}</style>" in answer.text
    # The link of the build stays behind it for React, and holds nothing up.
    assert '<link media="print" href="/assets/styles-abc.css" rel="stylesheet"' in answer.text
    assert 'rel="preload"' not in answer.text
    assert source_hash(b"body{margin:0}") in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/templates", "/templates/"])
def test_a_slash_at_the_end_leads_to_the_same_page_without_a_redirect(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<main>Templates</main>" in answer.text
    assert '<link rel="canonical" href="http://127.0.0.1:3000/templates"/>' in answer.text


def test_pages_carry_whole_addresses_for_link_previews(client: TestClient) -> None:
    answer = client.get("/")
    assert '<meta content="http://127.0.0.1:3000/og.png" property="og:image"/>' in answer.text
    assert '<meta property="og:title" content="Front"/>' in answer.text
    assert '<meta property="og:description" content="What it is"/>' in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "//etc/passwd",
        "/index.html.gz",
    ],
)
def test_only_what_was_built_is_served(client: TestClient, path: str) -> None:
    assert client.get(path, headers=HTML).status_code == 404


@pytest.mark.parametrize("path", ["/nothing", "/__spa-fallback", "/404", "/templates/x/y"])
def test_an_unknown_address_is_a_page_with_status_404(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=HTML)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<title>Page not found" in answer.text
    assert "<noscript>" in answer.text


def test_a_program_gets_problem_details_instead(client: TestClient) -> None:
    answer = client.get("/api/v1/nothing")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_an_error_is_a_page_that_names_the_request_and_nothing_of_the_error(client: TestClient) -> None:
    answer = client.get("/broken", headers=HTML)
    assert answer.status_code == 500
    assert answer.headers["x-request-id"] in answer.text
    assert "planted" not in answer.text
    assert "<script" not in answer.text


def test_an_error_of_the_api_is_problem_details(client: TestClient) -> None:
    answer = client.get("/api/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")


@pytest.mark.parametrize("path", ["/", "/assets/entry-abc.js", "/api/v1/numbers", "/nothing", "/broken"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers


def test_over_tls_browsers_are_told_to_stay_there(small_bundle: Bundle, tmp_path: Path) -> None:
    config = Settings(data=tmp_path, public_url="https://ideas.example.com")
    headers = TestClient(layers(Starlette(), small_bundle, config)).get("/").headers
    assert headers["strict-transport-security"].startswith("max-age=63072000")


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:3001"},
        {"origin": "http://app.localhost:3001"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_another_site_may_change_nothing(client: TestClient, headers: dict[str, str]) -> None:
    answer = client.post("/change", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    assert client.delete("/change", headers=headers).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://127.0.0.1:3000"},
        {"origin": "http://localhost:3000"},
        {"sec-fetch-site": "same-origin"},
        {},
        {"origin": "http://evil.example", "authorization": "Bearer ism_x"},
    ],
)
def test_our_own_pages_and_programs_may(client: TestClient, headers: dict[str, str]) -> None:
    assert client.post("/change", headers=headers).status_code == 200


def test_both_names_of_this_machine_are_ours(config: Settings) -> None:
    assert allowed_origins(config) == ["http://127.0.0.1:3000", "http://localhost:3000"]
    public = config.model_copy(update={"public_url": "https://ideas.example.com"})
    assert allowed_origins(public) == ["https://ideas.example.com"]


def test_an_id_of_a_proxy_is_kept_and_a_strange_one_is_not(client: TestClient) -> None:
    assert client.get("/", headers={"x-request-id": "abc-123.DEF"}).headers["x-request-id"] == "abc-123.DEF"
    assert (
        client.get("/", headers={"x-request-id": "a b\tc<script>"}).headers["x-request-id"].startswith("req_")
    )


def test_the_build_machines_address_is_taken_out_of_the_bundle(tmp_path: Path) -> None:
    chunk = tmp_path / "reflex-env-x.js"
    chunk.write_text(
        'var e={PING:`http://localhost:8000/ping`,EVENT:"ws://localhost:8000/_event",T:`websocket`};'
    )
    unbake_address(tmp_path)
    assert chunk.read_text() == (
        "var e={PING:(location.origin+'/ping'),EVENT:(location.origin+'/_event'),T:`websocket`};"
    )
    with pytest.raises(RuntimeError, match="No chunk"):
        unbake_address(tmp_path)


def test_a_persons_browser_gets_the_sentence_of_an_error_as_a_page(client: TestClient) -> None:
    answer = client.post("/change", headers={**HTML, "origin": "http://evil.example"})
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "Another site sent this request." in answer.text


def test_the_socket_server_comes_without_its_clients_and_hides_nothing_from_others() -> None:
    program = """
import sys
from app.web import OF_ITS_CLIENTS, import_socket_server
import_socket_server()
assert "socketio" in sys.modules
assert not set(OF_ITS_CLIENTS) & set(sys.modules), "imported, or left hidden"
import aiohttp
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
