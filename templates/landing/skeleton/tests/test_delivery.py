"""Sending by SMTP, against a small server of the test's own."""

import socketserver
import threading

import pytest

from waitlist import delivery


class Session(socketserver.StreamRequestHandler):
    """Says yes to everything, except to mails for addresses with "refused"."""

    def handle(self):
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word == b"RCPT" and b"refused" in line:
                self.wfile.write(b"550 no such person\r\n")
            elif word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                mail = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    mail += part
                self.server.mails.append(mail.decode())
                self.wfile.write(b"250 taken\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 fine\r\n")


@pytest.fixture
def server(monkeypatch):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as listener:
        listener.mails = []
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        monkeypatch.setenv("SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("SMTP_PORT", str(listener.server_address[1]))
        monkeypatch.setenv("SMTP_SECURITY", "none")
        yield listener
        listener.shutdown()


def test_a_mail_is_sent_once_with_a_way_to_unsubscribe(app, server, visitor, database):
    visitor.join("ada@example.org")
    assert delivery.send_due(database, app.extensions["site"]) == 1
    assert delivery.send_due(database, app.extensions["site"]) == 0
    assert "List-Unsubscribe: <http://site.test/leave/" in server.mails[0]
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in server.mails[0]
    assert "To: ada@example.org" in server.mails[0]


def test_a_refused_mail_waits_and_does_not_stop_the_others(app, server, visitor, database, owner):
    for email in ("refused@example.org", "ada@example.org"):
        visitor.join(email)
    assert delivery.send_due(database, app.extensions["site"]) == 1
    row = database.execute("SELECT * FROM outbox WHERE recipient = 'refused@example.org'").fetchone()
    assert row["tries"] == 1 and "no such person" in row["error"] and row["next_try_at"] > row["created_at"]
    assert "no such person" in owner.get("/admin/outbox").text


def test_without_a_server_mails_wait_with_the_reason(app, monkeypatch, visitor, database):
    monkeypatch.delenv("SMTP_HOST", raising=False)
    visitor.join("ada@example.org")
    assert delivery.send_due(database, app.extensions["site"]) == 0
    assert database.execute("SELECT error FROM outbox").fetchone()["error"] == "SMTP_HOST is not set."


def test_the_courier_sends_as_soon_as_a_mail_is_written(app, server, visitor, database):
    courier = delivery.start(app)
    visitor.join("ada@example.org")
    for _ in range(200):
        if server.mails:
            break
        threading.Event().wait(0.01)
    courier.finish()
    assert len(server.mails) == 1 and not courier.is_alive()
