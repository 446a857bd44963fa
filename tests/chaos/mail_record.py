"""A mail server outside of the product: it takes every mail and writes down which."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.stand_ins.mail_server import free_port


class Recorder:
    """Appends one line for each mail."""

    def __init__(self, record: Path) -> None:
        self.record = record

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = message_from_bytes(content)
        line = {
            "at": time.time(),
            "key": mail["Message-ID"],
            "to": envelope.rcpt_tos,
            "subject": mail["Subject"],
        }
        with self.record.open("a") as file:
            file.write(json.dumps(line) + "\n")
        return "250 taken"


@contextmanager
def recording_mail_server(record: Path) -> Iterator[int]:
    """Run it, and give its port."""
    port = free_port()
    controller = Controller(
        Recorder(record), hostname="127.0.0.1", port=port, enable_SMTPUTF8=True, ident="chaos"
    )
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
