"""Sends what is in the outbox by SMTP, in a thread of its own, so that no visitor waits for a mail server.

SMTP_HOST, SMTP_PORT (587), SMTP_USERNAME, SMTP_PASSWORD and SMTP_SECURITY (starttls, tls or none) say how.
"""

import logging
import os
import smtplib
import sqlite3
import ssl
import threading
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage

from flask import Flask

from waitlist.database import connect, now, stamp
from waitlist.site import Site

# Minutes to wait after each failure; a mail that failed once more is left in the outbox with its reason.
PAUSES_MIN = (1, 5, 15, 60, 240, 720)
LOOK_AGAIN_S = 20
TIMEOUT_S = 15

log = logging.getLogger("waitlist")


def compose(mail: sqlite3.Row, site: Site) -> EmailMessage:
    """Return a mail ready to send, with the one-click unsubscribe that mail programs look for (RFC 8058)."""
    message = EmailMessage()
    message["From"] = Address(site.name, addr_spec=site.sender_email)
    message["To"] = mail["recipient"]
    message["Subject"] = mail["subject"]
    message["List-Unsubscribe"] = f"<{mail['leave_link']}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail["body"])
    return message


def open_server() -> smtplib.SMTP:
    """Connect to the mail server that the environment names."""
    host = os.environ.get("SMTP_HOST", "")
    if not host:
        raise OSError("SMTP_HOST is not set.")
    security = os.environ.get("SMTP_SECURITY", "starttls")
    port = int(os.environ.get("SMTP_PORT", "587"))
    if security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, timeout=TIMEOUT_S, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        if security == "starttls":
            server.starttls(context=ssl.create_default_context())
    if username := os.environ.get("SMTP_USERNAME"):
        server.login(username, os.environ.get("SMTP_PASSWORD", ""))
    return server


def send_due(database: sqlite3.Connection, site: Site) -> int:
    """Send every mail whose time has come and return how many were taken by the server."""
    due = database.execute(
        "SELECT * FROM outbox WHERE sent_at IS NULL AND tries <= ? AND (next_try_at IS NULL OR next_try_at <= ?)"
        " ORDER BY id LIMIT 50",
        (len(PAUSES_MIN), stamp(now())),
    ).fetchall()
    if not due:
        return 0
    try:
        with open_server() as server:
            return sum(send_one(database, server, mail, site) for mail in due)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("The mail server cannot be used: %s", error)
        for mail in due:
            put_off(database, mail, error)
        return 0


def send_one(database: sqlite3.Connection, server: smtplib.SMTP, mail: sqlite3.Row, site: Site) -> bool:
    """Send one mail, or note why it could not be sent."""
    try:
        server.send_message(compose(mail, site))
    except smtplib.SMTPServerDisconnected:
        raise
    except (smtplib.SMTPException, ValueError) as error:
        put_off(database, mail, error)
        return False
    database.execute("UPDATE outbox SET sent_at = ?, error = NULL WHERE id = ?", (stamp(now()), mail["id"]))
    return True


def put_off(database: sqlite3.Connection, mail: sqlite3.Row, error: Exception) -> None:
    """Note a failure, unless the mail went out meanwhile, and when to try again."""
    pause = PAUSES_MIN[min(mail["tries"], len(PAUSES_MIN) - 1)]
    database.execute(
        "UPDATE outbox SET tries = tries + 1, error = ?, next_try_at = ? WHERE id = ? AND sent_at IS NULL",
        (str(error)[:300], stamp(now() + timedelta(minutes=pause)), mail["id"]),
    )


class Courier(threading.Thread):
    """Looks into the outbox when a mail was written, and now and then."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="courier", daemon=True)
        self._app = app
        self._new_mail: threading.Event = app.extensions["new_mail"]
        self._finished = False

    def run(self) -> None:
        """Send until asked to finish."""
        while not self._finished:
            self._new_mail.clear()
            database = connect(self._app.config["DATABASE"])
            try:
                send_due(database, self._app.extensions["site"])
            except sqlite3.Error:
                log.exception("The outbox could not be read; it is tried again.")
            finally:
                database.close()
            self._new_mail.wait(LOOK_AGAIN_S)

    def finish(self) -> None:
        """Finish the mail at hand and end."""
        self._finished = True
        self._new_mail.set()
        self.join(timeout=5)


def start(app: Flask) -> Courier:
    """Start sending."""
    courier = Courier(app)
    courier.start()
    return courier
