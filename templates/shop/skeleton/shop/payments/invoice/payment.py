"""Payment by bank transfer: the order says where to, and the owner notes when the money has come."""

import sqlite3

from flask import url_for


class Failed(Exception):
    """Money could not be moved."""

    may_have_happened = False


def start(database: sqlite3.Connection, order: sqlite3.Row) -> str:
    """Return where a buyer finds the bank details of an order that was just placed."""
    return url_for("checkout.status", token=order["token"])


def give_back(order: sqlite3.Row, refund_id: int, cents: int) -> None:
    """Give money back: the owner does, by a transfer of their own."""
