"""A mail server on this machine, which keeps what it is given and can be told to refuse."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "ideasmith", "a mail password"


class MailServer:
    """What a test says the server shall answer, and what has come in."""

    def __init__(self, answers: list[str], port: int) -> None:
        self.answers, self.port = answers, port
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.tries = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to a recipient with the next of the answers; when they are used up, take it."""
        self.tries += 1
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.raw.append(content)
        self.mails.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]
        self.recipients += envelope.rcpt_tos
        return "250 taken"


def free_port() -> int:
    """Return a port that is free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def authenticator(*given: Any) -> AuthResult:
    """Let in whoever knows the name and the password."""
    login = given[-1]
    known = isinstance(login, LoginPassword) and login == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def mail_server(
    answers: list[str] | None = None, *, tls: ssl.SSLContext | None = None, sign_in: bool = False
) -> Iterator[MailServer]:
    """Run a mail server. With `tls` it takes no mail before STARTTLS; `sign_in` asks for the password."""
    server = MailServer(list(answers or []), free_port())
    options: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None}
    if sign_in:
        options |= {
            "authenticator": authenticator,
            "auth_required": True,
            "auth_require_tls": tls is not None,
        }
    controller = Controller(
        server, hostname="127.0.0.1", port=server.port, enable_SMTPUTF8=True, ident="test", **options
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
