"""Payment: a test till, plainly labelled as one. No money moves."""

import sqlite3

from flask import url_for


class Failed(Exception):
    """Money could not be moved."""

    may_have_happened = False


def start(database: sqlite3.Connection, order: sqlite3.Row) -> str:
    """Return where a buyer pays an order that was just placed."""
    return url_for("till.show", token=order["token"])


def give_back(order: sqlite3.Row, refund_id: int, cents: int) -> None:
    """Give money back: none came, so none goes."""
