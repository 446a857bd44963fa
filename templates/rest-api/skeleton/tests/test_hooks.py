"""Webhooks: written with the change, signed, repeated, never into the own network."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from api import hooks, messenger, targets
from api.database import now, stamp


class Receiver:
    """A server that takes deliveries, and answers as it is told."""

    def __init__(self):
        self.status = 204
        self.taken = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                receiver.taken.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", receiver.url)
                self.end_headers()

            def log_message(self, *words):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks?from=here"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(scope="module")
def started():
    """One server for all tests: ending it takes longer than most of them."""
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def receiver(started, monkeypatch):
    monkeypatch.setenv("WEBHOOKS_ALLOW_PRIVATE", "1")
    started.status = 204
    started.taken.clear()
    return started


def states(database):
    return [
        (row["tries"], bool(row["sent_at"]), row["answer"])
        for row in database.execute("SELECT * FROM deliveries")
    ]


def test_every_change_is_delivered_in_order_and_signed(api, database, receiver):
    made = hooks.add(database, receiver.url, ["authors"])
    author = api.make("authors", name="Ada")
    api.patch(f"/v1/authors/{author}", {"born": 1815})
    api.delete(f"/v1/authors/{author}")
    api.make("books", title="nobody listens")
    assert messenger.deliver_due(database) == 3
    assert messenger.deliver_due(database) == 0
    told = [json.loads(body) for _, body in receiver.taken]
    assert [each["type"] for each in told] == ["authors.created", "authors.updated", "authors.deleted"]
    assert told[1]["data"]["born"] == 1815
    for headers, body in receiver.taken:
        content = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.{body}".encode()
        digest = hmac.new(base64.b64decode(made.removeprefix("whsec_")), content, hashlib.sha256).digest()
        assert headers["Webhook-Signature"] == "v1," + base64.b64encode(digest).decode()
        assert json.loads(body)["id"] == headers["Webhook-Id"]


def test_what_did_not_happen_is_not_told(api, database, receiver):
    hooks.add(database, receiver.url, ["authors"])
    api.post("/v1/authors", {"name": ""})
    api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k")
    api.post("/v1/authors", {"name": "Ada"}, Idempotency_Key="k")
    assert messenger.deliver_due(database) == 1


def test_a_failed_delivery_is_repeated_with_longer_pauses_and_given_up(api, database, receiver):
    hooks.add(database, receiver.url, ["authors"])
    api.make("authors", name="Ada")
    receiver.status = 500
    for tries in range(1, len(hooks.PAUSES_MIN) + 2):
        assert messenger.deliver_due(database) == 0
        assert states(database) == [(tries, False, "500")]
        waits = database.execute("SELECT next_try_at FROM deliveries").fetchone()["next_try_at"]
        assert (waits is None) == (tries > len(hooks.PAUSES_MIN))
        database.execute(
            "UPDATE deliveries SET next_try_at = ? WHERE next_try_at IS NOT NULL", (stamp(now()),)
        )
    assert len({headers["Webhook-Id"] for headers, _ in receiver.taken}) == 1
    receiver.status = 200
    hooks.send_again(database, database.execute("SELECT id FROM deliveries").fetchone()["id"])
    assert messenger.deliver_due(database) == 1


def test_a_redirection_is_not_followed(api, database, receiver):
    hooks.add(database, receiver.url, ["authors"])
    api.make("authors", name="Ada")
    receiver.status = 307
    assert messenger.deliver_due(database) == 0 and len(receiver.taken) == 1


def test_one_receiver_that_fails_does_not_keep_others_waiting(api, database, receiver):
    hooks.add(database, "http://127.0.0.1:9/closed", ["authors"])
    hooks.add(database, receiver.url, ["authors"])
    for number in range(3):
        api.make("authors", name=f"{number}")
    assert messenger.deliver_due(database) == 3
    assert [tries for tries, sent, _ in states(database) if not sent] == [1, 0, 0]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "[::1]", "10.0.0.8", "192.168.1.1", "169.254.169.254", "172.16.0.1", "0.0.0.1",
        "[::ffff:127.0.0.1]", "100.64.0.1", "224.0.0.1", "2130706433", "127.1", "db.LocalHost.",
    ],
)  # fmt: skip
def test_no_delivery_goes_into_the_own_network(database, api, owner, monkeypatch, host):
    monkeypatch.delenv("WEBHOOKS_ALLOW_PRIVATE", raising=False)
    url = f"https://{host}/hooks"
    assert owner.post("/admin/webhooks", {"url": url, "resource": "authors"}).status_code == 422
    hooks.add(database, url, ["authors"])
    api.make("authors", name="Ada")
    assert messenger.deliver_due(database) == 0
    assert "private network" in states(database)[0][2]


@pytest.mark.parametrize("found", [["10.0.0.8"], ["93.184.215.14", "127.0.0.1"]])
def test_a_name_that_leads_into_the_own_network_is_refused(database, api, owner, monkeypatch, found):
    monkeypatch.delenv("WEBHOOKS_ALLOW_PRIVATE", raising=False)
    answers = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in found]
    hooks.add(database, "https://inside.example/hooks", ["authors"])
    api.make("authors", name="Ada")
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    assert messenger.deliver_due(database) == 0
    assert "private network" in states(database)[0][2]


def test_a_name_that_leads_nowhere_waits_with_the_reason(database, api, monkeypatch):
    monkeypatch.delenv("WEBHOOKS_ALLOW_PRIVATE", raising=False)

    def nobody_knows(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "nobody knows this name")

    for url in ("https://nowhere.example/", f"https://{'x' * 70}.example/", "https://a..example/"):
        hooks.add(database, url, ["authors"])
    api.make("authors", name="Ada")
    looked_up = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *more, **named: (nobody_knows if host == "nowhere.example" else looked_up)(
            host, *more, **named
        ),
    )
    assert messenger.deliver_due(database) == 0
    assert [(tries, sent) for tries, sent, _ in states(database)] == [(1, False)] * 3
    said = [reason for _, _, reason in states(database)]
    assert "nobody knows this name" in said[0] and "no name of a machine" in said[1]


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com",
        "ftp://example.com",
        "https://",
        "https://me@example.com",
        "x",
        "https://a:99999/",
    ],
)
def test_an_address_that_is_none_is_refused_when_it_is_typed(owner, monkeypatch, address):
    monkeypatch.delenv("WEBHOOKS_ALLOW_PRIVATE", raising=False)
    answer = owner.post("/admin/webhooks", {"url": address, "resource": "authors"})
    assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_public_addresses_are_told_from_others():
    assert targets.is_public("93.184.215.14") and targets.is_public("2606:2800:21f::1")


def test_the_owner_adds_and_removes_a_receiver_and_sees_what_was_sent(owner, api, database, receiver):
    assert (
        owner.post("/admin/webhooks", {"url": receiver.url, "resource": "authors"}).location
        == "/admin/webhooks"
    )
    api.make("authors", name="Ada")
    messenger.deliver_due(database)
    page = owner.get("/admin/webhooks").text
    assert "authors.created" in page and "whsec_" in page and "204" in page
    number = database.execute("SELECT id FROM hooks").fetchone()["id"]
    owner.post(f"/admin/webhooks/{number}/delete")
    assert database.execute("SELECT COUNT(*) FROM deliveries").fetchone()[0] == 0


def test_old_deliveries_are_forgotten(api, database, receiver):
    hooks.add(database, receiver.url, ["authors"])
    api.make("authors", name="Ada")
    database.execute("UPDATE deliveries SET created_at = ?", (stamp(now() - timedelta(days=31)),))
    api.make("authors", name="Eve")
    assert len(states(database)) == 1
