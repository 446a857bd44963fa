"""Delivers webhooks in a thread of its own, so that no caller waits for a receiver."""

import logging
import sqlite3
import threading
import time

from flask import Flask

from api import hooks, targets
from api.database import connect

LOOK_AGAIN_S = 2

log = logging.getLogger("api")


def deliver_due(database: sqlite3.Connection) -> int:
    """Send what is due and return how many deliveries were received.

    A receiver that fails has to wait for the next round, so that it does not keep the others waiting.
    """
    received = 0
    for hook in hooks.waiting(database):
        while (delivery := hooks.next_due(database, hook)) and deliver(database, delivery):
            received += 1
    return received


def deliver(database: sqlite3.Connection, delivery: sqlite3.Row) -> bool:
    """Send one delivery. Only an answer from 200 to 299 says that it was received."""
    timestamp = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "Webhook-Id": delivery["event_id"],
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": hooks.signature(
            delivery["secret"], delivery["event_id"], timestamp, delivery["body"]
        ),
    }
    try:
        status = targets.post(delivery["url"], delivery["body"], headers)
    except OSError as error:
        hooks.note_failed(database, delivery, str(error) or type(error).__name__)
        return False
    if 200 <= status < 300:
        hooks.note_taken(database, delivery["id"], str(status))
        return True
    hooks.note_failed(database, delivery, str(status))
    return False


class Messenger(threading.Thread):
    """Looks for deliveries that are due, every few seconds."""

    def __init__(self, app: Flask) -> None:
        super().__init__(name="messenger", daemon=True)
        self._path = app.config["DATABASE"]
        self._finished = threading.Event()

    def run(self) -> None:
        """Deliver until asked to finish."""
        while not self._finished.is_set():
            database = connect(self._path)
            try:
                deliver_due(database)
            except Exception:  # nobody would notice that this thread has ended
                log.exception("The deliveries could not be sent; it is tried again.")
            finally:
                database.close()
            self._finished.wait(LOOK_AGAIN_S)

    def finish(self) -> None:
        """Finish the delivery at hand and end."""
        self._finished.set()
        self.join(timeout=5)


def start(app: Flask) -> Messenger:
    """Start delivering."""
    messenger = Messenger(app)
    messenger.start()
    return messenger
