"""Mails on their way to a real mail server: taken, refused, delayed, doubled and lost."""

import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import trustme
from rq import Queue
from rq.serializers import JSONSerializer
from sqlmodel import select

from models.clock import clock, now
from models.db import transaction
from models.journal import OutboxRow
from models.messages import Message
from models.settings import Settings, reset_settings
from services.crashpoints import AFTER_EFFECT, VARIABLE
from services.messages import Action, queue_mail, sending
from services.queue import redis
from tests.stand_ins.mail_server import PASSWORD, USER, MailServer, free_port, mail_server
from workers.clock import purge
from workers.jobs import send_message

Use = Callable[..., None]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def use(clean: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """Set a mail server: `use(server, security="none")`."""

    def set_server(port: int, security: str = "none", **more: str) -> None:
        values = {"host": "localhost", "port": str(port), "security": security, "timeout_s": "5", **more}
        for name, value in values.items():
            monkeypatch.setenv(f"IDEASMITH_SMTP_{name.upper()}", value)
        monkeypatch.setenv("IDEASMITH_MAIL_FROM", "Ideasmith <mail@ideasmith.example>")
        reset_settings()

    yield set_server
    monkeypatch.undo()
    reset_settings()


def write(to: str = "ada@example.com", subject: str = "Hello", **more: object) -> str:
    with transaction() as session:
        return queue_mail(session, to=to, subject=subject, paragraphs=["Text."], **more).id  # type: ignore[arg-type]


def stored(message_id: str) -> Message:
    with transaction() as session:
        return session.get_one(Message, message_id)


def send_later(message_id: str, minutes: float) -> bool:
    """Try to send as if some minutes had passed."""
    with at(now() + timedelta(minutes=minutes)):
        return send_message(message_id)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Turn the clock."""
    token = clock.set(lambda: moment)
    try:
        yield
    finally:
        clock.reset(token)


def certificates(host: str = "localhost") -> tuple[trustme.CA, ssl.SSLContext]:
    """Return an authority and what a server needs to speak TLS under it."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return authority, context


def trust(authority: trustme.CA, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process trust an authority, as a machine's administrator would."""
    path = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


def test_the_ring_comes_after_the_commit_and_the_mail_arrives_once(use: Use) -> None:
    with mail_server() as server:
        use(server.port)
        message_id = write()
        jobs = Queue("short", connection=redis(), serializer=JSONSerializer).jobs
        assert [job.kwargs for job in jobs] == [{"message_id": message_id}]
        assert send_message(message_id)
        assert not send_message(message_id)
        assert server.recipients == ["ada@example.com"]
    assert stored(message_id).state == "sent" and stored(message_id).sent_at


def test_a_mail_carries_both_forms_and_an_id_of_its_row(use: Use) -> None:
    with mail_server() as server:
        use(server.port)
        message_id = write()
        send_message(message_id)
        mail = server.mails[0]
    assert mail["Message-ID"] == f"<{message_id}@ideasmith.example>"
    assert mail["From"] == "Ideasmith <mail@ideasmith.example>" and mail["Auto-Submitted"] == "auto-generated"
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and plain.get_content().startswith("Text.")
    assert html is not None and "<p>Text.</p>" in html.get_content()


def test_other_scripts_arrive_in_subject_name_and_address(use: Use) -> None:
    with mail_server() as server:
        use(server.port)
        first = write(subject="Grüße — 你好", to_name="Zoë Ångström, Jr.")
        second = write(to="zoë@example.com")
        send_message(first)
        send_message(second)
        assert server.mails[0]["Subject"] == "Grüße — 你好"
        assert server.mails[0]["To"].addresses[0].display_name == "Zoë Ångström, Jr."
        assert server.recipients == ["ada@example.com", "zoë@example.com"]


def test_one_click_ends_mails_by_an_address_that_stands_whole_in_the_head(use: Use) -> None:
    address = f"https://ideasmith.example/unsubscribe?token={'a1' * 40}"
    with mail_server() as server:
        use(server.port)
        send_message(write(unsubscribe=address, subject="Grüße, " * 12))
        send_message(write())
        first, second = server.mails
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in server.raw[0]
    assert second["List-Unsubscribe"] is None


def test_a_refused_recipient_fails_at_once_with_the_servers_words(use: Use) -> None:
    with mail_server(["550 no such person"]) as server:
        use(server.port)
        message_id = write()
        assert send_message(message_id)
        assert not send_later(message_id, 10_000)
    row = stored(message_id)
    assert (row.state, row.error, row.attempts) == ("failed", "550 no such person", 1)


def test_greylisting_is_waited_out(use: Use) -> None:
    with mail_server(["451 come back later"]) as server:
        use(server.port)
        message_id = write()
        assert send_message(message_id)
        assert stored(message_id).state == "queued" and stored(message_id).error == "451 come back later"
        assert not send_message(message_id)
        assert send_later(message_id, 1.1)
        assert len(server.mails) == 1
    assert (stored(message_id).state, stored(message_id).error) == ("sent", "")


def test_an_absent_mail_server_is_given_up_after_the_last_try(use: Use) -> None:
    use(free_port())
    message_id = write()
    minutes = 0.0
    for _ in range(sending.MOST_ATTEMPTS):
        assert send_later(message_id, minutes)
        minutes += 241
    row = stored(message_id)
    assert row.state == "failed" and row.error.startswith("Given up after 6 tries.")
    assert not send_later(message_id, minutes)


def test_two_workers_with_the_same_ring_send_one_mail(use: Use) -> None:
    with mail_server() as server:
        use(server.port)
        message_id = write()
        with ThreadPoolExecutor(4) as pool:
            assert sorted(pool.map(send_message, [message_id] * 4)) == [False, False, False, True]
        assert len(server.mails) == 1


def test_a_server_without_tls_is_not_spoken_to_in_the_clear(use: Use) -> None:
    with mail_server() as server:
        use(server.port, "starttls")
        message_id = write()
        send_message(message_id)
        assert server.tries == 0
    assert "offers no TLS" in stored(message_id).error and stored(message_id).state == "queued"


@pytest.mark.parametrize("host", ["localhost", "elsewhere.example"])
def test_a_certificate_that_proves_nothing_is_refused(
    use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    authority, context = certificates(host)
    if host != "localhost":
        trust(authority, tmp_path, monkeypatch)  # trusted, and for another host
    with mail_server(tls=context) as server:
        use(server.port, "starttls")
        message_id = write()
        send_message(message_id)
        assert server.tries == 0
    assert "CERTIFICATE_VERIFY_FAILED" in stored(message_id).error


def test_a_trusted_server_is_signed_in_to_over_tls(
    use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = certificates()
    trust(authority, tmp_path, monkeypatch)
    with mail_server(tls=context, sign_in=True) as server:
        use(server.port, "starttls", user=USER, password=PASSWORD)
        send_message(write())
        assert len(server.mails) == 1


def test_a_wrong_mail_password_is_waited_for_and_not_written_down(
    use: Use, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority, context = certificates()
    trust(authority, tmp_path, monkeypatch)
    with mail_server(tls=context, sign_in=True) as server:
        use(server.port, "starttls", user=USER, password="a wrong password")
        message_id = write()
        send_message(message_id)
        assert server.mails == []
    row = stored(message_id)
    assert row.state == "queued" and "535" in row.error and "a wrong password" not in row.error


def test_the_secret_of_a_link_is_forgotten_once_the_mail_has_gone(use: Use) -> None:
    with mail_server() as server:
        use(server.port)
        message_id = write(action=Action("Open", "http://here/?token=abc123", secret="abc123"))
        assert "abc123" in stored(message_id).text
        send_message(message_id)
        assert "abc123" in server.mails[0].as_string()
    row = stored(message_id)
    assert "abc123" not in row.model_dump_json() and sending.REMOVED in row.text


def test_a_worker_killed_after_the_servers_yes_sends_once_more_under_the_same_id(use: Use) -> None:
    with mail_server() as server:
        use(server.port)
        message_id = write()
        code = f"from workers.jobs import send_message; send_message({message_id!r})"
        environment = {**os.environ, "PYTHONPATH": str(ROOT), VARIABLE: AFTER_EFFECT}
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, check=False)
        assert done.returncode == -9 and not send_message(message_id)
        assert send_later(message_id, 16)
        assert stored(message_id).state == "sent"
        assert ids_of(server) == [f"<{message_id}@ideasmith.example>"] * 2


def ids_of(server: MailServer) -> list[str]:
    return [str(mail["Message-ID"]) for mail in server.mails]


def test_a_lost_ring_is_made_up_for_and_one_is_enough(use: Use) -> None:
    use(free_port())
    message_id = write()
    redis().flushall()
    with transaction() as session:
        assert sending.ring_due(session) == 0  # the ring of the commit may still lie in the queue
    with at(now() + timedelta(minutes=2)):
        for expected in (1, 0):
            with transaction() as session:
                assert sending.ring_due(session) == expected
    jobs = Queue("short", connection=redis(), serializer=JSONSerializer).jobs
    assert [job.kwargs["message_id"] for job in jobs] == [message_id]


def test_old_messages_go_and_those_that_wait_stay(use: Use) -> None:
    kept = write()
    use(free_port())
    waiting = write()
    with transaction() as session:
        for row in session.scalars(select(Message)):
            row.created_at -= timedelta(days=31)
        session.execute(OutboxRow.__table__.delete())  # type: ignore[attr-defined]
    with transaction() as session:
        assert purge(session) == 1
        assert session.get(Message, kept) is None and session.get(Message, waiting) is not None
