"""Following an execution over a line that breaks."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from app.cli import stream
from app.cli.client import Client
from app.cli.output import Failed
from app.cli.stream import follow, parse


class Line(BaseHTTPRequestHandler):
    """A server that cuts the line after each part; what it is asked for is kept."""

    parts: ClassVar[list[tuple[int, str]]] = []
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.headers.get("Last-Event-ID", ""))
        status, body = self.parts.pop(0) if self.parts else (503, "")
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("IDEASMITH_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(stream, "PAUSE_S", 0.01)
    Line.parts, Line.asked = [], []
    yield Client()
    server.shutdown()
    server.server_close()


def framed(seq: int, event: str = "message", place: str = "") -> str:
    data = json.dumps({"seq": seq} if event != "message" else {"seq": seq, "kind": "log.line", "text": "é"})
    return f"id: {place or seq}\nevent: {event}\ndata: {data}\n\n"


def test_it_goes_on_where_the_line_broke(client: Client) -> None:
    Line.parts = [
        (200, framed(1) + framed(2, place="2-3") + "id: 3\nda"),
        (502, ""),
        (200, framed(3) + framed(3, "end")),
    ]
    assert [event["seq"] for event in follow(client, "exec_1")] == [1, 2, 3]
    assert Line.asked == ["", "2-3", "2-3"]


def test_a_new_owner_takes_back_what_was_not_stored(client: Client) -> None:
    Line.parts = [(200, framed(1) + framed(2) + framed(1, "rewind") + framed(2) + framed(2, "end"))]
    assert [(event["kind"], event["seq"]) for event in follow(client, "exec_1")] == [
        ("log.line", 1),
        ("log.line", 2),
        ("stream.rewind", 1),
        ("log.line", 2),
    ]


def test_the_state_of_an_open_line_is_no_event_and_no_place(client: Client) -> None:
    state = 'event: partial\ndata: {"seq":1,"kind":"stream.partial","text":"50 %"}\n\n'
    Line.parts = [(200, framed(1) + state), (200, framed(2) + framed(2, "end"))]
    assert [event["seq"] for event in follow(client, "exec_1")] == [1, 2]
    assert Line.asked == ["", "1"]


def test_a_refusal_is_told_at_once(client: Client) -> None:
    Line.parts = [
        (404, '{"status": 404, "code": "not_found", "detail": "There is no execution with that id."}')
    ]
    with pytest.raises(Failed, match="There is no execution") as caught:
        list(follow(client, "exec_1"))
    assert caught.value.exit_code == 2


def test_a_server_that_stays_away_is_given_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "PATIENCE_S", 0.05)
    with pytest.raises(Failed, match="does not answer any more") as caught:
        list(follow(client, "exec_1"))
    assert caught.value.exit_code == 4


def test_comments_and_long_data_are_read_as_the_standard_says() -> None:
    lines = iter(
        [": beat", "retry: 1000", "", "data: {", 'data: "a": 1}', "id: 7", "", "event: end", "data: {}", ""]
    )
    assert list(parse(lines)) == [("message", {"a": 1}, "7"), ("end", {}, "7")]
